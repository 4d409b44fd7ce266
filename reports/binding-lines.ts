/** A binding case in short: units and devices of the host, guest events one line a step, then the tables. */
import { type CapabilityName, decodeCapabilities } from '../spec/capabilities.ts';
import type { BindingCase, BindingObservation, BindingStep, HostCall } from '../spec/schema.ts';
import { descriptorLine } from './descriptor-line.ts';
import { hex, requester, shortHex } from './hex.ts';
import { memoryLines } from './memory-lines.ts';

type Registers = Pick<BindingCase['profile'], 'cap' | 'ecap'>;
type Device = BindingCase['devices'][number];

export function bindingLines(testCase: BindingCase): readonly string[] {
  const { devices, steps, failing, rtaddr, memory } = testCase;
  return [
    ...steps.map((step, index) => `${String(index).padStart(3)}  ${stepText(step, devices)}`),
    ...(failing.length > 0 ? [`host calls that fail: ${failing.join(', ')}`] : []),
    ...devices.map((device, index) => deviceText(device, index, testCase)),
    `RTADDR ${hex(rtaddr)}, translation off`,
    ...memoryLines(memory),
  ];
}

/** Each step with the host calls that it led to. */
export function bindingDrawing(
  testCase: BindingCase,
  observation: BindingObservation | null,
): readonly string[] {
  let number = 0;
  return testCase.steps.flatMap((step, index) => {
    const report = observation?.steps[index];
    const calls = (report?.calls ?? []).map((call) => {
      if (call.call === 'purge') return '       emulated caches purged';
      const failed = testCase.failing.includes(number) ? '  FAILS' : '';
      return `  ${String(number++).padStart(3)}  ${callText(call)}${failed}`;
    });
    return [
      `${String(index).padStart(3)}  ${stepText(step, testCase.devices)}`,
      ...calls,
      ...(report?.refused === undefined ? [] : [`       refused: ${report.refused}`]),
      ...(report?.error === true ? ['       error reported'] : []),
    ];
  });
}

function stepText(step: BindingStep, devices: readonly Device[]): string {
  switch (step.step) {
    case 'store':
      return `store [${shortHex(step.address)}] = ${step.words.toReversed().map(shortHex).join(':')}`;
    case 'invalidate':
      return descriptorLine(step.descriptor);
    case 'root':
      return `root table ${shortHex(step.rtaddr)}`;
    case 'enable':
      return `translation ${step.on ? 'on' : 'off'}`;
    case 'reset':
      return 'reset';
    case 'plug':
    case 'unplug':
      return `${step.step} device ${step.device} (${requester(devices[step.device]?.sourceId ?? 0)})`;
    case 'track-dirty':
      return `${step.on ? 'track' : 'stop tracking'} writes`;
  }
}

function deviceText(
  { sourceId, unit, iommufd, pasidBits }: Device,
  index: number,
  testCase: BindingCase,
): string {
  const host = testCase.units[unit];
  const opened = iommufd === undefined ? 'no iommufd' : `iommufd ${iommufd}`;
  const pasids = pasidBits === 0 ? 'no PASIDs' : `${pasidBits}-bit PASIDs`;
  const traits = [
    ...(host?.coherent === false ? ['not coherent'] : []),
    ...(host?.erratum772415 ? ['erratum 772415'] : []),
    ...(host ? lacks(testCase.profile, host) : []),
  ];
  return `device ${index} ${requester(sourceId)}: ${[opened, pasids, `unit ${unit}`, ...traits].join(', ')}`;
}

/** What the guest is told of and the unit of the host has not, or has less of. */
function lacks(guest: Registers, host: Registers): readonly string[] {
  const [told, has] = [decodeCapabilities(guest), decodeCapabilities(host)];
  return (Object.keys(told) as CapabilityName[])
    .filter((name) => has[name] < told[name])
    .map((name) => `${name} ${has[name]}`);
}

function callText(call: Exclude<HostCall, { call: 'purge' }>): string {
  switch (call.call) {
    case 'create-parent': {
      const traits = [
        call.coherent ? 'coherent' : 'not coherent',
        call.readOnly ? 'all mappings' : 'no read-only mappings',
      ];
      return `parent ${call.table} in iommufd ${call.iommufd}: ${traits.join(', ')}`;
    }
    case 'create-nested':
      return `nested ${call.table} over ${call.parent} for device ${call.device}: ${firstStageText(call)}`;
    case 'attach':
      return `attach ${place(call)} to ${call.table}`;
    case 'detach':
      return `detach ${place(call)}`;
    case 'free':
      return `free ${call.table}`;
    case 'invalidate':
      return `invalidate ${call.table}: ${shortHex(call.address)}, ${shortHex(call.pages)} pages${call.leaf ? ', last level' : ''}`;
    case 'track-dirty':
      return `${call.on ? 'track' : 'stop tracking'} writes of ${call.table}`;
  }
}

function firstStageText(call: Extract<HostCall, { call: 'create-nested' }>): string {
  const flags = [
    ...(call.supervisorRequests ? ['SRE'] : []),
    ...(call.writeProtect ? ['WPE'] : []),
    ...(call.extendedAccessed ? ['EAFE'] : []),
  ];
  return [`first stage ${shortHex(call.pageTable)}`, `${call.addressWidth} bits`, ...flags].join(', ');
}

function place({ device, pasid }: { readonly device: number; readonly pasid?: number | undefined }): string {
  return `device ${device}${pasid === undefined ? '' : ` PASID ${shortHex(BigInt(pasid))}`}`;
}
