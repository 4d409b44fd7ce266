import { conformance } from '../core/conformance.ts';
import { bindingSuite } from './suite.ts';

conformance(bindingSuite);
