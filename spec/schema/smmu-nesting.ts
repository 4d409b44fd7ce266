/**
 * Area `smmu-nesting`: a virtual SMMUv3 with stage 1 whose devices are translated by physical SMMUs, which put
 * the guest's stage 1 over a stage 2 of the host. Guest commands must lead to the right calls of the host. Calls
 * are numbered from 0 over the whole case; the case says which ones fail.
 */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { memoryRunSchema, u64, unsigned, words } from './scalars.ts';
import { virtualSmmuSchema } from './virtual-smmu.ts';

/** One physical SMMU: the VMID that the host gave this guest on it. */
export const physicalSmmuSchema = v.strictObject({ vmid: unsigned(0xffff) });

export const smmuDeviceSchema = v.strictObject({
  /** The StreamID that the guest knows. */
  streamId: unsigned(0xffff_ffff),
  /** Index in `units`. */
  unit: unsigned(7),
  physicalStreamId: unsigned(0xffff_ffff),
});
export type SmmuDevice = v.InferOutput<typeof smmuDeviceSchema>;

const device = unsigned(15);
/** 128 bits (4.1). */
const command = words(2);
/** Put into the queue in one step. */
const commands = v.pipe(v.array(command), v.minLength(1), v.maxLength(256));
/** Taken from the queue in one step: of several, where an error had stopped it, and as many times as are useful. */
const issued = v.pipe(v.array(command), v.minLength(1), v.maxLength(100_000));

export const smmuStepSchema = v.variant('step', [
  /** The guest writes words; the SMMU does not see it. */
  v.strictObject({ step: v.literal('store'), address: u64, words: words(1, 8) }),
  /** Put at the end of the command queue; it is consumed until it is empty or an error stops it. */
  v.strictObject({ step: v.literal('commands'), commands }),
  /**
   * GERRORN acknowledges the error of the command queue, which goes on at the command that failed. With
   * `commands`, software puts these in place of that command and all that follow it first.
   */
  v.strictObject({ step: v.literal('acknowledge'), commands: v.optional(commands) }),
  /** CR0.SMMUEN. */
  v.strictObject({ step: v.literal('enable'), on: v.boolean() }),
  /** GBPA.ABORT, with Update. */
  v.strictObject({ step: v.literal('bypass'), abort: v.boolean() }),
  /** STRTAB_BASE and STRTAB_BASE_CFG; only while SMMUEN is 0. */
  v.strictObject({ step: v.literal('stream-table'), base: u64, config: u64 }),
  v.strictObject({ step: v.literal('plug'), device }),
  v.strictObject({ step: v.literal('unplug'), device }),
]);
export type SmmuStep = v.InferOutput<typeof smmuStepSchema>;

export const smmuNestingCaseSchema = v.strictObject({
  area: v.literal('smmu-nesting'),
  /** Says which memory answers; the rest of it is about VT-d. */
  profile: profileSchema,
  smmu: virtualSmmuSchema,
  units: v.pipe(v.array(physicalSmmuSchema), v.minLength(1), v.maxLength(8)),
  /** None is plugged before the first step. */
  devices: v.pipe(v.array(smmuDeviceSchema), v.minLength(1), v.maxLength(16)),
  /** STRTAB_BASE and STRTAB_BASE_CFG; SMMUEN is 0, GBPA.ABORT 0, the command queue enabled and empty. */
  streamTable: v.strictObject({ base: u64, config: u64 }),
  memory: v.pipe(v.array(memoryRunSchema), v.maxLength(16_384)),
  steps: v.pipe(v.array(smmuStepSchema), v.minLength(1), v.maxLength(10_000)),
  /** Host calls that fail, in ascending order: they change nothing, but that `handled` commands were issued. */
  failing: v.pipe(
    v.array(v.strictObject({ call: unsigned(1_000_000), handled: v.optional(unsigned(255)) })),
    v.maxLength(1000),
  ),
});
export type SmmuNestingCase = v.InferOutput<typeof smmuNestingCaseSchema>;

/** Nested tables of the host by numbers that the implementation chooses; one is not used again in a case. */
const table = unsigned(0xffff_ffff);

export const smmuCallSchema = v.variant('call', [
  /** A stage 1 of the guest over the stage 2 of `unit`: words 0 and 1 of the STE as far as the guest decides. */
  v.strictObject({ call: v.literal('create'), table, unit: unsigned(7), ste: words(2) }),
  /** What the STE of a device is from now on, in place of what it was: written and invalidated by the host. */
  v.strictObject({
    call: v.literal('attach'),
    device,
    to: v.union([v.picklist(['abort', 'bypass']), table]),
  }),
  v.strictObject({ call: v.literal('free'), table }),
  /** Commands for the queue of `unit`, as they are issued; a CMD_SYNC completes before the call returns. */
  v.strictObject({ call: v.literal('issue'), unit: unsigned(7), commands: issued }),
]);
export type SmmuCall = v.InferOutput<typeof smmuCallSchema>;

export const smmuNestingObservationSchema = v.strictObject({
  /** One a step. */
  steps: v.pipe(
    v.array(
      v.strictObject({
        /** In the order in which they were made, failed ones included. */
        calls: v.pipe(v.array(smmuCallSchema), v.maxLength(100_000)),
        /** Commands consumed in this step: how far CMDQ_CONS.RD went. */
        consumed: v.optional(unsigned(1_000_000)),
        /** CMDQ_CONS.ERR while GERROR.CMDQ_ERR is active after the step; null: it is not. */
        error: v.optional(v.nullable(unsigned(0x7f))),
        /** True when a failure was reported outside of the guest: to the operator or a log. */
        reported: v.optional(v.boolean()),
      }),
    ),
    v.maxLength(10_000),
  ),
});
export type SmmuNestingObservation = v.InferOutput<typeof smmuNestingObservationSchema>;
