/** Streams on every QEMU binary that is found; like real.qemu.test.ts no part of `npm test`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Implementation } from '../../spec/implementation.ts';
import type { InvalidationCase, InvalidationObservation, Profile, StreamStep } from '../../spec/schema.ts';
import { findQemuBinaries } from './binaries.ts';
import { openQemu } from './open-qemu.ts';
import {
  DATA,
  dropPage,
  INVALIDATE_IOTLB,
  isScalable,
  OTHER_DATA,
  read,
  remap,
  STATUS,
  streamOf,
  submit,
  WAIT,
  write,
} from './stream.fixture.ts';

const binaries = await findQemuBinaries();

const readRegister = (register: 'FSTS' | 'IQH' | 'IQT' | 'GSTS' | 'ICS') =>
  ({ step: 'read', register }) as const;
const load: StreamStep = { step: 'load', address: STATUS };
const value = (number: bigint) => ({ outcome: 'value', value: number });
const reached = (page: bigint) => ({ outcome: 'translated', address: page + 8n });

describe.each(binaries)('streams on QEMU $version at $path', (binary) => {
  let qemu: Implementation;
  let profiles: readonly Profile[];
  beforeAll(async () => {
    qemu = await openQemu({ binary: binary.path });
    profiles = qemu.profile === 'any' ? [] : qemu.profile;
  });
  afterAll(() => qemu.close?.());

  const answersTo = async (testCase: InvalidationCase) =>
    ((await qemu.run(testCase)) as InvalidationObservation).answers;

  test('a page that was remapped is reached by reads and writes after its invalidation and a wait', async () => {
    for (const profile of profiles) {
      const steps = [read, remap(profile), read, submit(dropPage(profile), WAIT), read, write, load];
      const answers = await answersTo(streamOf(profile, steps));
      // QEMU keeps the entry for sure: nothing else drops it.
      const [before, after] = [reached(DATA), reached(OTHER_DATA)];
      expect(answers).toEqual([before, before, after, after, value(0x1234n)]);
    }
  });

  test('a descriptor of no type stops the queue, and the next stream does not know of it', async () => {
    for (const profile of profiles) {
      const slot = isScalable(profile) ? 0x20n : 0x10n;
      const steps = [submit([0xfn, 0n], WAIT), readRegister('FSTS'), readRegister('IQH'), load];
      const stopped = streamOf(profile, steps);
      const next = streamOf(profile, [submit(WAIT), readRegister('FSTS'), readRegister('IQH'), load]);
      expect(await answersTo(stopped)).toEqual([value(0x10n), value(0n), value(0n)]);
      expect(await answersTo(next)).toEqual([value(0n), value(slot), value(0x1234n)]);
    }
  });

  test('the queue wraps', async () => {
    for (const profile of profiles) {
      const slots = isScalable(profile) ? 128n : 256n;
      const most: StreamStep = { step: 'submit', descriptors: [INVALIDATE_IOTLB], times: Number(slots) - 1 };
      const steps = [most, submit(INVALIDATE_IOTLB, WAIT), readRegister('IQT'), readRegister('IQH'), load];
      const slot = 0x1000n / slots;
      expect(await answersTo(streamOf(profile, steps))).toEqual([value(slot), value(slot), value(0x1234n)]);
    }
  });

  test('a stream in whatever state leaves nothing behind for the next', async () => {
    const probing = [read, readRegister('GSTS'), readRegister('FSTS'), readRegister('IQH')];
    for (const profile of profiles) {
      const dirty: InvalidationCase[] = [
        streamOf(profile, [submit(WAIT), read], {
          iqa: 0x60_0000_0000n | (isScalable(profile) ? 0x800n : 0n),
        }),
        streamOf(profile, [{ step: 'write', register: 'IQT', value: 0x7_ffe0n }]),
        streamOf(profile, [submit(INVALIDATE_IOTLB), { step: 'write', register: 'GCMD', value: 0n }]),
        streamOf(profile, [read], { translationEnabled: false }),
        streamOf(profile, [
          { step: 'write', register: 'RTADDR', value: 0xc00n },
          { step: 'write', register: 'GCMD', value: 0xc400_0000n },
        ]),
        streamOf(profile, [submit([0x15n, 0n]), { step: 'write', register: 'CCMD', value: 1n << 63n }]),
      ];
      const clean = streamOf(profile, probing);
      const cases = dirty.flatMap((testCase) => [testCase, clean]);
      const answers = await qemu.runBatch?.(cases);
      const alone = await answersTo(clean);
      expect(alone).toEqual([reached(DATA), value(0xc400_0000n), value(0n), value(0n)]);
      for (const [index, answer] of (answers ?? []).entries()) {
        if (index % 2 === 1) expect(answer).toMatchObject({ observation: { answers: alone } });
      }
    }
  });

  test('descriptors in the page that a request reaches do not outlive their stream', async () => {
    for (const profile of profiles) {
      await answersTo(streamOf(profile, [submit(WAIT)], { iqa: DATA | (isScalable(profile) ? 0x800n : 0n) }));
      expect(await answersTo(streamOf(profile, [read]))).toEqual([reached(DATA)]);
    }
  });
});
