/** A case of area `smmu-nesting` in short: guest events one line a step, the host, then the tables. */
import type { SmmuCall, SmmuNestingCase, SmmuNestingObservation, SmmuStep } from '../spec/schema.ts';
import { smmuCommandLine } from '../spec/smmu-command-line.ts';
import { hex, shortHex } from './hex.ts';
import { memoryLines } from './memory-lines.ts';

type Device = SmmuNestingCase['devices'][number];
type Report = SmmuNestingObservation['steps'][number];

export function smmuNestingLines(testCase: SmmuNestingCase): readonly string[] {
  const { devices, units, steps, failing, streamTable, memory, smmu } = testCase;
  return [
    ...steps.flatMap((step, index) => stepLines(step, index, devices)),
    ...(failing.length > 0 ? [`host calls that fail: ${failing.map(failingText).join(', ')}`] : []),
    ...devices.map((device, index) => deviceText(device, index, units)),
    smmuText(smmu),
    `stream table ${hex(streamTable.base)}, ${shortHex(streamTable.config)}; SMMUEN 0, GBPA bypass`,
    ...memoryLines(memory),
  ];
}

/** Each step with the host calls that it led to. */
export function smmuNestingDrawing(
  testCase: SmmuNestingCase,
  observation: SmmuNestingObservation | null,
): readonly string[] {
  let number = 0;
  const failing = new Map(testCase.failing.map(({ call, handled }) => [call, handled]));
  return testCase.steps.flatMap((step, index) => {
    const report = observation?.steps[index];
    const calls = (report?.calls ?? []).flatMap((call) => {
      const [first = '', ...more] = callLines(call);
      const handled = failing.get(number);
      const failed = failing.has(number) ? `  FAILS${handled ? ` after ${handled}` : ''}` : '';
      return [
        `  ${String(number++).padStart(3)}  ${first}${failed}`,
        ...more.map((line) => `         ${line}`),
      ];
    });
    return [...stepLines(step, index, testCase.devices), ...calls, ...reportLines(report)];
  });
}

function reportLines(report: Report | undefined): readonly string[] {
  if (report === undefined) return [];
  const { consumed, error, reported } = report;
  return [
    ...(consumed === undefined ? [] : [`       ${consumed} consumed`]),
    ...(typeof error === 'number' ? [`       error ${error} active`] : []),
    ...(reported === true ? ['       failure reported'] : []),
  ];
}

function stepLines(step: SmmuStep, index: number, devices: readonly Device[]): readonly string[] {
  const [first = '', ...more] = stepTexts(step, devices);
  return [`${String(index).padStart(3)}  ${first}`, ...more.map((line) => `     ${line}`)];
}

function stepTexts(step: SmmuStep, devices: readonly Device[]): readonly string[] {
  switch (step.step) {
    case 'store':
      return [`store [${shortHex(step.address)}] = ${step.words.toReversed().map(shortHex).join(':')}`];
    case 'commands':
      return step.commands.map(smmuCommandLine);
    case 'acknowledge':
      return ['error acknowledged', ...(step.commands ?? []).map(smmuCommandLine)];
    case 'enable':
      return [`SMMUEN ${step.on ? 1 : 0}`];
    case 'bypass':
      return [`GBPA.ABORT ${step.abort ? 1 : 0}`];
    case 'stream-table':
      return [`stream table ${shortHex(step.base)}, ${shortHex(step.config)}`];
    case 'plug':
    case 'unplug': {
      const streamId = devices[step.device]?.streamId ?? 0;
      return [`${step.step} device ${step.device} (StreamID 0x${streamId.toString(16)})`];
    }
  }
}

function callLines(call: SmmuCall): readonly string[] {
  switch (call.call) {
    case 'create':
      return [`table ${call.table} on unit ${call.unit}: ${call.ste.toReversed().map(shortHex).join(':')}`];
    case 'attach':
      return [`attach device ${call.device} to ${call.to}`];
    case 'free':
      return [`free ${call.table}`];
    case 'issue':
      return call.commands.map((words) => `unit ${call.unit}: ${smmuCommandLine(words)}`);
  }
}

function failingText({ call, handled }: SmmuNestingCase['failing'][number]): string {
  return handled ? `${call} after ${handled} commands` : String(call);
}

function deviceText(
  { streamId, unit, physicalStreamId }: Device,
  index: number,
  units: SmmuNestingCase['units'],
): string {
  const there = `0x${physicalStreamId.toString(16)} on unit ${unit}, VMID 0x${(units[unit]?.vmid ?? 0).toString(16)}`;
  return `device ${index}: StreamID 0x${streamId.toString(16)}, ${there}`;
}

function smmuText(smmu: SmmuNestingCase['smmu']): string {
  const has = [
    ...(smmu.ats ? ['ATS'] : []),
    ...(smmu.pri ? ['PRI'] : []),
    ...(smmu.twoLevelDescriptors ? ['CD2L'] : []),
  ];
  const sizes = `SIDSIZE ${smmu.streamIdBits}, SSIDSIZE ${smmu.substreamIdBits}, OAS ${smmu.outputBits} bits`;
  return ['virtual SMMU: ', [sizes, `STALL_MODEL ${smmu.stallModel}`, ...has].join(', ')].join('');
}
