import { conformance } from '../core/conformance.ts';
import { entrySuite } from './suite.ts';

conformance(entrySuite);
