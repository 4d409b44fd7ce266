import { conformance } from '../core/conformance.ts';
import { invalidationSuite } from './suite.ts';

conformance(invalidationSuite);
