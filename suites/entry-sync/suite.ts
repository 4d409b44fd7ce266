/** Area entry-sync: how an entry is replaced while hardware may be reading it. */
import { entrySyncCases } from '../../generators/entry-sync.ts';
import { entrySyncRules } from '../../spec/rules/entry-sync.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { allowedEntrySync } from './allowed.ts';
import { namedFormats } from './format-data.ts';
import { judgeEntrySync } from './judge.ts';
import { simplerEntrySync } from './simpler.ts';

export const entrySyncSuite: AreaSuite<'entry-sync'> = {
  area: 'entry-sync',
  rules: entrySyncRules,
  arbitrary: entrySyncCases,
  judge: judgeEntrySync,
  allowed: allowedEntrySync,
  formats: namedFormats,
  simpler: simplerEntrySync,
};
