/**
 * Area `binding`: a virtual unit whose passthrough devices are translated by the host. Guest events must lead
 * to the right calls of a host that offers I/O address spaces, parent (second-stage) and nested (first-stage)
 * page tables, as iommufd does. Calls are numbered from 0 over the whole case; the case says which ones fail.
 */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { memoryRunSchema, u64, unsigned, words } from './scalars.ts';

/** One IOMMU of the host. */
export const hostUnitSchema = v.strictObject({
  /** What the host tells of its CAP_REG and ECAP_REG (11.4.2, 11.4.3). */
  cap: u64,
  ecap: u64,
  /** Accesses of its devices can be made cache coherent by force. */
  coherent: v.boolean(),
  /** Erratum 772415: a parent table must not hold read-only mappings. */
  erratum772415: v.boolean(),
});
export type HostUnit = v.InferOutput<typeof hostUnitSchema>;

export const passthroughDeviceSchema = v.strictObject({
  sourceId: unsigned(0xffff),
  /** Index in `units`. */
  unit: unsigned(7),
  /** The I/O address space manager that it is opened with; left out: an older interface without nesting. */
  iommufd: v.optional(unsigned(7)),
  /** Width of the PASIDs that the guest sees it carry; 0: none. */
  pasidBits: unsigned(20),
});
export type PassthroughDevice = v.InferOutput<typeof passthroughDeviceSchema>;

const device = unsigned(15);

export const bindingStepSchema = v.variant('step', [
  /** An atomic write of the guest to its memory; nothing of it is seen by the unit. */
  v.strictObject({ step: v.literal('store'), address: u64, words: words(1, 8) }),
  /** A valid descriptor of the invalidation queue (6.5.2). */
  v.strictObject({ step: v.literal('invalidate'), descriptor: words(2) }),
  /** RTADDR_REG is written and SRTP executed (11.4.4, 11.4.6). */
  v.strictObject({ step: v.literal('root'), rtaddr: u64 }),
  /** GCMD.TE. */
  v.strictObject({ step: v.literal('enable'), on: v.boolean() }),
  /** The machine is reset: translation is off, devices stay. */
  v.strictObject({ step: v.literal('reset') }),
  v.strictObject({ step: v.literal('plug'), device }),
  v.strictObject({ step: v.literal('unplug'), device }),
  /** The host wants to know what devices write, or no longer. */
  v.strictObject({ step: v.literal('track-dirty'), on: v.boolean() }),
]);
export type BindingStep = v.InferOutput<typeof bindingStepSchema>;

export const bindingCaseSchema = v.strictObject({
  area: v.literal('binding'),
  /** The virtual unit. */
  profile: profileSchema,
  units: v.pipe(v.array(hostUnitSchema), v.minLength(1), v.maxLength(8)),
  /** None is plugged before the first step. */
  devices: v.pipe(v.array(passthroughDeviceSchema), v.minLength(1), v.maxLength(16)),
  /** RTADDR_REG before the first step; translation is off. */
  rtaddr: u64,
  memory: v.pipe(v.array(memoryRunSchema), v.maxLength(16_384)),
  steps: v.pipe(v.array(bindingStepSchema), v.minLength(1), v.maxLength(10_000)),
  /** Numbers of the host calls that fail, ascending: they change nothing. */
  failing: v.pipe(v.array(unsigned(1_000_000)), v.maxLength(1000)),
});
export type BindingCase = v.InferOutput<typeof bindingCaseSchema>;

/** Page tables of the host by numbers that the implementation chooses; one is not used again in a case. */
const table = unsigned(0xffff_ffff);
/** Left out: requests without PASID. */
const pasid = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xf_ffff)));

export const hostCallSchema = v.variant('call', [
  /** A second-stage table for the whole memory of the guest, in the address space of `iommufd`. */
  v.strictObject({
    call: v.literal('create-parent'),
    table,
    iommufd: unsigned(7),
    /** Made for a unit that forces coherence; such a table serves no other unit. */
    coherent: v.boolean(),
    /** Holds the read-only mappings of the guest's memory too. */
    readOnly: v.boolean(),
  }),
  /** A first-stage table of the guest over `parent`. */
  v.strictObject({
    call: v.literal('create-nested'),
    table,
    parent: table,
    device,
    /** FSPTPTR: guest-physical, 4 KiB aligned. */
    pageTable: u64,
    /** 48 or 57. */
    addressWidth: v.picklist([48, 57]),
    /** SRE, WPE and EAFE of the PASID table entry (9.6). */
    supervisorRequests: v.boolean(),
    writeProtect: v.boolean(),
    extendedAccessed: v.boolean(),
  }),
  /** The first table of a device or PASID, or another in place of the one it has, with no moment between. */
  v.strictObject({ call: v.literal('attach'), device, pasid, table }),
  /** Requests are blocked afterwards. */
  v.strictObject({ call: v.literal('detach'), device, pasid }),
  v.strictObject({ call: v.literal('free'), table }),
  /** Drops what caches of the host hold of a nested table, Device-TLBs included. */
  v.strictObject({
    call: v.literal('invalidate'),
    table,
    address: u64,
    /** Pages of 4 KiB; all ones with address 0: everything. */
    pages: u64,
    /** Only last-level entries changed. */
    leaf: v.boolean(),
  }),
  v.strictObject({ call: v.literal('track-dirty'), table, on: v.boolean() }),
  /** No call of the host: the emulated unit drops its own cached translations. May be left out. */
  v.strictObject({ call: v.literal('purge') }),
]);
export type HostCall = v.InferOutput<typeof hostCallSchema>;

/** Why a device is not plugged: what the virtual unit tells the guest must hold on the host. */
export const refusals = [
  'caching-mode',
  'iommufd',
  'nesting',
  'first-stage',
  'page-size',
  'levels',
  'address-width',
  'pasid-width',
  'supervisor-requests',
  'extended-accessed',
  /** A host call failed. */
  'failure',
] as const;
export type Refusal = (typeof refusals)[number];

export const bindingObservationSchema = v.strictObject({
  /** One a step. */
  steps: v.pipe(
    v.array(
      v.strictObject({
        /** In the order in which they were made, failed ones included; `purge` takes no number. */
        calls: v.pipe(v.array(hostCallSchema), v.maxLength(100_000)),
        /** True when an error was reported: to the guest, the operator or a log. */
        error: v.optional(v.boolean()),
        /** The device is not plugged, and nothing of it is left. */
        refused: v.optional(v.picklist(refusals)),
      }),
    ),
    v.maxLength(10_000),
  ),
});
export type BindingObservation = v.InferOutput<typeof bindingObservationSchema>;
