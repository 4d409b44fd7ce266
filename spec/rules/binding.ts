/**
 * Rules of area `binding`: a virtual unit with first-stage translation whose passthrough devices the host
 * translates. What a device may reach is the architecture's; in which order tables come and go, and what a
 * failure leaves behind, was settled in the reviews of QEMU's nesting series (2025 and 2026) and follows iommufd.
 */
import type { Rule } from '../rule.ts';
import type { Level } from '../schema.ts';

const nesting = 'review of "intel_iommu: Enable stage-1 translation for passthrough device", 2025';
const cache = 'review of "intel_iommu: Handle PASID cache invalidation", 2025';
const iommufd = 'iommufd, hardware page tables';

function rule(id: string, clause: string, statement: string, note?: string, level: Level = 'must'): Rule {
  const named = { id: `binding.${id}`, areas: ['binding'], level, statement, clause } as const;
  return note === undefined ? named : { ...named, note };
}

const bound: readonly Rule[] = [
  rule(
    'bind.first-stage',
    `9.6; ${nesting}`,
    'Requests of a first-stage PASID table entry are translated by a nested table with its pointer, width, SRE, WPE and EAFE.',
    'WPE counts with SRE only.',
  ),
  rule(
    'bind.pass-through',
    `9.6; ${nesting}`,
    'Requests of a pass-through PASID table entry are translated by the parent table alone.',
  ),
  rule(
    'bind.blocked',
    `3.4.3, Table 30; ${nesting}`,
    'Requests that no valid entry serves are blocked: their device or PASID is detached.',
    'The policy unboundDevices: parent lets a device stay that never had a valid entry.',
  ),
  rule(
    'bind.unsupported',
    nesting,
    'A valid entry of second-stage or nested translation, which no host table can stand for, blocks its requests, and an error is reported.',
  ),
  rule(
    'bind.default',
    `3.2; ${nesting}`,
    'With translation off requests without PASID are translated by the parent table alone.',
  ),
  rule('bind.no-pasid', '3.2', 'With translation off nothing is attached for a PASID.'),
];

const events: readonly Rule[] = [
  rule(
    'event.enable',
    '11.4.4',
    'When translation is turned on every device and PASID is bound as the tables say.',
  ),
  rule(
    'event.disable',
    '11.4.4',
    'When translation is turned off every device falls back to the parent table.',
  ),
  rule('event.reset', nesting, 'A reset of the machine is answered like translation being turned off.'),
  rule(
    'event.root',
    '6.6, 11.4.3',
    'With ESRTPS a new root table leaves nothing bound as the old one said.',
    'Without it software invalidates by itself. The policy rebinding: every-event asks for it always.',
  ),
  rule(
    'event.pasid-global',
    `6.5.2.2; ${cache}`,
    'A global PASID-cache invalidation leaves nothing bound by an older entry.',
  ),
  rule(
    'event.pasid-domain',
    `6.4.4, 6.5.2.2; ${cache}`,
    'A domain-selective PASID-cache invalidation leaves nothing bound by an older entry that was cached with its domain.',
    'The DID of the cached entry decides, not the one in memory.',
  ),
  rule(
    'event.pasid-selective',
    `6.4.4, 6.5.2.2; ${cache}`,
    'A PASID-selective PASID-cache invalidation leaves nothing bound by an older entry that was cached with its domain and PASID.',
  ),
  rule(
    'event.new-entry',
    `6.1; ${cache}`,
    'An entry that became present is bound at the latest by a PASID-cache invalidation that names its domain, and its PASID if any.',
  ),
  rule(
    'event.context-cache',
    `6.4.1, 6.5.2.1; ${nesting}`,
    'After a context-cache invalidation no request is served, blocked or given another PASID by an older context entry.',
    'A cached PASID table entry may still be used. The policy rebinding: every-event asks for all to be read again.',
  ),
  rule('event.plug', nesting, 'A device that is plugged is bound as the tables say.'),
  rule('event.unplug', nesting, 'Nothing stays attached for a device that is gone.'),
];

const order: readonly Rule[] = [
  rule(
    'calls',
    iommufd,
    'Each host call makes sense when it is made: its table, device and attachment are there.',
  ),
  rule(
    'replace',
    `${nesting}; ${iommufd}`,
    'A new table takes the place of the old one without a moment in which requests are blocked.',
  ),
  rule(
    'free.in-use',
    iommufd,
    'A table is freed only when nothing is attached to it and no nested table stands on it.',
  ),
  rule('free.once', iommufd, 'No table is freed twice.'),
  rule('leak', nesting, 'No nested table is left over that translates for nobody.'),
  rule(
    'unchanged',
    cache,
    'An entry that did not change since it was last read causes no call.',
    'The device keeps working: a cost, but one that the guest pays at each invalidation.',
    'should',
  ),
];

