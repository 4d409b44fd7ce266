import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choices } from '../../generators/choices.ts';
import { seed } from '../../generators/drawing.ts';
import * as descriptors from '../../generators/invalidation-descriptors.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { lintShown, lintTexts, profileText, queueText, registersText } from './dump-text.fixture.ts';

const SLOTS = 256;
/** The first slot stands in line 4. */
const FIRST_SLOT = 4;
const everything = namedProfile('everything') as Profile;
const legacy = namedProfile('legacy-39') as Profile;
/** Nobody invalidates interrupt entries of a unit that has none. */
const IR = 1n << 3n;
const { encode } = descriptors;

/** Descriptors as a driver writes them, one of each kind that the mode takes. */
function drawn(choices: Choices, scalable: boolean): bigint[] {
  const did = choices.pick(0x1_0000);
  const pasid = choices.pick(0x10_0000);
  const frame = choices.pick(0x100_0000);
  const mask = choices.pick(19);
  const narrow = [
    () => encode(descriptors.contextGlobal()),
    () => encode(descriptors.contextDomain(did)),
    () => encode(descriptors.contextDevice(did, choices.pick(0x1_0000), choices.pick(4))),
    () => encode(descriptors.iotlbGlobal()),
    () => encode(descriptors.iotlbDomain(did)),
    () => encode(descriptors.iotlbPage(did, frame, mask, choices.pick(2))),
    () => descriptors.encodeInterruptEntry(undefined),
    () => [0x2_0000_0025n, 0x1_0000_0000n + BigInt(choices.pick(256) * 4)],
  ];
  const wide = [
    () => encode(descriptors.pasidGlobal()),
    () => encode(descriptors.pasidDomain(did)),
    () => encode(descriptors.pasidOne(did, pasid)),
    () => encode(descriptors.pasidIotlbAll(did, pasid)),
    () => encode(descriptors.pasidIotlbPage(did, pasid, frame, mask, choices.pick(2))),
    () => descriptors.encodeDeviceTlb(choices.pick(0x1_0000), undefined),
    () => descriptors.encodeDeviceTlb(choices.pick(0x1_0000), pasid, frame),
    () => descriptors.encodePageResponse(choices.pick(0x1_0000), pasid, 0, choices.pick(512)),
  ];
  const words = choices.one(scalable ? [...narrow, ...wide] : narrow)();
  return Array.from({ length: scalable ? 4 : 2 }, (_, index) => words[index] ?? 0n);
}

interface Queue {
  head: number;
  tail: number;
  readonly slots: bigint[][];
}

function queueOf(chosen: number, scalable: boolean): Queue {
  const choices = new Choices(chosen);
  const used = choices.pick(SLOTS);
  const slots = Array.from({ length: SLOTS }, (_, index) =>
    index < used ? drawn(choices, scalable) : new Array<bigint>(scalable ? 4 : 2).fill(0n),
  );
  const head = choices.pick(used + 1);
  return { head, tail: head + choices.pick(used - head + 1), slots };
}

function filesOf({ head, tail, slots }: Queue, scalable: boolean): Readonly<Record<string, string>> {
  const { cap, ecap } = scalable ? everything : legacy;
  return {
    queue: queueText('dmar0', head, tail, slots),
    registers: registersText('dmar0', { CAP: cap, ECAP: ecap | IR, RTADDR: scalable ? 0x400n : 0n }),
  };
}

