/**
 * Whether a unit takes a descriptor (VT-d 6.5.2, Table 26): its type, what the unit has, granularity, reserved
 * bits. Between the reasons to refuse it the architecture gives no order, so that an error may name any.
 */

import type { QueueMode } from '../../../spec/invalidation/modes.ts';
import { queueErrors } from '../../../spec/invalidation/queue-errors.ts';
import { type Doubt, doubtsOf } from './descriptor-doubts.ts';
import { type FieldReader, fieldsOf } from './descriptor-fields.ts';
import type { Unit, UnitFormat } from './unit-facts.ts';

/** A reason to refuse: the codes that report it, and its rule. */
export interface Defect {
  readonly codes: readonly number[];
  readonly rule: string;
}

/** A descriptor as it was fetched. */
export interface FetchedDescriptor {
  /** Undefined when nobody defined the type. */
  readonly format: UnitFormat | undefined;
  readonly get: FieldReader;
  readonly defects: readonly Defect[];
  /** What the architecture does not settle about it: it is refused for one of them, or taken. */
  readonly doubts: readonly Doubt[];
}

const { type, reserved } = queueErrors;
/** Which code reports it is not stated. */
const EITHER = [type, reserved] as const;

/** Checks the words of one slot: 2 words, or 4 in a queue of 256-bit descriptors. */
export function checkDescriptor(unit: Unit, mode: QueueMode, slot: readonly bigint[]): FetchedDescriptor {
  const code = typeOf(slot[0] ?? 0n);
  const found = unit.formats.get(code);
  const get = fieldsOf(found, slot);
  if (found === undefined)
    return { format: undefined, get, defects: [defect([type], 'queue.invalid-type')], doubts: [] };
  const missing = typeDefects(unit, mode, found);
  // The fields of a type that the unit does not have are not looked at.
  if (missing.length > 0) return { format: found, get, defects: missing, doubts: [] };
  const defects = [...reservedDefects(unit, found, slot), ...granularityDefects(unit, found, get)];
  return { format: found, get, defects, doubts: doubtsOf(unit, found, get, slot) };
}

/** Bits 11:9 over bits 3:0. */
export function typeOf(word: bigint): number {
  return (Number((word >> 9n) & 7n) << 4) | Number(word & 15n);
}

const defect = (codes: readonly number[], rule: string): Defect => ({
  codes,
  rule: `invalidation.${rule}`,
});

/** Table 26, and the types that need a capability. */
function typeDefects({ capabilities }: Unit, mode: QueueMode, { format }: UnitFormat): readonly Defect[] {
  if (!mode.types.includes(format.type)) return [{ codes: [type], rule: mode.rule }];
  if (format.requires === undefined || capabilities[format.requires] === 1) return [];
  // Of a unit without PRS it is not said how it refuses; without DT and HPTS the type is an invalid one.
  const codes = format.requires === 'PRS' ? EITHER : [type];
  return [defect(codes, `descriptor.${format.name}.capability`)];
}

/** Reserved bits of the format, and the upper half of a 256-bit slot that holds a 128-bit format. */
function reservedDefects(
  { capabilities }: Unit,
  { format, resolved }: UnitFormat,
  slot: readonly bigint[],
): readonly Defect[] {
  const defects: Defect[] = [];
  // Of a unit without interrupt remapping it is not said whether it has the type at all (6.5.2.8).
  const codes = format.name === 'interrupt-entry' && capabilities.IR === 0 ? EITHER : [reserved];
  if (resolved.reserved.some((mask, word) => ((slot[word] ?? 0n) & mask) !== 0n))
    defects.push(defect(codes, `descriptor.${format.name}.reserved`));
  if (slot.slice(format.layout.words).some((word) => word !== 0n))
    defects.push(defect(EITHER, 'queue.wide-slots'));
  return defects;
}

/** Reserved values of G, and page-selective invalidation of a unit without it. */
function granularityDefects(
  { capabilities }: Unit,
  { format }: UnitFormat,
  get: FieldReader,
): readonly Defect[] {
  if (format.granularities === undefined) return [];
  const granularity = Number(get('G'));
  if (!format.granularities.includes(granularity))
    return [defect(EITHER, `descriptor.${format.name}.granularity`)];
  const page = 3;
  if (format.name === 'iotlb' && granularity === page && capabilities.PSI === 0)
    return [defect(EITHER, 'descriptor.iotlb.capability')];
  return [];
}
