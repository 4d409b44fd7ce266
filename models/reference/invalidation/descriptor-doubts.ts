/**
 * What the architecture does not settle about a descriptor that has no defect: each doubt has a name, and a unit
 * takes or refuses every descriptor with a doubt of one name alike.
 */
import { queueErrors } from '../../../spec/invalidation/queue-errors.ts';
import type { FieldReader } from './descriptor-fields.ts';
import type { Unit, UnitFormat } from './unit-facts.ts';

export interface Doubt {
  readonly name: string;
  /** What reports it when it is refused, and the rule that leaves it open. */
  readonly codes: readonly number[];
  readonly rule: string;
}

const doubt = (name: string, rule: string): Doubt => ({
  name,
  codes: [queueErrors.type, queueErrors.reserved],
  rule: `invalidation.${rule}`,
});

export function doubtsOf(
  unit: Unit,
  { format, resolved }: UnitFormat,
  get: FieldReader,
  slot: readonly bigint[],
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (resolved.open.some((mask, word) => ((slot[word] ?? 0n) & mask) !== 0n))
    doubts.push(doubt(`open bits of ${format.name}`, `descriptor.${format.name}.reserved`));
  switch (format.name) {
    case 'iotlb':
      doubts.push(...addressMaskDoubts(unit, get));
      break;
    case 'interrupt-entry':
      doubts.push(...indexMaskDoubts(unit, get));
      break;
    case 'wait':
      doubts.push(...emptyWaitDoubts(get));
      break;
    case 'page-group-response':
      doubts.push(...responseDoubts(get));
      break;
  }
  return doubts;
}

/** 6.5.2.3: software keeps AM within MAMV; what hardware makes of more is not stated, nor of AM that is not used. */
function addressMaskDoubts({ capabilities: { PSI, MAMV } }: Unit, get: FieldReader): readonly Doubt[] {
  const mask = Number(get('AM'));
  if (mask <= (PSI === 1 ? MAMV : 0)) return [];
  const name = get('G') === 3n ? `AM ${mask} above MAMV` : 'AM above MAMV that is not used';
  return [doubt(name, 'descriptor.iotlb.address-mask')];
}

/**
 * 6.5.2.8: IM above MHMV, and an IM that a global invalidation does not use. Table 26 has the type for every unit,
 * and nothing is said of those without interrupt remapping.
 */
function indexMaskDoubts({ capabilities: { MHMV, IR } }: Unit, get: FieldReader): readonly Doubt[] {
  const mask = Number(get('IM'));
  if (IR === 0) return [doubt('interrupt entries of a unit without IR', 'descriptor.interrupt-entry')];
  return mask <= MHMV ? [] : [doubt(`IM ${mask} above MHMV`, 'descriptor.interrupt-entry')];
}

/** D14: a wait without fence that asks for nothing. */
function emptyWaitDoubts(get: FieldReader): readonly Doubt[] {
  const asksNothing = get('SW') === 0n && get('IF') === 0n && get('FN') === 0n;
  return asksNothing ? [doubt('empty wait', 'wait.nothing')] : [];
}

/** 7.6.1 names three response codes. */
function responseDoubts(get: FieldReader): readonly Doubt[] {
  const code = Number(get('RC'));
  return [0, 1, 15].includes(code) ? [] : [doubt(`response code ${code}`, 'descriptor.page-group-response')];
}

/**
 * A context-cache invalidation of legacy mode by a domain id wider than ND: only of other descriptors and of CCMD is
 * it said that the bits above are ignored (6.5.2.1).
 */
export function hasUnstatedDid({ didMask }: Unit, { format }: UnitFormat, get: FieldReader): boolean {
  return format.name === 'context' && get('G') !== 1n && (get('DID') & ~didMask) !== 0n;
}
