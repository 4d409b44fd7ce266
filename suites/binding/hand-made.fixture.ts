/** Cases written by hand: two devices of one unit, their tables, and what a guest does with them. */
import { runBinding as optimized } from '../../models/optimized/binding/run.ts';
import { runBinding as reference } from '../../models/reference/binding/run.ts';
import { decodeCapabilities, encodeCapabilities } from '../../spec/capabilities.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  BindingCase,
  BindingObservation,
  BindingStep,
  HostCall,
  MemoryRun,
  Profile,
} from '../../spec/schema.ts';
import { judgeBinding } from './judge.ts';

type Report = BindingObservation['steps'][number];

/** With first stage, nesting, PASIDs, RID_PASID and caching mode. */
export function unit(
  changes: Parameters<typeof encodeCapabilities>[0] = {},
  policies: Profile['policies'] = {},
): Profile {
  const base = namedProfile('nested-48');
  if (base === undefined) throw new RangeError('nested-48');
  return { ...base, ...encodeCapabilities({ ...decodeCapabilities(base), CM: 1, ...changes }), policies };
}

export const ROOT = 0x1000n;
const CONTEXTS = 0x2000n;
const PASIDE = 8n;
/** PASID directory and first PASID table of each device. */
const directoryOf = (device: number) => 0x1_0000n + BigInt(device) * 0x2000n;
const tableOf = (device: number) => directoryOf(device) + 0x1000n;
export const contextOf = (device: number) => CONTEXTS + 32n * (0x10n + BigInt(device));
export const contextWord = (device: number) => directoryOf(device) | PASIDE | 1n;
export const entryOf = (device: number, pasid = 0) => tableOf(device) + 64n * BigInt(pasid);

/** Root, context entries and directories; the entries are the test's. */
export const tables: MemoryRun[] = [
  { address: ROOT, words: [CONTEXTS | 1n] },
  ...[0, 1].flatMap((device) => [
    { address: contextOf(device), words: [contextWord(device)] },
    { address: directoryOf(device), words: [tableOf(device) | 1n] },
  ]),
];

/** Words of PASID table entries. */
export const firstStage = (pageTable: bigint, did = 5n, flags = 0n): bigint[] => [
  0x41n,
  did,
  pageTable | flags,
];
export const passThrough = (did = 1n): bigint[] => [0x101n, did, 0n];
export const secondStage = (did = 7n): bigint[] => [0x89n, did, 0n];
export const notPresent: bigint[] = [0n, 0n, 0n];

export const plug = (device: number): BindingStep => ({ step: 'plug', device });
export const unplug = (device: number): BindingStep => ({ step: 'unplug', device });
export const on: BindingStep = { step: 'enable', on: true };
export const off: BindingStep = { step: 'enable', on: false };
export const store = (address: bigint, words: bigint[]): BindingStep => ({ step: 'store', address, words });
export const track = (state = true): BindingStep => ({ step: 'track-dirty', on: state });
const descriptor = (low: bigint, high = 0n): BindingStep => ({ step: 'invalidate', descriptor: [low, high] });
/** pc_inv: global, of a domain, of a PASID in it. */
export const pasidCache = (did?: bigint, pasid?: bigint): BindingStep => {
  if (did === undefined) return descriptor(0x37n);
  return pasid === undefined
    ? descriptor(0x07n | (did << 16n))
    : descriptor(0x17n | (did << 16n) | (pasid << 32n));
};
/** p_iotlb_inv: all of a PASID, or 2^AM pages. */
export const pasidIotlb = (did: bigint, pasid: bigint, pages?: bigint): BindingStep =>
  descriptor((pages === undefined ? 0x26n : 0x36n) | (did << 16n) | (pasid << 32n), pages ?? 0n);
export const iotlb = (did?: bigint): BindingStep =>
  did === undefined ? descriptor(0x12n) : descriptor(0x22n | (did << 16n));
/** cc_inv of a device, or all. */
export const contextCache = (device?: number): BindingStep =>
  device === undefined ? descriptor(0x11n) : descriptor(0x31n | ((0x10n + BigInt(device)) << 32n));
export const contextCacheOfDomain = (did: bigint): BindingStep => descriptor(0x21n | (did << 16n));

type Device = BindingCase['devices'][number];

export interface Parts {
  readonly steps: BindingStep[];
  readonly memory?: MemoryRun[];
  readonly profile?: Profile;
  readonly units?: Partial<BindingCase['units'][number]>[];
  /** `iommufd: null`: none. */
  readonly devices?: (Partial<Omit<Device, 'iommufd'>> & { readonly iommufd?: number | null })[];
  readonly failing?: number[];
}

export function bindingCase({
  steps,
  memory = [],
  profile = unit(),
  units = [{}],
  devices = [{}, {}],
  failing = [],
}: Parts): BindingCase {
  const { cap, ecap } = profile;
  return {
    area: 'binding',
    profile,
    units: units.map((one) => ({ cap, ecap, coherent: true, erratum772415: false, ...one })),
    devices: devices.map(({ iommufd = 0, ...one }, index) => ({
      sourceId: 0x10 + index,
      unit: 0,
      ...(iommufd === null ? {} : { iommufd }),
      pasidBits: 0,
      ...one,
    })),
    rtaddr: ROOT | 0x400n,
    memory: [...tables, ...memory],
    steps,
    failing,
  };
}

/** What both models do, in short words; both are right. */
export function callsOf(testCase: BindingCase): readonly string[][] {
  for (const run of [reference, optimized]) {
    const { mismatches } = judgeBinding(testCase, run(testCase));
    const wrong = mismatches.filter(({ rule }) => rule !== 'binding.failure.retry');
    if (wrong.length > 0) throw new Error(`${wrong[0]?.rule}: ${wrong[0]?.expected}, ${wrong[0]?.observed}`);
  }
  return optimized(testCase).steps.map(({ calls }) => calls.map(inShort));
}

function inShort(call: HostCall): string {
  const pasid = 'pasid' in call && call.pasid !== undefined ? `.${call.pasid}` : '';
  switch (call.call) {
    case 'create-parent':
      return `parent ${call.table}`;
    case 'create-nested':
      return `nested ${call.table} 0x${call.pageTable.toString(16)}`;
    case 'attach':
      return `attach ${call.device}${pasid} ${call.table}`;
    case 'detach':
      return `detach ${call.device}${pasid}`;
    case 'purge':
      return 'purge';
    default:
      return `${call.call} ${call.table}`;
  }
}

/** What is reported otherwise; `refused: null`: nothing was. */
export type Change = (
  report: Report,
) => Partial<Omit<Report, 'refused'>> & { readonly refused?: Report['refused'] | null };

/** The first binding rule, and its aspect, that is broken when step `at` was reported as `change` says. */
export function blamed(testCase: BindingCase, at: number, change: Change): string {
  const { steps } = optimized(testCase);
  const report = steps[at] as Report;
  const { refused, ...asItWas } = report;
  const { refused: other = refused, ...changed } = change(report);
  const otherReport = { ...asItWas, ...changed, ...(other ? { refused: other } : {}) };
  const [first] = judgeBinding(testCase, { steps: steps.with(at, otherReport) }).mismatches;
  return first === undefined ? 'nothing' : `${first.rule.replace('binding.', '')}/${first.aspect}`;
}
