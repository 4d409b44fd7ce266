import { expect, test } from 'vitest';
import { withCapabilities } from '../../spec/capabilities.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import { allowedEntrySync } from './allowed.ts';
import { pasid } from './pairs.fixture.ts';

const nested = namedProfile('nested-48')!;
const caching = { ...nested, ...withCapabilities(nested, { CM: 1 }) };
const none = pasid.second.map(() => 0n);

test.for([
  ['of an entry that was not present need not be dropped by a unit without CM', nested, none, true],
  ['of an entry that was not present are dropped by a unit with CM', caching, none, false],
  ['of a present entry are dropped', nested, pasid.secondOther, false],
] as const)('copies %s', ([, profile, from, mayLeaveOut]) => {
  const testCase: EntrySyncCase = {
    ...{ area: 'entry-sync', profile, format: 'vtd-pasid' },
    ...{ from: [...from], to: [...pasid.second] },
  };
  expect(allowedEntrySync(testCase).sync).toMatchObject({ mayLeaveOut });
});
