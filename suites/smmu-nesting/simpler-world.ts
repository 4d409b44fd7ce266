/** Simpler cases by what stands around the streams: devices, units, and what the virtual SMMU tells of itself. */
import { extract, insert } from '../../spec/bits.ts';
import type { SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';

type Words = readonly bigint[];

const ENTRY_BYTES = 64n;

/** Without one of the devices, or of the units that no device is behind. */
export function* fewerDevices(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { devices, units, steps } = testCase;
  for (let index = devices.length - 1; index >= 0 && devices.length > 1; index--) {
    const left = steps.flatMap((step): SmmuStep[] => {
      if (step.step !== 'plug' && step.step !== 'unplug') return [step];
      if (step.device === index) return [];
      return [step.device > index ? { ...step, device: step.device - 1 } : step];
    });
    if (left.length > 0) yield { ...testCase, devices: devices.toSpliced(index, 1), steps: left };
  }
  for (let index = units.length - 1; index >= 0 && units.length > 1; index--) {
    if (devices.some(({ unit }) => unit === index)) continue;
    const behind = devices.map((one) => (one.unit > index ? { ...one, unit: one.unit - 1 } : one));
    yield { ...testCase, units: units.toSpliced(index, 1), devices: behind };
  }
}

/** Lower numbers of devices, units and the virtual SMMU. */
export function* lowerWorld(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { devices, units, smmu } = testCase;
  for (const [index, { vmid }] of units.entries()) {
    for (const lower of numbersBelow(vmid)) {
      yield { ...testCase, units: units.with(index, { vmid: lower }) };
    }
  }
  const first = devices[0]?.unit ?? 0;
  if (first > 0) {
    const swapped = (unit: number) => (unit === first ? 0 : unit === 0 ? first : unit);
    yield {
      ...testCase,
      units: units.map((_, index) => units[swapped(index)] ?? { vmid: 0 }),
      devices: devices.map((device) => ({ ...device, unit: swapped(device.unit) })),
    };
  }
  const inOrder = devices.map((device, index) => ({ ...device, physicalStreamId: index }));
  const isInOrder = devices.every(({ physicalStreamId }, index) => physicalStreamId === index);
  if (!isInOrder) yield { ...testCase, devices: inOrder };
  for (const [index, device] of devices.entries()) {
    for (const unit of numbersBelow(device.unit)) {
      yield { ...testCase, devices: devices.with(index, { ...device, unit }) };
    }
    for (const physicalStreamId of numbersBelow(device.physicalStreamId)) {
      const isTaken = devices.some((one) => one !== device && one.physicalStreamId === physicalStreamId);
      if (!isTaken) yield { ...testCase, devices: devices.with(index, { ...device, physicalStreamId }) };
    }
    yield* lowerStreamId(testCase, index);
  }
  for (const name of ['ats', 'pri', 'twoLevelDescriptors'] as const) {
    if (smmu[name]) yield { ...testCase, smmu: { ...smmu, [name]: false } };
  }
  for (const name of ['stallModel', 'substreamIdBits', 'streamIdBits'] as const) {
    for (const lower of numbersBelow(smmu[name])) {
      const isTooFew = name === 'streamIdBits' && devices.some(({ streamId }) => streamId >= 2 ** lower);
      if (!isTooFew) yield { ...testCase, smmu: { ...smmu, [name]: lower } };
    }
  }
  if (smmu.outputBits > 32) yield { ...testCase, smmu: { ...smmu, outputBits: 32 } };
}

/** A device has a lower StreamID, in commands too, and one of the entries lies where that one's does. */
function* lowerStreamId(testCase: SmmuNestingCase, index: number): Iterable<SmmuNestingCase> {
  const { devices, memory, steps } = testCase;
  const device = devices[index];
  if (device === undefined) return;
  const from = device.streamId;
  // The same place in the first of the tables that level 1 leads to, too.
  for (const to of new Set([...numbersBelow(from), from % 64])) {
    if (to === from) continue;
    if (devices.some(({ streamId }) => streamId === to)) continue;
    const renamed = { ...testCase, devices: devices.with(index, { ...device, streamId: to }) };
    const commands = renamed.steps.map((step) => withCommands(step, (words) => renamedIn(words, from, to)));
    yield { ...renamed, steps: commands };
    const addresses = [
      ...memory.map(({ address }) => address),
      ...steps.flatMap((step) => (step.step === 'store' ? [step.address] : [])),
    ];
    // Its entry, or the level 1 descriptor of 64 of them.
    const distances = [
      ENTRY_BYTES * BigInt(from - to),
      8n * BigInt(Math.floor(from / 64) - Math.floor(to / 64)),
    ];
    const places = new Set(addresses.map(entryOf));
    for (const [distance, place] of distances.flatMap((one) => [...places].map((at) => [one, at] as const))) {
      if (distance === 0n || place + (ENTRY_BYTES - 1n) < distance) continue;
      const moved = (address: bigint) =>
        entryOf(address) === place && address >= distance ? address - distance : address;
      yield {
        ...renamed,
        memory: memory.map((run) => ({ ...run, address: moved(run.address) })),
        steps: commands.map((step) =>
          step.step === 'store' ? { ...step, address: moved(step.address) } : step,
        ),
      };
    }
  }
}

function entryOf(address: bigint): bigint {
  return address - (address % ENTRY_BYTES);
}

function renamedIn([low = 0n, ...rest]: Words, from: number, to: number): bigint[] {
  return [extract(low, 63, 32) === BigInt(from) ? insert(low, 63, 32, BigInt(to)) : low, ...rest];
}

function withCommands(step: SmmuStep, change: (words: Words) => bigint[]): SmmuStep {
  if ((step.step !== 'commands' && step.step !== 'acknowledge') || !step.commands) return step;
  return { ...step, commands: step.commands.map(change) };
}

/** Numbers to try in place of `value`, lowest first: a step of one is a way down from small numbers alone. */
function numbersBelow(value: number): readonly number[] {
  const below = value < 16 ? value - 1 : value & (value - 1);
  return [...new Set([0, 1, 2, Math.floor(value / 2), below])].filter((lower) => lower >= 0 && lower < value);
}
