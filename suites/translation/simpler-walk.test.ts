import { describe, expect, test } from 'vitest';
import { scalable } from '../../models/faulty/tables.ts';
import { caseProblem } from '../../spec/case-form.ts';
import type { TranslationCase } from '../../spec/schema.ts';
import { at, handMade, type Parts, tableOf, unit } from './hand-made.ts';
import { simplerWalks } from './simpler-walk.ts';

/** Where each run lies, and its words; the requests are those of the case unless an operation is told. */
const shown = ({ memory, requests }: TranslationCase) => ({
  memory: new Map(memory.map(({ address, words }) => [address, words])),
  op: requests[0]?.op,
});

/** All simpler walks of a case that is valid but for `parts`, each as the runs that it has. */
function simpler(parts: Parts) {
  const found = [...simplerWalks(handMade(parts))];
  expect(found.map(caseProblem)).toEqual(found.map(() => undefined));
  return found.map(shown);
}

const RIGHTS = 3n;
/** Lower than where tables are. */
const LEAF = 0x1000n | RIGHTS;

describe('a walk becomes simpler', () => {
  test('when RID_PASID is 0, and the entries that it led to move along', () => {
    const directory = at.pasidTable | 1n;
    const parts: Parts = { mode: 'scalable', profile: unit('everything'), levels: 3, page: 3 };
    const far = handMade({ ...parts, context: [at.directory | 1n, 0x10_0041n], directory });
    const moved = new Map<bigint, bigint>([
      [at.directory, at.directory + 8n],
      [at.pasidTable, at.pasidTable + 64n],
    ]);
    const memory = far.memory.map((run) => ({ ...run, address: moved.get(run.address) ?? run.address }));
    const [first] = [...simplerWalks({ ...far, memory })].map(shown);
    expect(first).toEqual(
      shown({
        ...far,
        memory: far.memory.map((run) =>
          run.address === at.context ? { ...run, words: [at.directory | 1n, 0x10_0000n] } : run,
        ),
      }),
    );
  });

  test.each(['legacy', 'scalable'] as const)('by a level of second stage, in %s mode', (mode) => {
    const [first] = simpler({ mode, levels: 4, page: 3 });
    expect(first).toEqual(shown(handMade({ mode, levels: 3, page: 3 })));
    expect(simpler({ mode, levels: 3, page: 3 })).toEqual([]);
  });

  test('by a large page, at 0 or where the page was, that stands where a pointer stood', () => {
    const parts: Parts = { levels: 3, page: 1, leaf: LEAF };
    const { memory, op } = shown(handMade(parts));
    const without = (level: number, above: number) => {
      const rest = [...memory].filter(([address]) => address !== tableOf(level));
      const held = memory.get(tableOf(level))?.[0] ?? 0n;
      const large = [0x80n | RIGHTS, 0x80n | held];
      return large.map((word) => ({ op, memory: new Map(rest).set(tableOf(above), [word]) }));
    };
    expect(simpler(parts).slice(-4)).toEqual([...without(2, 3), ...without(1, 2)]);
  });

  test('but not where the page lies above its table', () => {
    const large = (leaf?: bigint) => simpler({ levels: 3, page: 2, ...(leaf === undefined ? {} : { leaf }) });
    expect(large(LEAF | 0x80n)).toHaveLength(3);
    expect(large()).toHaveLength(1);
  });

  test('by a large page in place of a table that leads to itself', () => {
    const itself = tableOf(3) | 0x103n;
    const found = simpler({ levels: 3, page: 3, leaf: itself });
    expect(new Set(found.map(({ memory }) => memory.get(tableOf(3))?.[0]))).toEqual(new Set([0x183n]));
  });

  test('by an entry that stands where the pointer to its table stood, as it is', () => {
    const parts: Parts = { levels: 3, page: 2, tables: { 3: tableOf(2) | RIGHTS }, leaf: 0x801n };
    const [{ memory } = { memory: undefined }] = simpler(parts);
    expect(memory?.get(tableOf(3))).toEqual([0x801n]);
    expect(memory?.has(tableOf(2))).toBe(false);
  });

  test('by flags that are set in advance, where the walk was snooped to set them', () => {
    const nested = scalable('nested-48', [
      [0x4000n, 0x52c5n, 0x80_0000n, 0x6000n],
      [0x5000n, 0x83n],
      [0x6000n, 0x7005n],
      [0x7000n, 0x85n],
    ]);
    const found = [...simplerWalks(nested)].map(shown);
    const inAdvance = found.filter(({ memory }) => memory.get(0x4000n)?.[1] === 0n);
    const of = (address: bigint) => inAdvance.map(({ memory }) => memory.get(address)?.[0]);
    expect(of(0x5000n)).toEqual([0x183n, 0x383n]);
    expect([of(0x6000n), of(0x7000n)]).toEqual([
      [0x7025n, 0x7025n],
      [0xa5n, 0xa5n],
    ]);
  });

  test('by reads, with rights to read, where there were writes', () => {
    const [written] = simpler({ levels: 3, page: 3, leaf: 0x4000_0082n, op: 'write' });
    expect(written).toEqual(shown(handMade({ levels: 3, page: 3, leaf: 0x4000_0081n })));
    expect(simpler({ levels: 3, page: 3, op: 'write' })).toEqual([shown(handMade({ levels: 3, page: 3 }))]);
    expect(simpler({ levels: 3, page: 3, leaf: 0x4000_0082n })).toHaveLength(1);
  });
});
