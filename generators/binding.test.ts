import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { extract } from '../spec/bits.ts';
import { caseProblem } from '../spec/case-form.ts';
import { toJson } from '../spec/json.ts';
import { type BindingCase, type BindingStep, bindingCaseSchema } from '../spec/schema/binding.ts';
import type { Profile } from '../spec/schema.ts';
import { anyBindingCase, bindingProfiles } from './binding.ts';
import { Guest } from './binding-guest.ts';
import type { Slot } from './binding-slot.ts';
import { Choices } from './choices.ts';
import { drawCases } from './drawing.ts';
import { ownProfiles, profilePool } from './profiles.ts';
import { translationTarget } from './translation-target.ts';

const sample = (numRuns: number, seed = 1): readonly BindingCase[] =>
  drawCases(anyBindingCase(profilePool), seed, numRuns);

test('cases are cases of the schema in the right form', () => {
  const cases = sample(1000);
  expect(cases.map((one) => v.parse(bindingCaseSchema, JSON.parse(toJson(one))))).toEqual(cases);
  expect(cases.flatMap((one) => caseProblem(one) ?? [])).toEqual([]);
});

test('the same seed draws the same cases, and a draw shrinks to one device that is plugged', () => {
  expect(toJson(sample(100))).toBe(toJson(sample(100)));
  expect(toJson(sample(100))).not.toBe(toJson(sample(100, 2)));
  const { counterexample } = fc.check(
    fc.property(anyBindingCase(profilePool), () => false),
    { seed: 1 },
  );
  const smallest = counterexample?.[0] as BindingCase;
  expect(smallest.devices).toHaveLength(1);
  expect(smallest.failing).toEqual([]);
  expect(smallest.steps.map(({ step }) => step)).toEqual(['plug', 'enable']);
});

test('where no unit has a first stage, or none is scalable, what is offered is drawn all the same', () => {
  for (const kept of [(ecap: bigint) => ecap & ~(1n << 47n), (ecap: bigint) => ecap & ~(1n << 43n)]) {
    const profiles = profilePool.slice(0, 20).map((profile) => ({ ...profile, ecap: kept(profile.ecap) }));
    for (const { profile } of drawCases(anyBindingCase(profiles), 1, 100)) {
      expect(profiles).toContain(profile);
    }
  }
});

test('what a step names is there, and failing calls are in order', () => {
  for (const { devices, units, steps, failing } of sample(1000, 3)) {
    for (const { unit } of devices) expect(units[unit]).toBeDefined();
    for (const step of steps) if ('device' in step) expect(devices[step.device]).toBeDefined();
    expect(failing).toEqual([...new Set(failing)].toSorted((a, b) => a - b));
  }
});

test('devices have PASIDs up to the widest, directories have room for fewer, and calls fail in a row', () => {
  const drawn = drawCases(anyBindingCase(ownProfiles), 5, 2000);
  const some = (shows: (testCase: BindingCase) => boolean) =>
    expect(drawn.filter(shows).length).toBeGreaterThan(drawn.length / 100);
  some(({ devices }) => devices.some(({ pasidBits }) => pasidBits === 20));
  some(({ failing }) => failing.some((number, index) => failing[index + 1] === number + 1));
  some(({ devices }) => new Set(devices.map(({ iommufd }) => iommufd)).size > 1);
  some(({ units, devices }) => new Set(devices.map(({ unit }) => units[unit]?.coherent)).size > 1);
  some(({ units, devices }) => new Set(devices.map(({ unit }) => units[unit]?.erratum772415)).size > 1);
});

test('entries on the way to a PASID entry are spoilt, and page tables lie beyond 4 GiB', () => {
  const words = sample(500, 7).flatMap(({ memory, steps }) =>
    [...memory, ...steps.filter((step) => step.step === 'store')].map((run) => run.words),
  );
  // Of one word or two: a root, context or directory entry.
  expect(words.filter(([low = 0n, , third]) => third === undefined && (low & 0x101n) === 0x101n)).not.toEqual(
    [],
  );
  expect(words.filter(([, , first = 0n]) => first >> 32n !== 0n)).not.toEqual([]);
});

test('an entry that lies where a longer directory goes on is stored with all its words', () => {
  const target = translationTarget(bindingProfiles(profilePool)[0] as Profile);
  const guest = new Guest(target, [{ sourceId: 0x10, pasidBits: 0 }], new Choices(0));
  const [slot] = guest.slots as [Slot];
  const short: Slot = { ...slot, entry: { ...slot.entry, structure: 'pasid-directory', words: [1n] } };
  guest.slots.push(short);
  for (let seed = 0; seed < 200; seed++) {
    expect(guest.draw(seed % 2 === 0 ? slot : short, new Choices(seed))).toHaveLength(8);
  }
});