describe.for([{ scalable: true }, { scalable: false }])(
  'a queue, scalable mode $scalable',
  ({ scalable }) => {
    const with4 = scalable ? [3] : [];
    const spoil = (
      chosen: number,
      where: number,
      word: number,
      bit: bigint,
      isFit: (words: readonly bigint[]) => boolean,
    ) => {
      const queue = queueOf(chosen, scalable);
      const index = queue.slots.findIndex((words, at) => at >= where % 200 && isFit(words));
      const words = queue.slots[index];
      if (words === undefined) return undefined;
      words[word] = (words[word] ?? 0n) ^ bit;
      return { queue, line: FIRST_SLOT + index };
    };
    const typeIn =
      (...types: readonly number[]) =>
      ([first = 0n]: readonly bigint[]): boolean =>
        types.includes(Number(first & 15n));

    test('of descriptors as drivers write them is clean, whatever is queued', () => {
      fc.assert(
        fc.property(seed.arbitrary, (chosen) => {
          expect(lintTexts(filesOf(queueOf(chosen, scalable), scalable))).toEqual([]);
        }),
        { numRuns: 4, seed: 1 },
      );
    });

    test.for<readonly [string, number, bigint, readonly number[], string]>([
      ['bit 8 of cc_inv', 0, 0x100n, [1], 'descriptor.context.reserved'],
      ['bit 40 of iotlb_inv', 0, 1n << 40n, [2], 'descriptor.iotlb.reserved'],
      ['bit 12 of inv_wait', 0, 0x1000n, [5], 'descriptor.wait.reserved'],
      ['bit 0 of the status address', 1, 1n, [5], 'descriptor.wait.reserved'],
      ['bit 9, which is of the type', 0, 0x200n, [1, 2, 5], 'queue.invalid-type'],
      ...(scalable
        ? ([
            ['bit 63 of pc_inv', 0, 1n << 63n, [7], 'descriptor.pasid.reserved'],
            ['bit 7 of word 1 of p_iotlb_inv', 1, 0x80n, [6], 'descriptor.pasid-iotlb.reserved'],
            ['bit 40 of word 2 of cc_inv', 2, 1n << 40n, [1], 'queue.wide-slots'],
          ] as const)
        : ([['bit 2 of cc_inv, as if it were p_iotlb_inv', 0, 7n, [1], 'queue.mode.legacy-128']] as const)),
    ])('with %s wrong is named with its line', ([, word, bit, types, rule]) => {
      fc.assert(
        fc.property(seed.arbitrary, seed.arbitrary, (chosen, where) => {
          const spoiled = spoil(chosen, where, word, bit, typeIn(...types));
          if (spoiled === undefined) return;
          expect(lintTexts(filesOf(spoiled.queue, scalable))).toEqual([
            `${spoiled.line} invalidation.${rule}`,
          ]);
        }),
        { numRuns: 4, seed: 2 },
      );
    });

    test.for([-1, 2 ** 60])('with registers that nobody answered for, shown as %i, is a note', (read) => {
      const { slots } = queueOf(0, scalable);
      expect(lintTexts(filesOf({ head: read, tail: 0, slots }, scalable))).toEqual(['2 lint.queue.head may']);
      expect(lintTexts(filesOf({ head: 0, tail: read, slots }, scalable))).toEqual([
        '2 invalidation.queue.tail-beyond may',
      ]);
    });

    test('with head and tail outside of it is named in their line', () => {
      const { slots } = queueOf(9, scalable);
      expect(lintTexts(filesOf({ head: 256, tail: 256, slots }, scalable))).toEqual([
        '2 lint.queue.head',
        '2 invalidation.queue.tail-beyond',
      ]);
    });

    test('that is shown twice is no longer for it', () => {
      const { slots } = queueOf(9, scalable);
      const text = queueText('dmar0', 300, 300, [...slots, ...slots]);
      const twice = text.replaceAll(/^ *(\d+)\t/gm, (_, index) => `${Number(index) % SLOTS}\t`);
      const { registers = '' } = filesOf(queueOf(9, scalable), scalable);
      expect(lintTexts({ queue: twice, registers })).toEqual([
        '2 lint.queue.head',
        '2 invalidation.queue.tail-beyond',
      ]);
    });

    test('that has zeros queued is noted at the slot where the unit stops', () => {
      const slots = Array.from({ length: SLOTS }, () => [0n, 0n, ...with4.flatMap(() => [0n, 0n])]);
      expect(lintTexts(filesOf({ head: 5, tail: 8, slots }, scalable))).toEqual([
        '9 invalidation.queue.invalid-type may',
      ]);
    });

    test('whose wait writes to the interrupt range is named', () => {
      const { head, tail, slots } = queueOf(0, scalable);
      slots[3] = [0x25n, 0xfee0_0000n, ...with4.flatMap(() => [0n, 0n])];
      expect(lintTexts(filesOf({ head, tail, slots }, scalable))).toEqual(['7 lint.queue.status-address']);
    });
  },
);

test('Device-TLB invalidation on a unit without Device-TLBs is of a type that it does not have', () => {
  const slots = [[0x7_0000_0003n, 0n]];
  expect(lintTexts(filesOf({ head: 0, tail: 0, slots }, false))).toEqual([
    '4 invalidation.descriptor.device-tlb.capability',
  ]);
});

test('in legacy mode wide slots take the narrow types only', () => {
  const { cap, ecap } = everything;
  const queue = queueText('dmar0', 0, 0, [[0x37n, 0n, 0n, 0n]]);
  const files = (rtaddr: bigint) => ({
    queue,
    registers: registersText('dmar0', { CAP: cap, ECAP: ecap, RTADDR: rtaddr }),
  });
  expect(lintTexts(files(0n))).toEqual(['4 invalidation.queue.mode.legacy-256']);
  expect(lintTexts(files(0x400n))).toEqual([]);
});

test('what the architecture leaves open of a descriptor is a note', () => {
  const empty = [[5n, 0n]];
  expect(lintTexts(filesOf({ head: 0, tail: 0, slots: empty }, false))).toEqual([
    '4 invalidation.wait.nothing may',
  ]);
});

test('private data of a page response is of older revisions: a note', () => {
  const slots = [[0x39n, 8n, 0x1234n, 0x5678n]];
  const notes = ['4 invalidation.descriptor.page-group-response.reserved may'];
  expect(lintTexts(filesOf({ head: 0, tail: 0, slots }, true))).toEqual(notes);
});

test('MAMV bounds the address mask of IOTLB invalidation, and not that of a PASID (11.4.2)', () => {
  const { cap, ecap } = everything;
  const registers = registersText('dmar0', { CAP: cap & ~(0x3fn << 48n), ECAP: ecap, RTADDR: 0x400n });
  const queue = (first: bigint): string => queueText('dmar0', 0, 0, [[first, 9n, 0n, 0n]]);
  expect(lintTexts({ registers, queue: queue(0x1_0032n) })).toEqual([
    '4 invalidation.descriptor.iotlb.address-mask may',
  ]);
  expect(lintTexts({ registers, queue: queue(0x1_0036n) })).toEqual([]);
});

test('slots of another width than IQA tells may be of another moment', () => {
  const wide = queueText('dmar0', 1, 1, [[0x11n, 0n, 0n, 0n]]);
  const narrow = queueText('dmar0', 1, 1, [[0x11n, 0n]]);
  const b = (DW: bigint): string =>
    profileText(everything, { GSTS: 0xc400_0000n, RTADDR: 0x1000n, IQA: 0x10_0000n | DW, IQT: 0n });
  expect(lintTexts({ a: wide, b: b(0x800n) })).toEqual([]);
  expect(lintTexts({ a: wide, b: b(0n) })).toEqual(['2 lint.queue.register may']);
  expect(lintShown({ a: wide, b: b(0n) })).toContain('slots of 256 bits; IQA has DW 0\n');
  expect(lintTexts({ a: narrow, b: b(0n) })).toEqual([]);
  expect(lintTexts({ a: narrow, b: b(0x800n) })).toEqual(['2 lint.queue.register may']);
});
