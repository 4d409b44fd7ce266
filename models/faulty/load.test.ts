import { describe, expect, test } from 'vitest';
import type { UsedBitsCase } from '../../spec/schema.ts';
import { runUsedBits } from '../optimized/used-bits.ts';
import type { Edit } from './bug.ts';
import { loadEdited } from './load.ts';
import { filled, simplestProfile } from './updates.ts';

const halved: Edit = { file: 'used-bits.ts', from: 'const HALVES = 16;', to: 'const HALVES = 8;' };
const bypass: UsedBitsCase = {
  ...{ area: 'used-bits', profile: simplestProfile, format: 'smmu-ste', entry: filled([0x9n], 8) },
};
const shcfg: Edit = { file: 'used-bits.ts', from: 'const SHCFG = 0x3000;', to: 'const SHCFG = 0x1000;' };
const used = async (...edits: readonly Edit[]) => {
  const { run } = await loadEdited(edits, ['used-bits']);
  return run(bypass);
};

test('an edit changes the model that is loaded with it, and no other', async () => {
  const healthy = runUsedBits(bypass);
  const faulty = await used(shcfg);
  expect(faulty).toEqual({ used: filled([0xfn, 0x1000_0000_0000n], 8) });
  expect(runUsedBits(bypass)).toEqual(healthy);
  expect(await used()).toEqual(healthy);
  expect(await used(shcfg)).toEqual(faulty);
});

test('edits of one file are made one after the other', async () => {
  const back = { ...shcfg, from: shcfg.to, to: 'const SHCFG = 0x2000;' };
  expect(await used(shcfg, back)).toEqual({ used: filled([0xfn, 0x2000_0000_0000n], 8) });
});

describe('is refused, and the edit named:', () => {
  const refused = async (edit: Edit) => used(halved, edit).then(() => 'loaded', String);

  test('an edit of a text that is not there', async () => {
    expect(await refused({ ...shcfg, from: 'no such text' })).toBe(
      'RangeError: edit 2 of 2, in used-bits.ts: occurs 0 times, expected once: no such text',
    );
  });

  test('an edit of a text that is there more than once', async () => {
    expect(await refused({ ...shcfg, from: 'HALVES * (1 + ' })).toMatch(/occurs 2 times, expected once/);
  });

  test('an edit that changes nothing', async () => {
    expect(await refused({ ...shcfg, to: shcfg.from })).toMatch(
      /edit 2 of 2, in used-bits.ts: changes nothing/,
    );
  });

  test('an edit of a file that the area does not use', async () => {
    expect(await refused({ file: 'amd-dte.ts', from: 'flush-dte', to: 'wait' })).toBe(
      'RangeError: edit of amd-dte.ts: not imported by used-bits.ts',
    );
  });

  test('an edit of a file that does not exist', async () => {
    expect(await refused({ file: 'amd.ts', from: '1', to: '2' })).toMatch(/no such file.*optimized\/amd\.ts/);
  });

  test('an edit after which the file is no TypeScript', async () => {
    expect(await refused({ ...shcfg, to: 'const = ;' })).toMatch(/SyntaxError/);
  });
});

test('a case of another area is not answered', async () => {
  const { areas, run } = await loadEdited([shcfg], ['entry-sync']);
  expect(areas).toEqual(['entry-sync']);
  expect(() => run(bypass)).toThrow('faulty:edited does not answer area used-bits');
});
