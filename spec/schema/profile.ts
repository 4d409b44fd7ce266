/** What an implementation claims to be, and which doubts it narrows. */
import * as v from 'valibot';
import { specRevisions } from '../names.ts';
import { text, u64, unsigned } from './scalars.ts';
import { claimedSmmuSchema } from './virtual-smmu.ts';

/** Kinds of requests (4.2.1). */
export const requestKindSchema = v.picklist(['untranslated', 'translation', 'translated', 'page-request']);
/** What a request does with its bytes; a page request and a translation request have no bytes. */
export const requestOpSchema = v.picklist(['read', 'write', 'atomic', 'zero-length-read']);

/** Where sources leave a doubt, a policy names the choice. Absent means the wider set is allowed. */
export const policiesSchema = v.strictObject({
  /** `reviewed`: used() must equal the table that review settled; default: any sound table. */
  usedBits: v.optional(v.picklist(['sound', 'reviewed'])),
  /** `announced`: a walk announces a table entry without rights as unmapped; default: it may leave it out. */
  emptyTables: v.optional(v.picklist(['any', 'announced'])),
  /** `identity`: a replay with translation off announces memory; default: it may announce nothing. */
  translationOff: v.optional(v.picklist(['any', 'identity'])),
  /** `requests`: caches are filled by requests alone; default: also by what the unit fetches on its own. */
  cacheFills: v.optional(v.picklist(['any', 'requests'])),
  /**
   * `every-event`: context-cache invalidations and a new root table make passthrough devices be bound anew, as
   * emulators do; default: only as far as the architecture says that nothing older may be used.
   */
  rebinding: v.optional(v.picklist(['architecture', 'every-event'])),
  /**
   * `pasid-iotlb`: IOTLB invalidations without PASID are not passed on to the host, as emulators do; default:
   * they are, since they drop first-stage translations too (6.5.2.3).
   */
  iotlbForwarding: v.optional(v.picklist(['architecture', 'pasid-iotlb'])),
  /**
   * `each-table`: the host tracks the writes of each table by itself; default: tracking those of a parent may
   * reach the nested tables over it, as with iommufd.
   */
  writeTracking: v.optional(v.picklist(['any', 'each-table'])),
  /**
   * `parent`: with translation on, a device stays with the parent table until it has a valid entry, as in
   * emulators that only compare entries; default: its requests are blocked (3.4.3).
   */
  unboundDevices: v.optional(v.picklist(['architecture', 'parent'])),
});
export type Policies = v.InferOutput<typeof policiesSchema>;

/** What an implementation claims to be. `cap` and `ecap` are register values (11.4.2, 11.4.3). */
export const profileSchema = v.strictObject({
  name: text,
  cap: u64,
  ecap: u64,
  /** Host address width in bits. */
  haw: v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(52)),
  specRev: v.picklist(specRevisions),
  /** Memory that answers; a read outside is a read error. `end` is exclusive. */
  backed: v.pipe(v.array(v.strictObject({ start: u64, end: u64 })), v.minLength(1), v.maxLength(64)),
  /** Kinds of requests that can be made; left out: all. */
  requestKinds: v.optional(v.pipe(v.array(requestKindSchema), v.minLength(1))),
  /** Whether requests can carry a PASID; left out: they can. */
  pasids: v.optional(v.boolean()),
  /** Operations that requests can have; left out: all. */
  ops: v.optional(v.pipe(v.array(requestOpSchema), v.minLength(1))),
  /** When given, only these requesters exist: an emulator has the devices that it was started with. */
  sourceIds: v.optional(v.pipe(v.array(unsigned(0xffff)), v.minLength(1), v.maxLength(256))),
  /** What the virtual SMMU of area `smmu-nesting` is; left out: any. */
  smmu: v.optional(claimedSmmuSchema),
  policies: policiesSchema,
});
export type Profile = v.InferOutput<typeof profileSchema>;
