/**
 * Rules of area `smmu-nesting`: a virtual SMMUv3 with stage 1 whose devices physical SMMUs translate. What a
 * stream may do and when a command is done is the architecture's (Arm IHI 0070); what the host may be asked, and
 * in which order tables come and go, follows iommufd and the review of the nesting series (2023).
 */
import type { Rule } from '../rule.ts';
import type { Level } from '../schema.ts';

const nesting = 'review of "Add Nested Translation Support for SMMUv3", 2023';
const iommufd = 'iommufd, virtual IOMMUs';

function rule(id: string, clause: string, statement: string, note?: string, level: Level = 'must'): Rule {
  const named = { id: `smmu-nesting.${id}`, areas: ['smmu-nesting'], level, statement, clause } as const;
  return note === undefined ? named : { ...named, note };
}

const streams: readonly Rule[] = [
  rule(
    'stream.stage-1',
    'IHI 0070 5.2',
    'The stream of a stage 1 entry is translated by a nested table with the fields of the entry that the guest decides.',
    'Fields that hardware ignores under the features of the virtual SMMU may differ; so may the bits of S1ContextPtr below its table. Without stalls S1STALLD may be set.',
  ),
  rule(
    'stream.bypass',
    'IHI 0070 5.2',
    'The stream of a bypass entry goes through the stage 2 of the host alone.',
  ),
  rule('stream.abort', 'IHI 0070 5.2', 'The stream of an entry with Config 0b0xx is aborted.'),
  rule(
    'stream.bad-entry',
    'IHI 0070 3.3.1, 5.2, 5.2.2',
    'A stream whose entry is missing, not readable, not valid or ILLEGAL for the virtual SMMU is blocked.',
    'Stage 2 is not there for the guest: an entry that asks for it is ILLEGAL.',
  ),
];

const events: readonly Rule[] = [
  rule(
    'event.cfgi-ste',
    'IHI 0070 4.3.1, 4.8',
    'When CMD_SYNC completes after CMD_CFGI_STE the stream is what its entry says.',
    'With Leaf set an older level 1 descriptor may still be in use.',
  ),
  rule(
    'event.cfgi-range',
    'IHI 0070 4.3.2, 4.8',
    'When CMD_SYNC completes after CMD_CFGI_STE_RANGE each stream of the aligned range is what its entry says.',
  ),
  rule(
    'event.cfgi-all',
    'IHI 0070 4.3.2, 4.8',
    'When CMD_SYNC completes after CMD_CFGI_ALL every stream is what its entry says.',
  ),
  rule(
    'event.enable',
    'IHI 0070 6.3.9.6',
    'When SMMUEN becomes 1 every stream is what its entry says, without any command.',
  ),
  rule(
    'event.disable',
    'IHI 0070 6.3.9.6, 6.3.14',
    'While SMMUEN is 0 every stream is what GBPA says, from when it becomes 0, whatever commands come.',
  ),
  rule(
    'event.gbpa',
    'IHI 0070 6.3.14',
    'A write of GBPA changes every stream while SMMUEN is 0, and none while it is 1.',
  ),
  rule('event.plug', nesting, 'A device that was plugged is attached as its stream is at that moment.'),
  rule('event.unplug', nesting, 'A device that was unplugged is attached to no table any more.'),
];

