import { conformance } from '../core/conformance.ts';
import { smmuNestingSuite } from './suite.ts';

conformance(smmuNestingSuite);
