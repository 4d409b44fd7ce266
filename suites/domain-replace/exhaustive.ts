/**
 * The bounded exhaustive mode: what a driver did is gone through in all its interleavings with hardware that does
 * one thing at a time, beside the judge that bounds all of them at once. They have to agree.
 */
import * as fc from 'fast-check';
import { anyDomainReplaceCase } from '../../generators/domain-replace.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { domainReplaceRules, interleavingRules } from '../../spec/rules/domain-replace.ts';
import type { DomainReplaceCase, DomainReplaceObservation, Mismatch } from '../../spec/schema.ts';
import type { AreaSuite, Verdict } from '../core/area-suite.ts';
import { broken } from './broken.ts';
import { interleavings } from './interleavings.ts';
import { judgeDomainReplace } from './judge.ts';
import { shortProgram } from './short-program.ts';
import { simplerDomainReplaces } from './simpler.ts';

/** `most`: actions of the hardware between two of the driver. */
export function exhaustiveDomainReplace(most: number): AreaSuite<'domain-replace'> {
  return {
    area: 'domain-replace',
    rules: [...domainReplaceRules, ...interleavingRules],
    cost: 100,
    arbitrary: (profiles) =>
      fc
        .tuple(anyDomainReplaceCase(profiles), fc.constantFrom(1, 2))
        .map(([testCase, places]) => shortProgram(testCase, places)),
    judge: (testCase, observation) => judgeAll(testCase, observation, most),
    simpler: simplerDomainReplaces,
  };
}

function judgeAll(testCase: DomainReplaceCase, observation: DomainReplaceObservation, most: number): Verdict {
  const { exercised, mismatches } = judgeDomainReplace(testCase, observation);
  const { count, states, isCut, breach } = interleavings(testCase, observation, most);
  const isNamed = mismatches.some(({ rule }) => ruleOf(rule)?.level !== 'may');
  const found: readonly Mismatch[] =
    breach === undefined || isNamed
      ? mismatches
      : [
          ...mismatches,
          broken(
            'interleavings',
            'outcome',
            `what request ${breach.request} allows`,
            `${breach.reached}, in one of them`,
          ),
        ];
  return {
    exercised: [...exercised, 'domain-replace.interleavings'],
    mismatches: found,
    interleavings: { count, states, isCut },
  };
}
