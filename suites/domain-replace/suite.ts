/** Area `domain-replace`: a driver that changes domains under hardware that may cache whatever it may. */
import { anyDomainReplaceCase } from '../../generators/domain-replace.ts';
import { domainReplaceRules } from '../../spec/rules/domain-replace.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { exhaustiveDomainReplace } from './exhaustive.ts';
import { judgeDomainReplace } from './judge.ts';
import { questions } from './questions.ts';
import { domainReplaceScenes } from './scenes.ts';
import { simplerDomainReplaces } from './simpler.ts';
import { underUnit } from './under.ts';

export const domainReplaceSuite: AreaSuite<'domain-replace'> = {
  area: 'domain-replace',
  rules: domainReplaceRules,
  cost: 2,
  arbitrary: anyDomainReplaceCase,
  judge: judgeDomainReplace,
  simpler: simplerDomainReplaces,
  questions,
  under: underUnit,
  startRounds: 4,
  scenes: domainReplaceScenes,
  exhaustive: exhaustiveDomainReplace,
};
