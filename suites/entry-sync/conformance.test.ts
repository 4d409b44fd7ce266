import { conformance } from '../core/conformance.ts';
import { entrySyncSuite } from './suite.ts';

conformance(entrySyncSuite);
