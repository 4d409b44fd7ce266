import { conformance } from '../core/conformance.ts';
import { translationSuite } from './suite.ts';

conformance(translationSuite);
