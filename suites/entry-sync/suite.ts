/** Area entry-sync: how an entry is replaced while hardware may be reading it. */
import { entrySyncCases, updatingProfiles } from '../../generators/entry-sync.ts';
import { entrySyncRules } from '../../spec/rules/entry-sync.ts';
import type { EntrySyncCase, Profile } from '../../spec/schema.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { allowedEntrySync } from './allowed.ts';
import { isOnUnit } from './drawable.ts';
import { namedFormats } from './format-data.ts';
import { judgeEntrySync } from './judge.ts';
import { simplerEntrySync } from './simpler.ts';

/** Only where the unit can have both entries. */
function underUnit(testCase: EntrySyncCase, profile: Profile): EntrySyncCase | undefined {
  return isOnUnit(testCase, profile) ? { ...testCase, profile } : undefined;
}

export const entrySyncSuite: AreaSuite<'entry-sync'> = {
  area: 'entry-sync',
  rules: entrySyncRules,
  arbitrary: entrySyncCases,
  judge: judgeEntrySync,
  allowed: allowedEntrySync,
  formats: namedFormats,
  simpler: simplerEntrySync,
  fitting: updatingProfiles,
  under: underUnit,
};
