/** What tests of the judge share: a domain in both modes, a page that moves, and what an answer breaks. */
import type { InvalidationCase, StreamAnswer } from '../../spec/schema.ts';
import { type Parts, tableOf } from '../translation/hand-made.ts';
import { judgeInvalidation } from './judge.ts';
import { answers, store } from './streams.fixture.ts';

export const DID = 2;
export const [OLD, NEW, OTHER] = [0x4000_0000n, 0x5000_0000n, 0x6000_0000n];
export const LEAF = tableOf(1);
export const legacy: Parts = { context: [tableOf(4) | 1n, 2n | (BigInt(DID) << 8n)] };
export const SECOND_STAGE = tableOf(4) | (2n << 6n) | (2n << 2n) | 1n;
export const scalable: Parts = { mode: 'scalable', pasid: [SECOND_STAGE, BigInt(DID)] };
export const change = store(LEAF, NEW | 3n);

export const breaches = (testCase: InvalidationCase, ...given: readonly StreamAnswer[]): readonly string[] =>
  judgeInvalidation(testCase, answers(...given)).mismatches.map(({ rule, aspect }) => `${rule} ${aspect}`);
export const exercised = (testCase: InvalidationCase, ...given: readonly StreamAnswer[]): readonly string[] =>
  judgeInvalidation(testCase, answers(...given)).exercised;
