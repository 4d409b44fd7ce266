/** Tables of the guest are aligned to their size (IHI 0070 5.1, 6.3.24), and lie below OAS (3.4.3). */
import { describe, expect, test } from 'vitest';
import { blamed, bypassed, callsOf, on, plug, smmuCase } from './hand-made.fixture.ts';
import { attach, only } from './judge-rows.fixture.ts';

const TABLE = 0x1_0000n;
/** FMT 1. */
const twoLevel = (split: bigint, log2: bigint) => (1n << 16n) | (split << 6n) | log2;
const RA = 1n << 62n;

/** A device of StreamID 1, whose entry at `entry` says bypass; `descriptor` in the level 1 table at 0x20000. */
function parts(base: bigint, config: bigint, entry: bigint, descriptor?: bigint, streamIdBits = 16) {
  const words = [{ address: entry, words: bypassed }];
  const first = descriptor === undefined ? [] : [{ address: 0x2_0000n, words: [descriptor] }];
  return {
    smmu: { streamIdBits },
    streamTable: { base, config },
    memory: [...words, ...first],
    devices: [{ streamId: 1 }],
    steps: [on, plug(0)],
  };
}

describe('A stream table is found where', () => {
  test.for([
    ['a linear one is aligned to LOG2SIZE', parts(TABLE | 0xfc0n, 6n, TABLE + 64n)],
    ['its base has RA and bits that are reserved', parts(TABLE | RA | 0x3fn, 6n, TABLE + 64n)],
    [
      'LOG2SIZE counts as it was written, beyond SIDSIZE',
      parts(TABLE | 0x8000n, 10n, TABLE + 64n, undefined, 4),
    ],
    ['FMT is reserved: it is linear', parts(TABLE, 0x2_0006n, TABLE + 64n)],
    [
      'a level 1 table is aligned to its size',
      parts(0x2_0000n | 0x1fc0n, twoLevel(6n, 16n), 0x1_0040n, 0x1_0007n),
    ],
    [
      'a level 1 table is aligned to 64 bytes',
      parts(0x2_0000n | 0x3fn, twoLevel(6n, 8n), 0x1_0040n, 0x1_0007n),
    ],
    ['SPLIT is reserved: it is 6', parts(0x2_0000n, twoLevel(9n, 16n), 0x1_0040n, 0x1_0007n)],
    ['SPLIT is not below LOG2SIZE', parts(0x2_0000n, twoLevel(10n, 6n), 0x1_0040n, 0x1_000bn)],
    ['a level 2 array is aligned to Span', parts(0x2_0000n, twoLevel(6n, 8n), 0x1_0040n, 0x1_0fe7n)],
    ['a level 2 array is aligned to a small Span', parts(0x2_0000n, twoLevel(6n, 8n), 0x1_0fc0n, 0x1_0fe2n)],
  ] as const)('%s', ([, found]) => {
    expect(callsOf(smmuCase(found)).at(-1)).toEqual(['attach 0 bypass']);
  });
});

test.for([
  ['Span 8 of SPLIT 6', twoLevel(6n, 16n), 0x1_0008n],
  ['a reserved Span', twoLevel(10n, 16n), 0x1_000cn],
] as const)('there is no entry behind %s', ([, config, descriptor]) => {
  const missing = parts(0x2_0000n, config, 0x1_0040n, descriptor);
  expect(callsOf(smmuCase(missing)).at(-1)).toEqual(['attach 0 abort']);
});

test.for([
  ['the base', parts(TABLE | (1n << 50n), 6n, TABLE + 64n)],
  ['a level 2 pointer', parts(0x2_0000n, twoLevel(6n, 8n), 0x1_0040n, 0x1_0007n | (1n << 50n))],
] as const)('bits of %s beyond OAS are cut, or nothing is fetched', ([, beyond]) => {
  const testCase = smmuCase(beyond);
  const blame = (to: 'abort' | 'bypass') => blamed(testCase, 1, only(attach(0, to)));
  expect([blame('bypass'), blame('abort')]).toEqual(['nothing', 'nothing']);
});

test('an entry that lay beyond the table is not remembered as missing', () => {
  const small = { base: TABLE, config: 0n };
  const whole = { step: 'stream-table', base: TABLE, config: 6n } as const;
  const found = parts(TABLE, 0n, TABLE + 64n);
  const steps = [...found.steps, { step: 'enable', on: false } as const, whole, on];
  const testCase = smmuCase({ ...found, streamTable: small, steps });
  expect(blamed(testCase, 4, only(attach(0, 'abort')))).toBe('stream.bypass/outcome');
});
