import { conformance } from '../core/conformance.ts';
import { domainReplaceSuite } from './suite.ts';

// Of 100 cases one has writes tracked under a nested domain, which is the rarest.
conformance(domainReplaceSuite, 3000);
