import { describe, expect, it } from 'vitest';
import {
  contextInvalidation,
  ENABLED,
  HINT,
  iotlbInvalidation,
  pasidInvalidation,
  permissionInvalidation,
  profileOf,
  QUEUE,
  ROOT,
  SCALABLE,
  STATUS,
  Stream,
  wait,
} from './stream.fixture.ts';

const everything = profileOf('everything');
const scalable = () => new Stream(everything);
const legacy = () => new Stream(profileOf('legacy')).legacy(0n, 0n);
/** FSTS, IQERCD and IQH after a queue has met something. */
const state = (stream: Stream) => stream.read('FSTS').read('IQERCD').read('IQH').shown();

describe('an invalidation wait descriptor (6.5.2.9)', () => {
  it('writes 32 bits of status data and leaves the other half of the word alone', () => {
    const stream = scalable()
      .put(STATUS, 0x1111_1111_2222_2222n)
      .submit(wait(0xabcdn))
      .load(STATUS)
      .submit(wait(0x77n, 0x20n, STATUS + 4n));
    expect(stream.load(STATUS).shown()).toEqual([0x1111_1111_0000_abcdn, 0x77_0000_abcdn]);
  });

  it('writes nothing without SW', () => {
    expect(scalable().submit(wait(0xabcdn, 0n)).load(STATUS).shown()).toEqual([0n]);
  });

  it('ignores bits of the status address above the host address width', () => {
    const stream = new Stream(profileOf('nested')).submit(wait(5n, 0x20n, (1n << 60n) | STATUS));
    expect(stream.load(STATUS).shown()).toEqual([5n]);
  });

  it('sets IWC with IF and holds the interrupt pending while IM is set', () => {
    const stream = scalable().submit(wait(0n, 0x10n)).read('ICS').read('IECTL');
    expect(stream.write('ICS', 1n).read('ICS').read('IECTL').shown()).toEqual([
      1n,
      0xc000_0000n,
      0n,
      0x8000_0000n,
    ]);
  });

  it('sends the pending interrupt when IM is cleared, and raises none while IWC is set', () => {
    const stream = scalable().submit(wait(0n, 0x10n)).write('IECTL', 0n).read('IECTL');
    stream.write('IECTL', 0x8000_0000n).submit(wait(0n, 0x10n)).read('IECTL').read('ICS');
    expect(stream.shown()).toEqual([0n, 0x8000_0000n, 1n]);
  });

  it('drains page requests only where PDS is reported', () => {
    expect(state(scalable().submit(wait(0n, 0x80n)))).toEqual([0n, 0n, 0x20n]);
    expect(state(legacy().submit(wait(0n, 0x80n)))).toEqual([0x10n, 4n, 0n]);
  });
});

describe('the queue (6.5.2)', () => {
  it('has its head behind the last valid descriptor, in steps of its slots', () => {
    expect(state(legacy().submit(wait(1n), wait(2n)))).toEqual([0n, 0n, 0x20n]);
    expect(state(scalable().submit(wait(1n), wait(2n)))).toEqual([0n, 0n, 0x40n]);
  });

  it('wraps at the size that QS says', () => {
    for (const [iqa, slots] of [
      [QUEUE, 256],
      [QUEUE | 1n, 512],
    ] as const) {
      const stream = legacy().queue(iqa);
      const descriptors = Array.from({ length: slots - 4 }, (_, index) => wait(BigInt(index)));
      for (let at = 0; at < descriptors.length; at += 64) stream.submit(...descriptors.slice(at, at + 64));
      for (let turn = 0; turn < 3; turn++) stream.submit(wait(1n), wait(2n));
      expect(stream.read('IQH').read('IQT').load(QUEUE).shown()).toEqual([0x20n, 0x20n, 0x1_0000_0025n]);
    }
  });

  it('fetches nothing while it is disabled, and everything when it is enabled', () => {
    const stream = scalable()
      .queue(undefined)
      .write('IQA', QUEUE | 0x800n)
      .submit(wait(9n))
      .load(STATUS);
    expect(stream.write('GCMD', ENABLED).load(STATUS).read('GSTS').shown()).toEqual([0n, 9n, 0xc400_0000n]);
  });

  it('sets its head to 0 when it is disabled', () => {
    const stream = scalable().submit(wait(1n)).write('GCMD', 0x8000_0000n).read('IQH').read('GSTS');
    expect(stream.shown()).toEqual([0n, 0xc000_0000n]);
  });

  it('is not there without QI', () => {
    const profile = { ...profileOf('legacy'), ecap: 0n };
    const stream = new Stream(profile).legacy(0n, 0n).queue(undefined).write('GCMD', ENABLED);
    stream.write('IQA', QUEUE).submit(wait(1n)).load(STATUS).read('IQA').read('GSTS').read('IECTL');
    expect(stream.shown()).toEqual([0n, 0n, 0xc000_0000n, 0n]);
  });

  it('serves translation that is off as well', () => {
    expect(scalable().translationOff().submit(wait(3n)).load(STATUS).shown()).toEqual([3n]);
  });
});

