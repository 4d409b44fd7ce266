/** Known bugs of area `domain-replace`. */
import type { BugOf } from '../bug.ts';
import { cacheBugs } from './caches.ts';
import { deviceBugs } from './devices.ts';
import { domainIdBugs } from './domain-ids.ts';
import { entryBugs } from './entries.ts';
import { requestBugs } from './requests.ts';

export const domainReplaceBugs: readonly BugOf<'domain-replace'>[] = [
  ...entryBugs,
  ...domainIdBugs,
  ...cacheBugs,
  ...deviceBugs,
  ...requestBugs,
];
