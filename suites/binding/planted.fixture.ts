/**
 * Faulty virtual units: the optimized one, told something else than what the case says, or with a report changed
 * on its way back. Each has one bug that an emulator could have.
 */
import { runBinding } from '../../models/optimized/binding/run.ts';
import { extract, insert } from '../../spec/bits.ts';
import type {
  BindingCase,
  BindingObservation,
  BindingStep,
  HostCall,
  HostUnit,
} from '../../spec/schema/binding.ts';

export interface Planted {
  readonly bug: string;
  /** The rule under which it is found. */
  readonly rule: string;
  /** The most steps that a case needs to show it. */
  readonly steps: number;
  readonly run: (testCase: BindingCase) => BindingObservation;
}

export const healthy = runBinding;

type Report = BindingObservation['steps'][number];
type Bug = (testCase: BindingCase) => BindingObservation;

const reported =
  (change: (report: Report, step: BindingStep) => Report): Bug =>
  (testCase) => ({
    steps: healthy(testCase).steps.map((report, index) =>
      change(report, testCase.steps[index] as BindingStep),
    ),
  });

/** Calls are moved or left out: what fails by its number would be something else. */
const called = (change: (calls: readonly HostCall[], step: BindingStep) => readonly HostCall[]): Bug => {
  const changed = reported((report, step) => ({ ...report, calls: [...change(report.calls, step)] }));
  return (testCase) => (testCase.failing.length > 0 ? healthy(testCase) : changed(testCase));
};

const told =
  (change: (low: bigint) => bigint): Bug =>
  (testCase) => {
    const steps = testCase.steps.map((step): BindingStep => {
      if (step.step !== 'invalidate') return step;
      const [low = 0n, high = 0n] = step.descriptor;
      return { ...step, descriptor: [change(low), high] };
    });
    return healthy({ ...testCase, steps });
  };

const believed =
  (change: (unit: HostUnit) => HostUnit): Bug =>
  (testCase) =>
    healthy({ ...testCase, units: testCase.units.map(change) });

const INTERRUPT_ENTRIES = 4n;
const isPasidCache = (low: bigint, granularity: bigint): boolean =>
  extract(low, 3, 0) === 7n && extract(low, 5, 4) === granularity;
const isDeviceSelective = (low: bigint): boolean => extract(low, 5, 0) === 0x31n;

/** The table that each `free` names goes before the call that takes its users away. */
function freesFirst(calls: readonly HostCall[]): readonly HostCall[] {
  const first = calls.findIndex(({ call }) => call === 'attach');
  const last = calls.findLastIndex(({ call }) => call === 'free');
  return first < 0 || last < first
    ? calls
    : calls.toSpliced(last, 1).toSpliced(first, 0, calls[last] as HostCall);
}

/** A device that gets a table while it has one is detached first. */
function detaches(testCase: BindingCase): BindingObservation {
  const { steps } = healthy(testCase);
  if (testCase.failing.length > 0) return { steps };
  const attached = new Set<string>();
  const withDetach = (call: HostCall): readonly HostCall[] => {
    if (call.call !== 'attach' && call.call !== 'detach') return [call];
    const { device, pasid } = call;
    const key = `${device}.${pasid}`;
    const had = attached.delete(key);
    if (call.call === 'detach') return [call];
    attached.add(key);
    return had ? [{ call: 'detach', device, ...(pasid === undefined ? {} : { pasid }) }, call] : [call];
  };
  return { steps: steps.map((report) => ({ ...report, calls: report.calls.flatMap(withDetach) })) };
}

export const planted: readonly Planted[] = [
  {
    bug: 'a domain-selective PASID-cache invalidation does nothing',
    rule: 'binding.event.pasid-domain',
    steps: 4,
    run: told((low) => (isPasidCache(low, 0n) ? INTERRUPT_ENTRIES : low)),
  },
  {
    bug: 'the function mask is not looked at',
    rule: 'binding.event.context-cache',
    steps: 4,
    run: told((low) => (isDeviceSelective(low) ? insert(low, 49, 48, 0n) : low)),
  },
  {
    bug: 'every first stage has four levels',
    rule: 'binding.bind.first-stage',
    steps: 2,
    run: reported((report) => ({
      ...report,
      calls: report.calls.map((call) =>
        call.call === 'create-nested' ? { ...call, addressWidth: 48 } : call,
      ),
    })),
  },
  {
    bug: 'the old table is freed before the new one is attached',
    rule: 'binding.free.in-use',
    steps: 4,
    run: called(freesFirst),
  },
  {
    bug: 'a device is detached before it gets another table',
    rule: 'binding.replace',
    steps: 2,
    run: detaches,
  },
  {
    bug: 'upper levels are never invalidated',
    rule: 'binding.invalidate.page',
    steps: 3,
    run: called((calls) =>
      calls.map((call) => (call.call === 'invalidate' ? { ...call, leaf: true } : call)),
    ),
  },
  {
    bug: 'tables that are made while writes are tracked do not track',
    rule: 'binding.dirty.new',
    steps: 4,
    run: called((calls, { step }) =>
      step === 'track-dirty' ? calls : calls.filter(({ call }) => call !== 'track-dirty'),
    ),
  },
  {
    bug: 'a failure is not reported',
    rule: 'binding.failure.reported',
    steps: 3,
    run: reported(({ error: _, ...report }) => report),
  },
  {
    bug: 'a device that goes stays attached',
    rule: 'binding.event.unplug',
    steps: 2,
    run: called((calls, { step }) => (step === 'unplug' ? [] : calls)),
  },
  {
    bug: 'a host with four levels is taken for one with five',
    rule: 'binding.plug.levels',
    steps: 1,
    run: believed((unit) => ({ ...unit, cap: unit.cap | (1n << 60n) })),
  },
  {
    bug: 'every unit is taken for a coherent one',
    rule: 'binding.parent.coherence',
    steps: 1,
    run: believed((unit) => ({ ...unit, coherent: true })),
  },
];