describe('a queue error (6.5.2.11, 11.4.9.9)', () => {
  it('keeps the head at the descriptor, and nothing more is fetched until IQE is cleared', () => {
    const bad = [0n, 0n];
    const stream = scalable().submit(wait(1n), bad, wait(2n)).load(STATUS).submit(wait(3n)).load(STATUS);
    stream.read('IQH').read('FSTS').read('IQERCD');
    expect(stream.shown()).toEqual([1n, 1n, 0x20n, 0x10n, 3n]);
  });

  it('is over when software has mended the descriptor and clears IQE', () => {
    const stream = scalable()
      .submit([0n, 0n], wait(2n))
      .store(QUEUE, ...wait(1n));
    stream.read('IQH').write('FSTS', 0x10n).read('FSTS').read('IQH').load(STATUS);
    expect(stream.shown()).toEqual([0n, 0n, 0x40n, 2n]);
  });

  it('comes again when the descriptor was not mended', () => {
    expect(state(scalable().submit([0n, 0n]).write('FSTS', 0x10n))).toEqual([0x10n, 3n, 0n]);
  });

  it.each([
    ['a tail beyond the queue', scalable().write('IQT', 0x1000n), 1n],
    ['a tail that is not aligned to 256 bits', scalable().write('IQT', 0x10n), 6n],
    [
      'a queue in memory that does not answer',
      scalable()
        .queue(0x9000_0000n | 0x800n)
        .submit(wait(1n)),
      2n,
    ],
    ['128-bit slots in scalable mode', scalable().queue(QUEUE).submit(wait(1n)), 5n],
    [
      '256-bit slots without scalable mode',
      legacy()
        .queue(QUEUE | 0x800n)
        .submit(wait(1n)),
      5n,
    ],
    [
      'the reserved translation table mode',
      legacy()
        .rtaddr(ROOT | 0x800n)
        .submit(wait(1n)),
      7n,
    ],
    [
      'scalable mode without SMTS',
      legacy()
        .rtaddr(ROOT | SCALABLE)
        .submit(wait(1n)),
      7n,
    ],
  ])('says what was wrong: %s', (_, stream, info) => {
    expect(state(stream)).toEqual([0x10n, info, 0n]);
  });

  it('meets no error while the tail does not move away from the head', () => {
    expect(
      state(
        legacy()
          .queue(QUEUE | 0x800n)
          .write('IQT', 0n),
      ),
    ).toEqual([0n, 0n, 0n]);
  });
});

