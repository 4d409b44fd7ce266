/** Cases with fewer or plainer devices and units of the host. */
import { nestingUnit } from '../../generators/binding.ts';
import type { BindingCase, BindingStep, HostUnit, PassthroughDevice, Profile } from '../../spec/schema.ts';

export function* simplerDevices(testCase: BindingCase): Iterable<BindingCase> {
  yield* fewerDevices(testCase);
  yield* fewerUnits(testCase);
  const { devices, units, profile } = testCase;
  for (const [index, device] of devices.entries()) {
    for (const plainer of plainerDevices(device))
      yield { ...testCase, devices: devices.with(index, plainer) };
  }
  for (const [index, unit] of units.entries()) {
    for (const plainer of plainerUnits(unit, profile)) {
      yield { ...testCase, units: units.with(index, plainer) };
    }
  }
}

/** The same under another profile: units that could do what the guest was told can do what it is told now. */
export function underProfile(testCase: BindingCase, profile: Profile): BindingCase {
  const units = testCase.units.map((unit) =>
    isPlain(unit, testCase.profile) ? { ...unit, ...nestingUnit(profile) } : unit,
  );
  return { ...testCase, profile, units };
}

/** Without a device that no step is about. */
function* fewerDevices(testCase: BindingCase): Iterable<BindingCase> {
  const { devices, steps } = testCase;
  const used = new Set(steps.map((step) => ('device' in step ? step.device : undefined)));
  for (const index of devices.keys()) {
    if (used.has(index) || devices.length === 1) continue;
    const renumbered = (step: BindingStep): BindingStep =>
      'device' in step && step.device > index ? { ...step, device: step.device - 1 } : step;
    yield { ...testCase, devices: devices.toSpliced(index, 1), steps: steps.map(renumbered) };
  }
}

/** Without a unit that no device stands behind. */
function* fewerUnits(testCase: BindingCase): Iterable<BindingCase> {
  const { devices, units } = testCase;
  for (const index of units.keys()) {
    if (units.length === 1 || devices.some(({ unit }) => unit === index)) continue;
    const behind = (device: PassthroughDevice): PassthroughDevice =>
      device.unit > index ? { ...device, unit: device.unit - 1 } : device;
    yield { ...testCase, devices: devices.map(behind), units: units.toSpliced(index, 1) };
  }
}

function* plainerDevices(device: PassthroughDevice): Iterable<PassthroughDevice> {
  for (let unit = 0; unit < device.unit; unit++) yield { ...device, unit };
  if ((device.iommufd ?? 0) > 0) yield { ...device, iommufd: 0 };
  for (const pasidBits of [0, 8]) if (pasidBits < device.pasidBits) yield { ...device, pasidBits };
}

function* plainerUnits(unit: HostUnit, profile: Profile): Iterable<HostUnit> {
  if (!isPlain(unit, profile)) yield { ...unit, ...nestingUnit(profile) };
  if (unit.erratum772415) yield { ...unit, erratum772415: false };
  if (unit.coherent) yield { ...unit, coherent: false };
}

function isPlain({ cap, ecap }: HostUnit, profile: Profile): boolean {
  const plain = nestingUnit(profile);
  return cap === plain.cap && ecap === plain.ecap;
}
