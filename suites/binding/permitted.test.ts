/** Units that do otherwise than our models, and are right: nobody is blamed for what is left open. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBindingCase } from '../../generators/binding.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { runBinding } from '../../models/optimized/binding/run.ts';
import { extract } from '../../spec/bits.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { BindingCase, BindingObservation, BindingStep, HostCall } from '../../spec/schema/binding.ts';
import { judgeBinding } from './judge.ts';

type Unit = (testCase: BindingCase) => BindingObservation;

/** The unit takes a descriptor for another one, which drops more. */
const coarser =
  (change: (low: bigint, high: bigint) => bigint[]): Unit =>
  (testCase) => {
    const steps = testCase.steps.map((step): BindingStep => {
      if (step.step !== 'invalidate') return step;
      const [low = 0n, high = 0n] = step.descriptor;
      return { ...step, descriptor: change(low, high) };
    });
    return runBinding({ ...testCase, steps });
  };

/** Calls that are told otherwise; which of them fail is then not known. */
const otherwise =
  (change: (call: HostCall, testCase: BindingCase) => readonly HostCall[]): Unit =>
  (testCase) => {
    const { steps } = runBinding(testCase);
    if (testCase.failing.length > 0) return { steps };
    return {
      steps: steps.map((step) => ({ ...step, calls: step.calls.flatMap((call) => change(call, testCase)) })),
    };
  };

const typeOf = (low: bigint): bigint => extract(low, 3, 0);
const ALL = 2n ** 64n - 1n;

/** Tables that were told by name have another one. */
const renumbered = (call: HostCall): HostCall => {
  const other = (number: number) => 7 * number + 3;
  if (!('table' in call)) return call;
  const named = { ...call, table: other(call.table) };
  return named.call === 'create-nested' ? { ...named, parent: other(named.parent) } : named;
};

/** A host that reaches nested tables through their parents is told of parents alone, as iommufd is. */
function tracksParents(testCase: BindingCase): BindingObservation {
  const parents = new Set<number>();
  const isLeftOut = (call: HostCall) =>
    call.call === 'track-dirty' &&
    testCase.profile.policies.writeTracking === undefined &&
    !parents.has(call.table);
  return otherwise((call) => {
    if (call.call === 'create-parent') parents.add(call.table);
    return isLeftOut(call) ? [] : [call];
  })(testCase);
}

const units: [string, Unit][] = [
  [
    'drops the whole PASID cache whatever is asked for',
    coarser((low, high) => (typeOf(low) === 7n ? [0x37n, 0n] : [low, high])),
  ],
  [
    'reads everything again at a context-cache invalidation of one device',
    coarser((low, high) => (typeOf(low) === 1n ? [0x37n, 0n] : [low, high])),
  ],
  [
    'drops all translations at each IOTLB invalidation',
    coarser((low, high) => (typeOf(low) === 2n || typeOf(low) === 6n ? [0x12n, 0n] : [low, high])),
  ],
  [
    'passes pages on as everything',
    otherwise((call) => [
      call.call === 'invalidate' ? { ...call, address: 0n, pages: ALL, leaf: false } : call,
    ]),
  ],
  [
    'passes each range on in two halves, the upper one first',
    otherwise((call) => {
      if (call.call !== 'invalidate' || call.pages < 2n || call.pages === ALL) return [call];
      const pages = call.pages / 2n;
      return [
        { ...call, address: call.address + (pages << 12n), pages },
        { ...call, pages },
      ];
    }),
  ],
  ['has no caches of its own to purge', otherwise((call) => (call.call === 'purge' ? [] : [call]))],
  ['numbers its tables in another way', otherwise((call) => [renumbered(call)])],
  ['leaves nested tables to the host when writes are tracked', tracksParents],
];

test.each(units)('a unit that %s', (_, unit) => {
  for (const testCase of fc.sample(anyBindingCase(ownProfiles), { seed: 21, numRuns: 800 })) {
    const wrong = judgeBinding(testCase, unit(testCase)).mismatches.filter(
      ({ rule }) => ruleOf(rule)?.level !== 'may',
    );
    expect(wrong).toEqual([]);
  }
});
