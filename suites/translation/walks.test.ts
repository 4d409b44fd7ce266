import { describe, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { walkTrace } from '../../models/reference/translation.ts';
import type { TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { at, handMade, type Mode, tableOf, unit } from './hand-made.ts';

/** The one answer, on which both models agree. */
function answer(testCase: TranslationCase) {
  const [first, second] = [reference, optimized].map(
    (model) => (model.run(testCase) as TranslationObservation).results[0],
  );
  expect(second).toEqual(first);
  return first;
}

const modes: readonly Mode[] = ['legacy', 'scalable'];

describe.each(modes)('%s mode', (mode) => {
  describe.each([3, 4, 5])('%i levels', (levels) => {
    test.each([
      [1, 12, 0x12_3456_7000n],
      [2, 21, 0x12_3460_0000n],
      [3, 30, 0x12_4000_0000n],
    ])('a page of level %i covers %i bits and keeps the offset', (page, pageBits, target) => {
      const last = (1n << BigInt(12 + 9 * levels)) - 8n;
      const leaf = target | 3n | (page > 1 ? 0x80n : 0n);
      const offset = last & ((1n << BigInt(pageBits)) - 1n);
      expect(answer(handMade({ mode, levels, page, leaf, address: last }))).toEqual({
        outcome: 'translated',
        address: target | offset,
        pageBits,
        read: true,
        write: true,
      });
    });

    test('the first address beyond the tables is refused', () => {
      const address = 1n << BigInt(12 + 9 * levels);
      const code = mode === 'legacy' ? 0x04 : 0x84;
      expect(answer(handMade({ mode, levels, address }))).toMatchObject({ outcome: 'blocked', code });
    });
  });

  test('MGAW refuses addresses that the tables would cover', () => {
    const profile = { ...unit(mode === 'legacy' ? 'legacy-57' : 'second-stage-57') };
    const narrow = { ...profile, cap: (profile.cap & ~(0x3fn << 16n)) | (51n << 16n) };
    const inside = { mode, profile: narrow, levels: 5, address: (1n << 52n) - 8n };
    expect(answer(handMade(inside))).toMatchObject({ outcome: 'translated' });
    expect(answer(handMade({ ...inside, address: 1n << 52n }))).toMatchObject({ outcome: 'blocked' });
  });

  test('a right counts only where every entry grants it', () => {
    for (const [level, right] of [
      [4, 1n],
      [3, 1n],
      [2, 1n],
      [1, 1n],
    ] as const) {
      const entry = (level === 1 ? 0x4000_0000n : tableOf(level - 1)) | right;
      const parts = level === 1 ? { leaf: entry } : { tables: { [level]: entry } };
      expect(answer(handMade({ mode, ...parts }))).toMatchObject({ read: true, write: false });
      expect(answer(handMade({ mode, ...parts, op: 'write' }))).toMatchObject({ outcome: 'blocked' });
    }
  });

  test('the output just below and just above FEEx_xxxxh is an ordinary page', () => {
    for (const leaf of [0xfedf_f003n, 0xfef0_0003n, 0x1_fee0_0003n]) {
      expect(answer(handMade({ mode, leaf }))).toMatchObject({ address: leaf & ~3n });
    }
  });

  test('a large page across FEEx_xxxxh is refused only where the output lies in it', () => {
    const parts = { mode, page: 2, leaf: 0xfee0_0083n };
    expect(answer(handMade(parts))).toMatchObject({ outcome: 'blocked' });
    expect(answer(handMade({ ...parts, address: 0x10_0000n }))).toMatchObject({ address: 0xfef0_0000n });
  });
});

describe('scalable mode', () => {
  test('devices 16 to 31 are served by the upper half of the root entry', () => {
    const upper = { mode: 'scalable', sourceId: 0x80 } as const;
    expect(answer(handMade({ ...upper, root: [0n, at.context | 1n] }))).toMatchObject({
      outcome: 'translated',
    });
    expect(answer(handMade({ ...upper, root: [at.context | 1n, 0n] }))).toMatchObject({ code: 0x39 });
  });

  test('RID_PASID selects the directory entry and the table entry', () => {
    const profile = unit('nested-48');
    const testCase = handMade({ mode: 'scalable', profile, context: [at.directory | 1n, 0x43n] });
    const moved = testCase.memory.map((run) => {
      if (run.address === at.directory) return { ...run, address: at.directory + 8n };
      return run.address === at.pasidTable ? { ...run, address: at.pasidTable + 0xc0n } : run;
    });
    expect(answer({ ...testCase, memory: moved })).toMatchObject({ outcome: 'translated' });
    expect(answer(testCase)).toMatchObject({ code: 0x51 });
  });

  test('pass-through gives the address back up to the host address width', () => {
    const pasid = [(4n << 6n) | 1n];
    const address = (1n << 52n) - 8n;
    expect(answer(handMade({ mode: 'scalable', pasid, address }))).toMatchObject({ address, pageBits: 64 });
    expect(answer(handMade({ mode: 'scalable', pasid, address: 1n << 52n }))).toMatchObject({ code: 0x83 });
  });
});

test('legacy pass-through gives the address back up to the host address width', () => {
  const context = [9n, 3n];
  const address = (1n << 52n) - 8n;
  expect(answer(handMade({ context, address }))).toMatchObject({ address, read: true, write: true });
  expect(answer(handMade({ context, address: 1n << 52n }))).toMatchObject({ code: 0x04 });
});

describe('a record', () => {
  test('names the requester, the page and the kind of request, and claims no PASID', () => {
    const testCase = handMade({ sourceId: 0xff81, address: 0x12_3458n, op: 'write', leaf: 1n });
    expect(answer(testCase)).toEqual({
      outcome: 'blocked',
      code: 0x05,
      record: { code: 0x05, sourceId: 0xff81, address: 0x12_3000n, op: 'write', pasidPresent: false },
    });
  });

  test('leaves out address bits above the largest address width', () => {
    const testCase = handMade({ address: (1n << 63n) | 0x5000n });
    expect(answer(testCase)).toMatchObject({ record: { address: 0x5000n } });
  });

  test.each([
    ['context', { context: [at.directory | 3n, 0n] }],
    ['PASID directory', { directory: at.pasidTable | 3n }],
    ['PASID table', { pasid: [tableOf(4) | (2n << 6n) | (2n << 2n) | 3n] }],
  ])('is suppressed by FPD of the %s entry, which changes nothing else', (_, parts) => {
    const blocked = answer(handMade({ mode: 'scalable', ...parts, op: 'write', leaf: 1n }));
    expect(blocked).toEqual({ outcome: 'blocked', code: 0x85, record: null });
    expect(answer(handMade({ mode: 'scalable', ...parts }))).toMatchObject({ outcome: 'translated' });
  });

  test('is made in spite of FPD when a PASID structure cannot be read', () => {
    const context = [at.hole | 3n, 0n];
    expect(answer(handMade({ mode: 'scalable', context }))).toMatchObject({ record: { code: 0x50 } });
  });
});

test('a trace names every structure that is read, with its words and the verdict', () => {
  expect(walkTrace(handMade({ mode: 'scalable', levels: 3, page: 2, leaf: 0x83n }), 0)).toEqual([
    {
      name: 'Scalable-mode root entry, lower half',
      address: 0x1000n,
      words: [0x2001n, 0x2001n],
      verdict: 'valid',
    },
    { name: 'Scalable-mode context entry', address: 0x2000n, words: [0x3001n, 0n, 0n, 0n], verdict: 'valid' },
    { name: 'Scalable-mode PASID directory entry', address: 0x3000n, words: [0x4001n], verdict: 'valid' },
    {
      name: 'Scalable-mode PASID table entry',
      address: 0x4000n,
      words: [0x13085n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
      verdict: 'valid',
    },
    {
      name: 'Second-stage page directory pointer entry',
      address: 0x13000n,
      words: [0x12003n],
      verdict: 'table at 0x12000',
    },
    { name: 'Second-stage 2 MiB page', address: 0x12000n, words: [0x83n], verdict: 'page, output 0x0' },
  ]);
});