const forwarding: readonly Rule[] = [
  rule(
    'forward.entry',
    'IHI 0070 4.3.1, 4.3.2',
    'CMD_CFGI_STE and its kind drop the context descriptors of a stream on the host as well, also where its entry stayed the same.',
    'By CMD_CFGI_CD_ALL or CMD_CFGI_STE for the stream of the host, or by attaching it again.',
  ),
  rule(
    'forward.descriptors',
    'IHI 0070 4.3.3, 4.3.4, 4.8',
    'When CMD_SYNC completes the descriptors of a CMD_CFGI_CD or CMD_CFGI_CD_ALL before it are dropped on the host.',
  ),
  rule(
    'forward.translations',
    'IHI 0070 4.4, 4.8',
    'When CMD_SYNC completes the translations of a TLBI command before it are dropped on every unit whose tables the guest uses.',
    'A unit where no device has a table any more must be told before one gets a table again. A guest VMID that is not 0 matches nothing that must go.',
  ),
  rule(
    'forward.atc',
    'IHI 0070 4.5.1, 4.8',
    'When CMD_SYNC completes a CMD_ATC_INV before it was issued for the stream of the host.',
    'For a stage 1 stream with EATS 1, while SMMUEN is 1.',
  ),
  rule(
    'forward.order',
    'IHI 0070 4.3.6, 4.8, 3.21.3',
    'Where CMD_SYNC of the guest stands between them the host is done with configuration before it drops translations, and with translations before it drops those of a device.',
    'Else the later cache is filled again by what the earlier one still holds. Commands of one kind may come in any order.',
  ),
  rule(
    'convert.vmid',
    `IHI 0070 4.4; ${iommufd}`,
    'TLBI commands reach the host with the VMID that the host gave the guest on that unit.',
  ),
  rule(
    'convert.stream',
    `IHI 0070 4.1; ${iommufd}`,
    'Commands about a stream reach the unit of its device with the StreamID of the host.',
  ),
  rule(
    'convert.opcode',
    `IHI 0070 4.4; ${iommufd}`,
    'No command reaches the host that acts beyond the guest: CMD_TLBI_NSNH_ALL is narrowed to its VMID.',
  ),
  rule(
    'convert.range',
    'IHI 0070 4.3.7',
    'A range of streams of the guest reaches the host as its streams, one by one.',
    'CMD_CFGI_ALL of the host is recommended too; configuration is then dropped for other guests as well.',
    'may',
  ),
];

const queue: readonly Rule[] = [
  rule(
    'queue.legal',
    'IHI 0070 4.1, 7.1',
    'Commands that are legal for the virtual SMMU are consumed, and raise no error.',
  ),
  rule(
    'queue.bad-entry',
    'IHI 0070 4.3.1, 7.3.5',
    'A command about a stream whose entry is bad is consumed: that is an event of a later transaction, no error of the queue.',
  ),
  rule(
    'queue.unknown-stream',
    'IHI 0070 4.1.7',
    'A command about a StreamID without a device is consumed and has no effect.',
  ),
  rule(
    'queue.illegal',
    'IHI 0070 4.1.3, 7.1',
    'A command that is reserved, Secure, or of a feature that the virtual SMMU lacks stops the queue with CERROR_ILL.',
  ),
  rule(
    'queue.stopped',
    'IHI 0070 7.1, 6.3.28',
    'While an error is active nothing is consumed, and CONS stays at the command that failed.',
  ),
  rule(
    'queue.resumed',
    'IHI 0070 7.1',
    'When the error is acknowledged the queue goes on at the command that failed, or at what stands there now.',
  ),
  rule(
    'failure.error-code',
    'IHI 0070 7.1',
    'A failure of the host that stops the queue shows as CERROR_ILL, or as CERROR_ATC_INV_SYNC at a CMD_SYNC.',
  ),
  rule(
    'failure.exact',
    `IHI 0070 4.1.4, 4.8; ${iommufd}`,
    'When a failure of the host stops the queue CONS says exactly what was taken: all before it is done when the next CMD_SYNC completes.',
  ),
];

const tables: readonly Rule[] = [
  rule(
    'table.mask',
    iommufd,
    'A nested table is asked for with fields that the guest decides, and no others.',
  ),
  rule(
    'table.legal',
    `${iommufd}; IHI 0070 5.2.2`,
    'A nested table is asked for with an entry that the host takes: stage 1, legal for the virtual SMMU, EATS 0 or 1.',
  ),
  rule('table.unit', `${nesting}; ${iommufd}`, 'A device gets only tables of the unit that it is behind.'),
  rule('table.once', iommufd, 'A table is freed once.'),
  rule('table.in-use', iommufd, 'No table is freed that a device is attached to.'),
  rule('table.leak', iommufd, 'A table that serves no device is freed in the same step.'),
  rule(
    'table.replace',
    `IHI 0070 3.21.3; ${nesting}`,
    'A stream that goes from one thing to another is neither blocked nor anything else on the way.',
  ),
  rule(
    'table.shared',
    nesting,
    'Devices behind one unit whose entries say the same share a nested table.',
    'Advice of the review; nobody can see it through a device.',
    'may',
  ),
  rule(
    'failure.stream',
    `IHI 0070 4.8; ${nesting}`,
    'A stream that the host would not change is as it was, or blocked.',
  ),
  rule(
    'failure.reported',
    nesting,
    'A stream that is not what it should be after a failure of the host is reported: by an error of the queue, or outside of the guest.',
  ),
  rule('calls', iommufd, 'Every call names units, devices and tables that are there.'),
];

export const smmuNestingRules: readonly Rule[] = [...streams, ...events, ...forwarding, ...queue, ...tables];
