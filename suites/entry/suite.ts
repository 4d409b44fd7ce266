/** Area `entry`: one root, context, PASID directory or PASID table entry, decoded and checked. */
import { anyEntryCase } from '../../generators/entry.ts';
import { rules } from '../../spec/rules/entry.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { allowedEntry } from './allowed.ts';
import { judgeEntry } from './judge.ts';
import { simplerEntries } from './simpler.ts';

export const entrySuite: AreaSuite<'entry'> = {
  area: 'entry',
  rules,
  arbitrary: anyEntryCase,
  judge: judgeEntry,
  allowed: allowedEntry,
  simpler: simplerEntries,
  startRounds: 8,
};
