import { expect, test } from 'vitest';
import type { SyntheticLayout } from '../../spec/schema.ts';
import { explainPlan } from './plan.ts';

const filled = (...words: bigint[]) => [...words, ...Array.from({ length: 8 - words.length }, () => 0n)];
const first = filled(0x49n, 0x80_0005n, 0x11_1000n);

test('a break names the quanta and the fields that stand in the way', () => {
  const plan = explainPlan('vtd-pasid', first, filled(0x49n, 0x80_0006n, 0x33_3000n));
  expect(plan.path).toBe('breaking');
  expect(plan.reason).toContain('quanta 0, 1');
  expect(plan.quanta.map(({ fields }) => fields)).toEqual([['DID'], ['FSPTPTR'], [], []]);
  expect(plan.quanta[0]!.differing).toEqual([0n, 3n]);
  expect(plan.steps.map(({ name }) => name)).toEqual(['invalidate', 'fill', 'publish']);
});

test('a swap is prepared and cleaned up; what nobody uses on the way stands not in it', () => {
  const plan = explainPlan('smmu-ste', filled(0xf800_f0f0_f0f0_f0ebn, 0x1800_00d6n), filled(9n, 1n << 44n));
  expect(plan.path).toBe('hitless');
  expect(plan.steps.map(({ name }) => name)).toEqual(['prepare', 'swap', 'clean up']);
  expect(plan.quanta.flatMap(({ fields }) => fields)).toEqual(['Config']);
  expect(plan.trace.filter(({ op }) => op === 'sync')).toEqual(
    Array(3).fill({ op: 'sync', actions: ['cfgi-ste', 'wait'] }),
  );
});

test('a unit that is not coherent gets the entry flushed', () => {
  const [, sync] = explainPlan('vtd-pasid', filled(), filled(0x109n, 1n), { coherent: false }).trace;
  expect(sync).toEqual({ op: 'sync', actions: ['flush-entry', 'invalidate-pasid-cache', 'wait'] });
});

test('equal entries need nothing, ignored bits a rewrite, AMD an order of its own', () => {
  expect(explainPlan('vtd-pasid', first, first)).toMatchObject({ path: 'nothing', steps: [], trace: [] });
  expect(explainPlan('vtd-pasid', filled(2n), filled()).path).toBe('rewrite');
  const amd = explainPlan('amd-dte', [0n, 0n, 0n, 0n], [1n, 0n, 0n, 0n]);
  expect(amd).toMatchObject({ path: 'amd', steps: [{ name: 'upper, then lower' }] });
});

test('a made-up format has no fields; its valid bit may lie in any quantum', () => {
  const layout: SyntheticLayout = {
    ...{ quantumWords: 1, quanta: 3, valid: { word: 1, bit: 5 }, mode: { low: 0, width: 1 } },
    ...{ modes: [[2n ** 64n - 1n, 0n, 2n ** 64n - 1n]], safe: [0n, 0n, 0n] },
  };
  const plan = explainPlan('synthetic', [1n, 0x20n, 1n], [2n, 0x20n, 2n], { layout });
  expect(plan.steps.map(({ name }) => name)).toEqual(['invalidate', 'fill', 'fill', 'publish']);
  expect(plan.trace.filter(({ op }) => op === 'sync')).toHaveLength(4);
  expect(() => explainPlan('synthetic', [0n], [0n])).toThrow('layout: missing');
});

test('an entry of the wrong size is refused in one sentence', () => {
  expect(() => explainPlan('amd-dte', [1n], [0n, 0n, 0n, 0n])).toThrow(
    'from: amd-dte has 4 words of 64 bits, not 1',
  );
});
