/** Correct variants of area `binding`: virtual units that do otherwise than our models, and are right. */
import { extract } from '../../../spec/bits.ts';
import type { BindingCase, BindingObservation, BindingStep, HostCall } from '../../../spec/schema/binding.ts';
import { runBinding } from '../../optimized/binding/run.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { emulatorsHabits } from './emulators-habits.ts';

type Unit = (testCase: BindingCase) => BindingObservation;

const variant = (id: string, does: string, clause: string, run: Unit): CorrectVariant => ({
  id,
  areas: ['binding'],
  does,
  clause,
  open: async () => variantOfArea(id, 'binding', run),
});

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
function renumbered(call: HostCall): HostCall {
  const other = (number: number) => 7 * number + 3;
  if (!('table' in call)) return call;
  const named = { ...call, table: other(call.table) };
  return named.call === 'create-nested' ? { ...named, parent: other(named.parent) } : named;
}

function inHalves(call: HostCall): readonly HostCall[] {
  if (call.call !== 'invalidate' || call.pages < 2n || call.pages === ALL) return [call];
  const pages = call.pages / 2n;
  return [
    { ...call, address: call.address + (pages << 12n), pages },
    { ...call, pages },
  ];
}

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

const DROP_ALL: BindingStep = { step: 'invalidate', descriptor: [0x37n, 0n] };

/** Tables of the guest are guarded against writes: at each store everything is read again. */
function readsAtStores(testCase: BindingCase): BindingObservation {
  const isStore = ({ step }: BindingStep) => step === 'store';
  const steps = testCase.steps.flatMap((step) => (isStore(step) ? [step, DROP_ALL] : [step]));
  const reports = runBinding({ ...testCase, steps }).steps;
  return { steps: reports.filter((_report, index) => !isStore(steps[index] ?? DROP_ALL)) };
}

export const bindingVariants: readonly CorrectVariant[] = [
  variant(
    'whole-pasid-cache',
    'Drops the whole PASID cache whatever is asked for.',
    '6.5.2.2: coarser is permitted',
    coarser((low, high) => (typeOf(low) === 7n ? [0x37n, 0n] : [low, high])),
  ),
  variant(
    'all-devices-again',
    'Reads everything again at a context-cache invalidation of one device.',
    '6.5.2.1: coarser is permitted',
    coarser((low, high) => (typeOf(low) === 1n ? [0x37n, 0n] : [low, high])),
  ),
  variant(
    'all-translations',
    'Drops all translations at each IOTLB invalidation.',
    '6.5.2.3, 6.5.2.4: coarser is permitted',
    coarser((low, high) => (typeOf(low) === 2n || typeOf(low) === 6n ? [0x12n, 0n] : [low, high])),
  ),
  variant(
    'ranges-as-everything',
    'Passes pages on as everything.',
    '6.5.2.4: coarser is permitted',
    otherwise((call) => [
      call.call === 'invalidate' ? { ...call, address: 0n, pages: ALL, leaf: false } : call,
    ]),
  ),
  variant(
    'ranges-in-halves',
    'Passes each range on in two halves, the upper one first.',
    'contract: the calls of a step together',
    otherwise(inHalves),
  ),
  variant(
    'no-translations-of-its-own',
    'Has no caches of its own to purge.',
    '6.2.4, 6.2.5',
    otherwise((call) => (call.call === 'purge' ? [] : [call])),
  ),
  variant(
    'other-table-numbers',
    'Numbers its tables in another way.',
    'contract: numbers are chosen by the implementation',
    otherwise((call) => [renumbered(call)]),
  ),
  variant(
    'parents-track',
    'Leaves nested tables to the host when writes are tracked.',
    'iommufd',
    tracksParents,
  ),
  variant(
    'reads-at-stores',
    'Reads everything again at each store of the guest.',
    '6.2.3: what is cached may be dropped and read again at any moment',
    readsAtStores,
  ),
  emulatorsHabits,
];
