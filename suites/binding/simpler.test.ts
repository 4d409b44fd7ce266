/** Simpler cases hold less, or the same of lower values, so that shrinking ends. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBindingCase, nestingUnit } from '../../generators/binding.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { caseProblem } from '../../spec/case-form.ts';
import type { BindingCase, BindingStep } from '../../spec/schema/binding.ts';
import { bindingCase, entryOf, firstStage, on, pasidCache, plug, store } from './hand-made.fixture.ts';
import { simplerBindings } from './simpler.ts';
import { lowerPages, lowerSourceIds } from './simpler-places.ts';

const drawn = fc.sample(anyBindingCase(ownProfiles), { seed: 7, numRuns: 30 });

/** How much a case holds, and the sum of what it holds; a device that is plugged late counts as more. */
function measure({
  memory,
  steps,
  failing,
  devices,
  units,
  profile,
  rtaddr,
}: BindingCase): readonly bigint[] {
  const numbers = steps.flatMap((step): readonly bigint[] => {
    if (step.step === 'store') return [BigInt(step.words.length), step.address, ...step.words];
    if (step.step === 'root') return [step.rtaddr];
    return step.step === 'invalidate' ? step.descriptor : 'device' in step ? [BigInt(step.device)] : [];
  });
  const words = [
    ...memory.flatMap((run) => run.words),
    ...steps.flatMap((step) => (step.step === 'store' ? step.words : [])),
  ];
  const plain = nestingUnit(profile);
  const other = units.filter(({ cap, ecap }) => cap !== plain.cap || ecap !== plain.ecap).length;
  const enabled = steps.findIndex(({ step }) => step === 'enable');
  const late = steps.filter(({ step }, at) => step === 'plug' && enabled >= 0 && at > enabled).length;
  const odd = units
    .flatMap(({ coherent, erratum772415 }) => [coherent, erratum772415])
    .filter(Boolean).length;
  const things = steps.length + failing.length + words.filter((word) => word !== 0n).length;
  const small = [
    ...failing,
    ...devices.flatMap(({ sourceId, unit, iommufd = 0, pasidBits }) => [sourceId, unit, iommufd, pasidBits]),
    ...[odd, late],
  ].reduce((all, number) => all + number, 0);
  // A run may lose the zeros that it begins with.
  const places = memory.map((run) => run.address + 8n * BigInt(run.words.findIndex((word) => word !== 0n)));
  const sum = [...places, ...memory.flatMap((run) => run.words), rtaddr];
  return [
    BigInt(things + devices.length + units.length + other),
    [...sum, ...numbers].reduce((all, word) => all + word, 0n) + BigInt(small),
  ];
}

function isLess(a: readonly bigint[], b: readonly bigint[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] ?? 0n) < (b[at] ?? 0n);
}

const isOrdered = (testCase: BindingCase): boolean => [...lowerPages(testCase)].length === 0;

test('a simpler case holds less, or the same of lower values', () => {
  for (const testCase of drawn) {
    const whole = measure(testCase);
    const isInOrder = isOrdered(testCase);
    for (const simpler of simplerBindings(testCase)) {
      // Pages in order count as less: there is one such order, and nothing else moves pages.
      if (!isLess(measure(simpler), whole)) expect([isInOrder, isOrdered(simpler)]).toEqual([false, true]);
    }
  }
});

test('a simpler case is a case, under the same profile', () => {
  for (const testCase of drawn.slice(0, 5)) {
    for (const simpler of simplerBindings(testCase)) {
      expect(caseProblem(simpler)).toBeUndefined();
      expect(simpler.profile).toBe(testCase.profile);
      expect(simpler.steps.length).toBeGreaterThan(0);
    }
  }
});

test('each step, each failure and each bit of a word is left out by some simpler case', () => {
  const steps = [plug(0), on, store(entryOf(0), firstStage(0x5000n)), pasidCache()];
  const testCase = bindingCase({ steps, failing: [3, 7] });
  const all = [...simplerBindings(testCase)];
  for (const [index] of steps.entries()) {
    const shorter = testCase.steps.toSpliced(index, 1);
    expect(all.some((one) => isEqual(one.steps, shorter))).toBe(true);
  }
  for (const failing of [[3], [7], [2, 7], [3, 6]]) {
    expect(all.some((one) => isEqual(one.failing, failing))).toBe(true);
  }
  const stored = (words: bigint[]) => testCase.steps.with(2, store(entryOf(0), words));
  for (const words of [
    [0n, 5n, 0x5000n],
    [0x40n, 5n, 0x5000n],
    [0x41n, 4n, 0x5000n],
  ]) {
    expect(all.some((one) => isEqual(one.steps, stored(words)))).toBe(true);
  }
});

function isEqual(a: unknown, b: unknown): boolean {
  return inWords(a) === inWords(b);
}

function inWords(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
}

test('a device is plugged before translation is turned on', () => {
  const testCase = bindingCase({ steps: [on, plug(0)] });
  expect([...simplerBindings(testCase)].some(({ steps }) => isEqual(steps, [plug(0), on]))).toBe(true);
});

test('two functions of one device stay together, with their entries, and the invalidation that names both', () => {
  const [one, other] = [0x1fb, 0x1ff];
  const invalidation: BindingStep = { step: 'invalidate', descriptor: [0x1_01fb_0000_0031n, 0n] };
  const contexts = [one, other].map((id) => ({
    address: 0x1000n + 32n * BigInt(id & 0x7f),
    words: [0x3001n],
  }));
  const testCase: BindingCase = {
    ...bindingCase({ steps: [plug(0), plug(1), on, invalidation] }),
    rtaddr: 0x400n,
    devices: [one, other].map((sourceId) => ({ sourceId, unit: 0, pasidBits: 0, iommufd: 0 })),
    memory: [{ address: 0x18n, words: [0x1001n] }, ...contexts],
  };
  const together = [...simplerBindings(testCase)].find(({ devices }) => devices[1]?.sourceId === 4);
  expect(together?.devices.map(({ sourceId }) => sourceId)).toEqual([0, 4]);
  expect(together?.memory).toEqual([
    { address: 0n, words: [0x1001n] },
    { address: 0x1000n, words: [0x3001n] },
    { address: 0x1080n, words: [0x3001n] },
  ]);
  expect(together?.steps.at(-1)).toEqual({ step: 'invalidate', descriptor: [0x1_0000_0000_0031n, 0n] });
});

test('a lower source id may keep the half of its bus and that of the buses', () => {
  const ofUpperHalves = bindingCase({ steps: [], devices: [{ sourceId: 0x81fb }] });
  const ids = [...lowerSourceIds(ofUpperHalves)].map(({ devices }) => devices[0]?.sourceId);
  expect(ids).toEqual([0, 0x80, 0x8000]);
});

test('no device gets the source id of another', () => {
  const two = bindingCase({ steps: [], devices: [{ sourceId: 0x80 }, { sourceId: 0x81fb }] });
  const pairs = [...lowerSourceIds(two)].map(({ devices }) => devices.map(({ sourceId }) => sourceId));
  expect(pairs).toEqual([
    [0, 0x81fb],
    [0x80, 0],
    [0x80, 0x8000],
  ]);
});