describe('a descriptor (6.5.2, Table 26)', () => {
  const infoOf = (stream: Stream) => stream.read('IQERCD').shown()[0];
  const types = Array.from({ length: 128 }, (_, type) => type);
  const descriptorOf = (type: number) => {
    const granularity = [0, 3, 3, 0, 0, 0, 3, 3, 0, 0, 3][type] ?? 0;
    return [BigInt((type & 0xf) | ((type & 0x70) << 5) | (granularity << 4)), 0n];
  };

  it('has types 1 to 5 in legacy mode and 1 to 10 in scalable and abort-DMA mode', () => {
    const valid = (stream: () => Stream) =>
      types.filter((type) => infoOf(stream().submit(descriptorOf(type))) !== 3n);
    expect(valid(legacy)).toEqual([1, 2, 3, 4, 5]);
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(valid(scalable)).toEqual(all);
    expect(valid(() => scalable().rtaddr(ROOT | 0xc00n))).toEqual(all);
    expect(valid(() => new Stream(profileOf('secondStage')))).toEqual([1, 2, 4, 5, 6, 7]);
  });

  it('has a reserved bit wherever no field is', () => {
    const reserved = (type: number, word: number) => {
      let mask = 0n;
      // Bits 3:0 make another type.
      for (let bit = word === 0 ? 4n : 0n; bit < 64n; bit++) {
        const words = [...descriptorOf(type), 0n, 0n];
        words[word] = (words[word] as bigint) ^ (1n << bit);
        const stream = scalable().step({ step: 'submit', descriptors: [words] });
        if (infoOf(stream) === 4n) mask |= 1n << bit;
      }
      return mask;
    };
    expect(reserved(1, 0)).toBe(0xfffc_0000_0000_f1c0n);
    expect(reserved(2, 0)).toBe(0xffff_ffff_0000_f100n);
    expect(reserved(2, 1)).toBe(0xf80n);
    expect(reserved(3, 0)).toBe(0x000f_0000_ffe0_01f0n);
    expect(reserved(3, 1)).toBe(0xffen);
    expect(reserved(4, 0)).toBe(0xffff_0000_07ff_f1e0n);
    expect(reserved(5, 0)).toBe(0xffff_f100n);
    expect(reserved(5, 1)).toBe(3n);
    // Bit 5 is granularity, which 1 is no value of.
    expect(reserved(6, 0)).toBe(0xfff0_0000_0000_f1e0n);
    expect(reserved(6, 1)).toBe(0xf80n);
    expect(reserved(7, 0)).toBe(0xfff0_0000_0000_f1d0n);
    expect(reserved(7, 1)).toBe(0xffff_ffff_ffff_ffffn);
    expect(reserved(8, 0)).toBe(0n);
    expect(reserved(8, 1)).toBe(0x7fen);
    expect(reserved(9, 0)).toBe(0xfff0_0000_0000_01e0n);
    expect(reserved(9, 1)).toBe(0xffff_ffff_ffff_f003n);
    expect(reserved(10, 0)).toBe(0xffff_ffff_0000_f1c0n);
    expect(reserved(10, 1)).toBe(0xf00n);
    for (let type = 1; type <= 10; type++) {
      expect(reserved(type, 2)).toBe(0xffff_ffff_ffff_ffffn);
      expect(reserved(type, 3)).toBe(0xffff_ffff_ffff_ffffn);
    }
  });

  it('has granularities that are reserved', () => {
    const refused = (make: (g: bigint) => readonly bigint[]) =>
      [0n, 1n, 2n, 3n].filter((g) => infoOf(scalable().submit(make(g))) === 4n);
    expect(refused(contextInvalidation)).toEqual([0n]);
    expect(refused(iotlbInvalidation)).toEqual([0n]);
    expect(refused(pasidInvalidation)).toEqual([2n]);
    expect(refused((g) => [6n | (g << 4n)])).toEqual([0n, 1n]);
    expect(refused(permissionInvalidation)).toEqual([0n]);
  });

  it('is refused for single pages where PSI is not reported', () => {
    const stream = new Stream(profileOf('small')).legacy(0n, 0n);
    expect(infoOf(stream.submit(iotlbInvalidation(3n, 0, HINT)))).toBe(4n);
  });

  it('names a physical function only where DIT is reported', () => {
    const stream = () => new Stream(profileOf('nested'));
    expect(infoOf(stream().submit([3n | 0x1000n]))).toBe(4n);
    expect(infoOf(stream().submit([8n | (1n << 52n)]))).toBe(4n);
  });
});
