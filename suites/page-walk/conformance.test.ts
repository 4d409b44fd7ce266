import { conformance } from '../core/conformance.ts';
import { pageWalkSuite } from './suite.ts';

conformance(pageWalkSuite);