test('context entries of two functions of one device change, and one invalidation is about both', () => {
  const drawn = drawCases(anyBindingCase(profilePool), 8, 1000);
  const some = drawn.filter(({ steps, memory }) => {
    const at = steps.findIndex(
      (step) =>
        step.step === 'invalidate' &&
        ((step.descriptor[0] ?? 0n) & 0x3_0000_0000_003fn) === 0x3_0000_0000_0031n,
    );
    const places = new Set(memory.map(({ address }) => address));
    const stores = steps.slice(Math.max(0, at - 2), at).filter((step) => step.step === 'store');
    return (
      stores.length === 2 && stores.every(({ address, words }) => words.length === 4 && places.has(address))
    );
  });
  expect(some.length).toBeGreaterThan(10);
});

test('of 2,000 cases some are about what is seldom told apart', () => {
  const drawn = drawCases(anyBindingCase(profilePool), 6, 2000);
  const some = (shows: (testCase: BindingCase) => boolean) =>
    expect(drawn.filter(shows).length).toBeGreaterThan(5);
  // RID_PASID of more than 16 bits: of a context entry, which has four words.
  const isWide = ([low = 0n, high = 0n, third, fourth]: readonly bigint[]) =>
    third === 0n && fourth === 0n && (low & 1n) === 1n && extract(high, 19, 16) !== 0n;
  some(({ steps }) =>
    steps.some((step) => step.step === 'store' && step.words.length === 4 && isWide(step.words)),
  );
  some(({ steps }) => steps[0]?.step === 'track-dirty');
  some(({ steps, failing: [first] }) => steps[0]?.step === 'enable' && first !== undefined && first < 6);
});

test('of 2,000 cases some have what fresh implementations got wrong unseen', () => {
  const drawn = drawCases(anyBindingCase(profilePool), 9, 2000);
  const some = (shows: (testCase: BindingCase) => boolean) =>
    expect(drawn.filter(shows).length).toBeGreaterThan(5);
  const dropped = (of: bigint, shows: (low: bigint, high: bigint) => boolean) =>
    some(({ steps }) =>
      steps.some(
        (step) =>
          step.step === 'invalidate' &&
          ((step.descriptor[0] ?? 0n) & 0x3fn) === of &&
          shows(step.descriptor[0] ?? 0n, step.descriptor[1] ?? 0n),
      ),
    );
  // A PASID-based range of more than 2^32 pages; IH where it says nothing (6.5.2.4).
  dropped(0x36n, (_, high) => (high & 0x3fn) > 32n);
  dropped(0x26n, (_, high) => (high & 0x40n) !== 0n);
  // A host with pages of 1 GiB that the guest is told nothing of.
  some(({ profile, units }) => units.some(({ cap }) => (cap & ~profile.cap & (1n << 56n)) !== 0n));
  // The first device of the upper half of a bus.
  some(({ devices }) => devices.some(({ sourceId }) => (sourceId & 0xff) === 0x80));
  // Of a bus from 128 on.
  some(({ devices }) => devices.some(({ sourceId }) => sourceId >= 0x8000));
  // With wider PASIDs than the guest was told of.
  some(({ profile, devices }) =>
    devices.some(({ pasidBits }) => pasidBits > Number(extract(profile.ecap, 39, 35)) + 1),
  );
  // Reserved bits of a context entry beyond those of its first word, and of a PASID entry beyond its pointers.
  some(({ steps }) =>
    steps.some((step) => step.step === 'store' && step.words.length === 4 && (step.words[3] ?? 0n) !== 0n),
  );
  some(({ steps }) =>
    steps.some(
      (step) =>
        step.step === 'store' && step.words.length === 8 && step.words.slice(3).some((word) => word !== 0n),
    ),
  );
});

test('of 2,000 cases more than one in ten changes the domain of an entry alone, and has its translations dropped', () => {
  const typeOf = (step?: BindingStep) =>
    step?.step === 'invalidate' ? (step.descriptor[0] ?? 0n) & 0xfn : undefined;
  const changesDomain = ({ memory, steps }: BindingCase) => {
    const held = new Map(memory.map(({ address, words }) => [address, words]));
    return steps.some((step, at) => {
      if (step.step !== 'store') return false;
      const old = held.get(step.address) ?? [];
      held.set(step.address, [...step.words, ...old.slice(step.words.length)]);
      const changed = step.words.flatMap((word, index) => (word === (old[index] ?? 0n) ? [] : [index]));
      const [pasidCache, translations] = [typeOf(steps[at + 1]), typeOf(steps[at + 2])];
      return changed.join() === '1' && pasidCache === 7n && (translations === 2n || translations === 6n);
    });
  };
  const drawn = drawCases(anyBindingCase(profilePool), 9, 2000);
  expect(drawn.filter(changesDomain).length).toBeGreaterThan(200);
});
