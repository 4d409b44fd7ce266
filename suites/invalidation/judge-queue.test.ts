/** What the judge makes of a queue that an adapter sees after each step. */
import { describe, expect, test } from 'vitest';
import { iotlbDomain } from '../../generators/invalidation-descriptors.ts';
import type { StreamStep } from '../../spec/schema.ts';
import { change, DID, legacy, OLD, scalable } from './judge.fixture.ts';
import { judgeInvalidation } from './judge.ts';
import { answers, read, STATUS, stream, submitted, to } from './streams.fixture.ts';

describe.each([
  ['legacy', legacy],
  ['scalable', scalable],
] as const)('in %s mode', (_, parts) => {
  test('an error of the queue that nobody asked for is judged at its step', () => {
    const testCase = stream(parts, change, submitted(iotlbDomain(DID)), read());
    const held = (...faultStatus: number[]) =>
      judgeInvalidation(testCase, {
        ...answers(to(OLD)),
        queue: faultStatus.map((status, index) => ({
          faultStatus: status,
          head: index === 0 || status ? 0n : SLOT,
        })),
      }).mismatches.map(({ rule }) => rule);
    const SLOT = parts === legacy ? 0x10n : 0x20n;
    expect(held(0, 0, 0)).toEqual([]);
    expect(held(0, 0x10, 0x10)).toEqual(['invalidation.descriptor.iotlb']);
  });

  test('a head that goes on past what was refused is told from one that came to the next error', () => {
    const slot = parts === legacy ? 0x10n : 0x20n;
    const reserved = (low: bigint) => low | (1n << 8n);
    const broken = (next: (low: bigint) => bigint, head: bigint) => {
      const both = submitted(iotlbDomain(DID), iotlbDomain(DID));
      const words = both.step === 'submit' ? both.descriptors : [];
      const descriptors = words.map(([low = 0n, ...rest], index) => [
        (index ? next : reserved)(low),
        ...rest,
      ]);
      const seen = { ...answers(), queue: [{ faultStatus: 0x10, head }] };
      const testCase = stream(parts, { step: 'submit', descriptors });
      return judgeInvalidation(testCase, seen).mismatches.map(({ rule }) => rule);
    };
    const valid = (low: bigint) => low;
    expect(broken(valid, 0n)).toEqual([]);
    expect(broken(valid, slot)).toEqual(['invalidation.queue.stays-at-error']);
    expect(broken(reserved, slot)).toEqual(['invalidation.descriptor.iotlb.reserved']);
    expect(broken(reserved, 2n * slot)).toEqual(['invalidation.queue.stays-at-error']);
    // D14: a wait that asks for nothing may be an error.
    expect(broken(() => 5n, slot)).toEqual(['invalidation.descriptor.iotlb.reserved']);
  });

  test('a head that goes on past what was refused is told over the end of the queue too', () => {
    const slot = parts === legacy ? 0x10n : 0x20n;
    const round: StreamStep = { step: 'write', register: 'IQT', value: 0n };
    const queue = [
      { faultStatus: 0, head: slot },
      { faultStatus: 0x10, head: 0n },
    ];
    const testCase = stream(parts, submitted(iotlbDomain(DID)), round);
    const { mismatches } = judgeInvalidation(testCase, { ...answers(), queue });
    expect(mismatches).toMatchObject([{ rule: 'invalidation.queue.stays-at-error' }]);
  });

  test('an error that goes without a 1 is no recovery', () => {
    const cleared = (value: bigint) => {
      const steps: readonly StreamStep[] = [
        { step: 'submit', descriptors: [[0n]] },
        { step: 'write', register: 'FSTS', value },
      ];
      const queue = [
        { faultStatus: 0x10, head: 0n },
        { faultStatus: 0, head: 0n },
      ];
      return judgeInvalidation(stream(parts, ...steps), { ...answers(), queue }).mismatches;
    };
    expect(cleared(0n)).toMatchObject([{ rule: 'invalidation.register.write-one-to-clear' }]);
    expect(cleared(0x10n)).toMatchObject([{ rule: 'invalidation.queue.recovery' }]);
  });

  test('a head that stops behind the last slot did not wrap', () => {
    const slot = parts === legacy ? 0x10n : 0x20n;
    const most = Number(0x1000n / slot) - 1;
    const submit = (times: number): StreamStep => ({ step: 'submit', descriptors: [[0x5n]], times });
    const testCase = stream(parts, submit(most), submit(2));
    const queue = [
      { faultStatus: 0, head: BigInt(most) * slot },
      { faultStatus: 0x10, head: 0x1000n },
    ];
    const { mismatches } = judgeInvalidation(testCase, { ...answers(), queue });
    expect(mismatches.map(({ rule }) => rule)).toEqual(['invalidation.queue.wrap']);
  });

  test('a wait that is refused for bits of its status address above HAW is named by them', () => {
    const wait = (address: bigint) => {
      const testCase = stream(parts, { step: 'submit', descriptors: [[0x1_0000_0025n, address]] });
      const queue = [{ faultStatus: 0x10, head: 0n }];
      return judgeInvalidation(testCase, { ...answers(), queue }).mismatches.map(({ rule }) => rule);
    };
    expect(wait(STATUS | (1n << 63n))).toEqual(['invalidation.wait.address-width']);
    expect(wait(STATUS)).toEqual(['invalidation.descriptor.wait']);
    const queue = [{ faultStatus: 0x10, head: parts === legacy ? 0x10n : 0x20n }];
    const testCase = stream(parts, {
      step: 'submit',
      descriptors: [
        [0x102n, 0n],
        [0x25n, 1n << 62n],
      ],
    });
    const { mismatches } = judgeInvalidation(testCase, { ...answers(), queue });
    expect(mismatches.map(({ rule }) => rule)).toEqual(['invalidation.descriptor.iotlb.reserved']);
  });
});
