import { conformance } from '../core/conformance.ts';
import { usedBitsSuite } from './suite.ts';

conformance(usedBitsSuite);