const failures: readonly Rule[] = [
  rule(
    'failure.old-binding',
    `${nesting}; ${iommufd}`,
    'When a call fails, its device or PASID stays bound as it was or is bound as it should be.',
  ),
  rule('failure.reported', nesting, 'A host call that failed is reported.'),
  rule(
    'failure.unfounded',
    `11.4.4; ${nesting}`,
    'With translation off, when no table is read, an invalidation in which no host call failed reports no error.',
  ),
  rule(
    'failure.retry',
    nesting,
    'What a failure left behind is bound at the next invalidation that drops its entry, though the entry is the same.',
    'Emulators that compare with the entry that they read last do not try again.',
    'may',
  ),
];

const invalidations: readonly Rule[] = [
  rule(
    'invalidate.pasid',
    `6.5.2.4; ${nesting}`,
    'A PASID-selective PASID-based IOTLB invalidation reaches the nested tables of entries with its domain and PASID, as a whole.',
  ),
  rule(
    'invalidate.page',
    `6.5.2.4; ${nesting}`,
    'A page-selective PASID-based IOTLB invalidation reaches the nested tables of entries with its domain and PASID over its whole range, and upper levels unless IH is set.',
  ),
  rule(
    'invalidate.domain',
    '6.4.2, 6.5.2.3',
    'An IOTLB invalidation of a domain, or of a page in it, drops first-stage translations of the domain: it reaches their nested tables as a whole.',
    'Emulators pass on PASID-based ones only: policy iotlbForwarding.',
  ),
  rule(
    'invalidate.global',
    '6.4.2, 6.5.2.3',
    'A global IOTLB invalidation reaches all nested tables as a whole.',
    'Emulators pass on PASID-based ones only: policy iotlbForwarding.',
  ),
  rule(
    'invalidate.before-purge',
    nesting,
    'Invalidations reach the host before the emulated unit drops its own translations.',
  ),
  rule(
    'invalidate.only-matching',
    nesting,
    'Invalidations reach only tables of devices whose cached entry matches.',
    'To drop more than asked for is allowed.',
    'may',
  ),
];

const writes: readonly Rule[] = [
  rule(
    'dirty.children',
    iommufd,
    'Tracking of writes is turned on or off for all parent and nested tables.',
    'That of a parent may reach the nested ones over it; the policy writeTracking: each-table asks for every one.',
  ),
  rule(
    'dirty.new',
    iommufd,
    'A table that is made while writes are tracked tracks them before it translates.',
  ),
  rule('dirty.all-or-none', iommufd, 'When tracking cannot be changed for one table, none is left changed.'),
];

const parents: readonly Rule[] = [
  rule(
    'parent.shared',
    nesting,
    'A device is served by a parent table that is there, where one fits: same iommufd, no forced coherence that its unit lacks, same read-only mappings.',
    undefined,
    'should',
  ),
  rule(
    'parent.unused',
    nesting,
    'A parent table that serves no device any more is freed.',
    'To keep one for the next device is allowed.',
    'may',
  ),
  rule('parent.iommufd', `${nesting}; ${iommufd}`, 'The parent table of a device is one of its own iommufd.'),
  rule(
    'parent.coherence',
    iommufd,
    'A parent table that forces coherence serves no device whose unit cannot.',
  ),
  rule(
    'parent.erratum',
    nesting,
    'Devices of units with erratum 772415 have a parent table without read-only mappings, others one with them.',
  ),
];

const lacking = (id: string, clause: string, what: string, note?: string, level?: Level): Rule =>
  rule(`plug.${id}`, `${clause}; ${nesting}`, `A device is refused with a reason when ${what}.`, note, level);
const metLater = 'Emulators do not look: they fail later, where an entry asks for it.';

const plugging: readonly Rule[] = [
  lacking('caching-mode', '6.1', 'the virtual unit has no caching mode, so that nobody tells of new entries'),
  lacking('iommufd', iommufd, 'it is not opened through iommufd'),
  lacking('nesting', '11.4.3', 'the guest is told of first stage and its unit has no nested translation'),
  lacking('first-stage', '11.4.3', 'the guest is told of first stage and its unit has none'),
  lacking('page-size', '11.4.2', 'the guest is told of 1 GiB pages and its unit has none'),
  lacking('levels', '11.4.2', 'the guest is told of five levels and its unit has four'),
  lacking('address-width', '11.4.2', 'the guest is told of wider addresses than its unit has'),
  lacking(
    'pasid-width',
    '11.4.3',
    'it has wider PASIDs than its unit takes, and the guest is told of wider ones too',
    'One with PASIDs may be refused also when only the guest is told of wider ones, or only the device has them.',
  ),
  lacking(
    'supervisor-requests',
    '11.4.3',
    'the guest is told of supervisor requests and its unit has none',
    metLater,
    'should',
  ),
  lacking(
    'extended-accessed',
    '11.4.3',
    'the guest is told of extended accessed flags and its unit has none',
    metLater,
    'should',
  ),
  rule('plug.accepted', nesting, 'A device is plugged when nothing is missing and no call fails.'),
  rule('plug.undone', nesting, 'Of a device that was refused nothing is left.'),
];

export const bindingRules: readonly Rule[] = [
  ...bound,
  ...events,
  ...order,
  ...failures,
  ...invalidations,
  ...writes,
  ...parents,
  ...plugging,
];
