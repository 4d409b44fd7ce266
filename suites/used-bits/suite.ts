/** Area used-bits: which bits of an entry count, given what it holds. */
import { simplerWords } from '../../generators/simpler-entry.ts';
import { usedBitsCases } from '../../generators/used-bits.ts';
import { usedBitsRules } from '../../spec/rules/used-bits.ts';
import type { UsedBitsCase } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { allowedUsedBits } from './allowed.ts';
import { judgeUsedBits } from './judge.ts';

function* simpler(testCase: UsedBitsCase): Iterable<UsedBitsCase> {
  const { target, ...withoutTarget } = testCase;
  const { layout } = usedBitsKnowledge[testCase.format];
  if (target !== undefined) yield withoutTarget;
  for (const entry of simplerWords(testCase.entry, layout)) yield { ...testCase, entry };
  if (target === undefined) return;
  // What is safe does not depend on which of the two is in memory.
  if (isAbove(testCase.entry, target)) yield { ...testCase, entry: target, target: testCase.entry };
  for (const words of simplerWords(target, layout)) yield { ...testCase, target: words };
}

/** The first word that differs is the larger one. */
function isAbove(words: readonly bigint[], others: readonly bigint[]): boolean {
  const word = words.findIndex((value, index) => value !== others[index]);
  return word >= 0 && words[word]! > others[word]!;
}

export const usedBitsSuite: AreaSuite<'used-bits'> = {
  area: 'used-bits',
  rules: usedBitsRules,
  arbitrary: usedBitsCases,
  judge: judgeUsedBits,
  allowed: allowedUsedBits,
  simpler,
};
