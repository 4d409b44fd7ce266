/** Area `invalidation`: streams of stores, registers, descriptors and requests (VT-d 6). */
import { anyInvalidationCase, shortInvalidationCase } from '../../generators/invalidation.ts';
import { invalidationRules } from '../../spec/rules/invalidation.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { mayName } from '../translation/look.ts';
import { allowedInvalidation } from './allowed.ts';
import { judgeInvalidation } from './judge.ts';
import { isPlainlyRight } from './plainly-right.ts';
import { questions } from './questions.ts';
import { drasticStreams, simplerStreams } from './simpler.ts';
import { untilBreach } from './until.ts';

export const invalidationSuite: AreaSuite<'invalidation'> = {
  area: 'invalidation',
  rules: invalidationRules,
  cost: 5,
  arbitrary: anyInvalidationCase,
  judge: judgeInvalidation,
  isPlainlyRight,
  allowed: allowedInvalidation,
  simpler: simplerStreams,
  drastic: drasticStreams,
  questions,
  mayName,
  until: untilBreach,
  startRounds: 8,
  starts: shortInvalidationCase,
};
