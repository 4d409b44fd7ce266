/** Which of several allowed answers an implementation gave, and what it showed by that. */
import { expect, test } from 'vitest';
import { translated } from '../../models/reference/alternative.ts';
import type { Mismatch, Request } from '../../spec/schema.ts';
import { judgeTranslated } from './judge-translated.ts';

const request: Request = { sourceId: 0, address: 0x5000n, op: 'read' };
const plain = { pageBits: 12, read: true, write: true };
const first = translated({ ...plain, rules: ['first'], address: 0x1000n });
const second = translated({ ...plain, rules: ['second'], address: 0x2000n });

const judged = (address: bigint) => {
  const findings = { exercised: new Set<string>(), mismatches: [] as Mismatch[] };
  const taken = judgeTranslated(request, [first, second], { outcome: 'translated', address }, findings);
  return { ...findings, taken };
};

test('an answer shows the rule of the alternative that it agrees with', () => {
  expect(judged(0x2000n)).toEqual({ exercised: new Set(['second']), mismatches: [], taken: [second] });
});

test('an answer that agrees with none is held against the likeliest, in words', () => {
  expect(judged(0x3000n)).toEqual({
    exercised: new Set(['first']),
    mismatches: [{ rule: 'first', aspect: 'address', expected: '0x1000', observed: '0x3000' }],
    taken: [],
  });
});
