/** The masks between which an answer to used() lies, as data. */
import { allHold, type HalfMask } from '../../models/masks.ts';
import type { UsedBitsCase } from '../../spec/schema.ts';
import type { AllowedUsedBits, RuleBits } from '../../spec/vectors/used-bits.ts';
import {
  both,
  certain,
  ENTRY,
  HALVES,
  halves,
  loadEntry,
  loadTarget,
  newMask,
  permitted,
  reviewed,
  safe,
  safeAtMost,
} from './case-masks.ts';
import { extraRule } from './judge.ts';

const REVIEWED = 'used-bits.reviewed-table';

export function allowedUsedBits(testCase: UsedBitsCase): AllowedUsedBits {
  const known = loadEntry(testCase);
  const exact = testCase.profile.policies.usedBits === 'reviewed';
  const rows = known.reviewed.rows.filter(({ tests }) => allHold(tests, halves, ENTRY));
  const atLeast = rows.map(({ rule, uses }) =>
    ruleBits(rule, (half) => bitsOf(uses, half) & reviewed[half]! & certain[half]!),
  );
  const looked = known.exceptions.rows.filter(({ tests }) => allHold(tests, halves, ENTRY));
  const mayLeaveOut = [
    ruleBits('used-bits.not-in-hardware', (half) => reviewed[half]! & ~certain[half]!),
    ...looked.map(({ rule, uses }) => ruleBits(rule, (half) => bitsOf(uses, half) & ~reviewed[half]!)),
  ];
  return {
    used: {
      atLeast: [...atLeast, ...(exact ? [ruleBits(REVIEWED, (half) => reviewed[half]!)] : [])].filter(isAny),
      atMost: exact
        ? ruleBits(REVIEWED, (half) => reviewed[half]!)
        : ruleBits(extraRule(known.valid), (half) => reviewed[half]! | permitted[half]!),
      mayLeaveOut: exact ? [] : mayLeaveOut.filter(isAny),
    },
    ...safeBits(testCase),
  };
}

function safeBits(testCase: UsedBitsCase): Pick<AllowedUsedBits, 'safe'> {
  if (testCase.target === undefined) return {};
  loadTarget(loadEntry(testCase), testCase.target, testCase.profile);
  const atLeast = ruleBits('used-bits.safe.complete', (half) => both[half]! & safe[half]!);
  const atMost = ruleBits('used-bits.safe.sound', (half) => ~both[half]! | safeAtMost[half]!);
  return { safe: { atLeast, atMost } };
}

function bitsOf(masks: readonly HalfMask[], half: number): number {
  return masks.reduce((bits, one) => (one.half === half ? bits | one.mask : bits), 0);
}

const scratch = newMask();
const scratchWords = new BigUint64Array(scratch.buffer);

function ruleBits(rule: string, bits: (half: number) => number): RuleBits {
  for (let half = 0; half < HALVES; half++) scratch[half] = bits(half);
  return { rule, bits: [...scratchWords] };
}

function isAny({ bits }: RuleBits): boolean {
  return bits.some((word) => word !== 0n);
}
