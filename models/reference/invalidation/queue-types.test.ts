/** Which types the queue takes, by mode and width (Table 26). */
import { expect, test } from 'vitest';
import {
  ABORT,
  Bench,
  contextGlobal,
  EVERY_FORMAT,
  LEGACY,
  QUEUE,
  RESERVED_MODE,
  SCALABLE,
  WIDE,
} from './queue.fixture.ts';

const pasidGlobal = [0x37n, 0n, 0n, 0n];
const IQE = 0x10n;

const modes = [
  ['legacy', LEGACY],
  ['scalable', SCALABLE],
  ['reserved', RESERVED_MODE],
  ['abort', ABORT],
] as const;
const valid: Readonly<Record<string, readonly number[]>> = {
  'legacy 128': [1, 2, 3, 4, 5],
  'legacy 256': [1, 2, 3, 4, 5],
  'scalable 256': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  'abort 256': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};
const words = [0n, 0x11n, 0x12n, 3n, 4n, 0x45n, 0x26n, 0x37n, 8n, 9n, 0x1an, 11n, 12n, 13n, 14n, 15n];

for (const [mode, rtaddr] of modes)
  for (const width of [128, 256])
    test(`${mode}, ${width} bits`, () => {
      const taken = words.flatMap((word, type) => {
        const bench = new Bench({
          values: EVERY_FORMAT,
          rtaddr,
          iqa: QUEUE | (width === 256 ? WIDE : 0n),
        }).submit([word, 0n]);
        return bench.values('FSTS')[0] === 0n ? [type] : [];
      });
      expect(taken).toEqual(valid[`${mode} ${width}`] ?? []);
    });

test.each([
  ['narrow slots in scalable mode', SCALABLE, 0n, [0n, 3n, 5n]],
  ['narrow slots in abort mode', ABORT, 0n, [0n, 3n, 5n]],
  ['the reserved mode', RESERVED_MODE, WIDE, [0n, 3n, 7n]],
])('%s are reported by these codes', (_, rtaddr, form, codes) => {
  const bench = new Bench({ values: EVERY_FORMAT, rtaddr, iqa: QUEUE | form }).submit(contextGlobal);
  expect(bench.values('IQERCD')).toEqual(codes);
});

test('narrow slots in a mode that the unit does not have are reported as 3, 5 or 7', () => {
  const bench = new Bench({ rtaddr: SCALABLE }).submit([0n, 0n]);
  expect(bench.values('IQERCD')).toEqual([0n, 3n, 5n, 7n]);
});

test('wide slots in a mode that the unit does not have are taken, or not', () => {
  const bench = new Bench({ values: { ADMS: 1 }, rtaddr: SCALABLE, iqa: QUEUE | WIDE });
  const outcomes = bench.outcomes('IQT', bench.place([contextGlobal]));
  expect(outcomes).toHaveLength(2);
});

test('what counts is the mode that SRTP latched, under translation or not', () => {
  const bench = new Bench({ values: { ...EVERY_FORMAT, ESRTPS: 1 }, iqa: QUEUE | WIDE });
  bench.write('RTADDR', SCALABLE).submit(pasidGlobal);
  expect(bench.values('FSTS')).toEqual([IQE]);
  const off = new Bench({ values: EVERY_FORMAT, iqa: QUEUE | WIDE, translationEnabled: false });
  off.write('RTADDR', SCALABLE).write('GCMD', 0x4400_0000n).submit(pasidGlobal);
  expect(off.values('FSTS')).toEqual([0n]);
});
