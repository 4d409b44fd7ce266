/**
 * Area `domain-replace`: a driver of a VT-d unit in scalable mode attaches, replaces and detaches domains while
 * devices make requests. What it stores, flushes, invalidates and waits for is judged beside hardware that may
 * fetch, cache and answer from any cache at any moment that the architecture permits.
 */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { u64, unsigned, words } from './scalars.ts';

/** A page table that devices can be given; what it maps does not matter. Addresses are 4 KiB aligned. */
export const domainSchema = v.variant('kind', [
  /** `levels` 4 or 5 (FSPM). */
  v.strictObject({ kind: v.literal('first-stage'), table: u64, levels: v.picklist([4, 5]) }),
  /** `levels` 3, 4 or 5 (AW). */
  v.strictObject({ kind: v.literal('second-stage'), table: u64, levels: v.picklist([3, 4, 5]) }),
  /** A first stage over `parent`, the index of a second-stage domain. */
  v.strictObject({
    kind: v.literal('nested'),
    table: u64,
    levels: v.picklist([4, 5]),
    parent: unsigned(15),
  }),
  v.strictObject({ kind: v.literal('pass-through') }),
]);
export type Domain = v.InferOutput<typeof domainSchema>;

const device = unsigned(15);
/** Left out: requests without PASID, which use the entry of PASID 0. */
const pasid = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xf_ffff)));

const domain = unsigned(15);

export const domainRequestSchema = v.variant('request', [
  /** The first domain of a device or PASID, or another in place of the one that it has. */
  v.strictObject({ request: v.literal('attach'), device, pasid, domain }),
  /** Requests are blocked afterwards. */
  v.strictObject({ request: v.literal('detach'), device, pasid }),
  /** The tables of a first-stage domain go: all that have it are blocked, until they are attached again. */
  v.strictObject({ request: v.literal('release'), domain }),
  /** What is written through a second-stage domain, by nested domains over it too, is tracked or no longer. */
  v.strictObject({ request: v.literal('track-dirty'), domain, on: v.boolean() }),
  /** ATS of a device is turned on or off. */
  v.strictObject({ request: v.literal('ats'), device, on: v.boolean() }),
]);
export type DomainRequest = v.InferOutput<typeof domainRequestSchema>;

export const domainReplaceCaseSchema = v.strictObject({
  area: v.literal('domain-replace'),
  /** The unit. RID_PASID is 0, context entries and PASID directories are in place, PASID table entries are 0. */
  profile: profileSchema,
  devices: v.pipe(
    v.array(
      v.strictObject({
        sourceId: unsigned(0xffff),
        /** ATS is enabled at first: the device has a Device-TLB. */
        ats: v.boolean(),
        /** The device sends page requests. With `ats` only, which then stays on. */
        pageRequests: v.optional(v.boolean()),
      }),
    ),
    v.minLength(1),
    v.maxLength(16),
  ),
  domains: v.pipe(v.array(domainSchema), v.minLength(1), v.maxLength(16)),
  requests: v.pipe(v.array(domainRequestSchema), v.minLength(1), v.maxLength(1000)),
  /** Numbers of the requests in which whatever may fail does, such as allocations, ascending. */
  failing: v.pipe(v.array(unsigned(999)), v.maxLength(1000)),
});
export type DomainReplaceCase = v.InferOutput<typeof domainReplaceCaseSchema>;

export const driverActionSchema = v.variant('do', [
  /** One atomic store of 128 bits to the PASID table entry (9.6): bits 127:0 of it are quantum 0. */
  v.strictObject({ do: v.literal('store'), device, pasid, quantum: unsigned(3), value: words(2) }),
  /** The cache line of the entry is written back to memory (CLFLUSH), and the driver waited for it. */
  v.strictObject({ do: v.literal('flush-line'), device, pasid }),
  /** A descriptor is put into the invalidation queue (6.5.2). */
  v.strictObject({ do: v.literal('invalidate'), descriptor: words(2, 4) }),
  /** The driver saw the status of a wait descriptor behind all descriptors so far. */
  v.strictObject({ do: v.literal('wait') }),
  /** The Enable bit of the ATS capability of a device is written. */
  v.strictObject({ do: v.literal('ats'), device, on: v.boolean() }),
]);
export type DriverAction = v.InferOutput<typeof driverActionSchema>;

export const domainReplaceObservationSchema = v.strictObject({
  /** One a request. */
  requests: v.pipe(
    v.array(
      v.strictObject({
        /** In the order in which they were done. */
        actions: v.pipe(v.array(driverActionSchema), v.maxLength(100_000)),
        /** The caller was told of an error. */
        failed: v.optional(v.boolean()),
      }),
    ),
    v.maxLength(1000),
  ),
});
export type DomainReplaceObservation = v.InferOutput<typeof domainReplaceObservationSchema>;
