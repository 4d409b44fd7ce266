/** Area `smmu-nesting`: devices of a virtual SMMU with stage 1, translated by physical SMMUs as the guest says. */
import { anySmmuNestingCase } from '../../generators/smmu-nesting.ts';
import { smmuNestingRules } from '../../spec/rules/smmu-nesting.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { judgeSmmuNesting } from './judge.ts';
import { questions } from './questions.ts';
import { smmuNestingScenes } from './scenes.ts';
import { simplerSmmuNesting } from './simpler.ts';

export const smmuNestingSuite: AreaSuite<'smmu-nesting'> = {
  area: 'smmu-nesting',
  rules: smmuNestingRules,
  cost: 3,
  arbitrary: anySmmuNestingCase,
  judge: judgeSmmuNesting,
  simpler: simplerSmmuNesting,
  questions,
  startRounds: 4,
  scenes: smmuNestingScenes,
};
