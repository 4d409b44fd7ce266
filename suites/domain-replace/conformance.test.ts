import { conformance } from '../core/conformance.ts';
import { domainReplaceSuite } from './suite.ts';

conformance(domainReplaceSuite);
