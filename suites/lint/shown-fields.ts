/** For each condition of an entry: the fields that say it, and what the unit has to go by. */

import type { Unit } from '../../models/reference/unit.ts';
import { type CapabilityName, capabilityFields } from '../../spec/capabilities.ts';
import { shortHex } from '../../spec/hex.ts';
import type { Field, Layout } from '../../spec/layouts/layout.ts';
import { readField } from '../../spec/layouts/resolve.ts';

interface Grounds {
  readonly fields: readonly string[];
  readonly capabilities: readonly CapabilityName[];
}

const grounds = (fields: readonly string[], capabilities: readonly CapabilityName[] = []): Grounds => ({
  fields,
  capabilities,
});

const groundsOf: Readonly<Record<string, Grounds>> = {
  'LCT.4.1': grounds(['AW'], ['SAGAW']),
  'LCT.4.2': grounds(['TT'], ['DT', 'PT']),
  'SCT.4.1': grounds(['DTE', 'PRE']),
  'SCT.4.2': grounds(['RID_PASID', 'PDTS']),
  'SCT.4.3': grounds(['EPTR', 'PASIDE']),
  'SPT.4.1': grounds(['AW'], ['SAGAW']),
  'SPT.4.2': grounds(['PGTT'], ['FSTS', 'SSTS', 'NEST', 'PT']),
  'SPT.4.3': grounds(['FSPM'], ['FS5LP']),
  'SPT.4.4': grounds(['FSPTPTR', 'AW'], ['MGAW']),
};

/** Names of the fields that a condition is about; none for one that is about no particular ones. */
export function fieldsOfCondition(condition: string): readonly string[] {
  return groundsOf[condition]?.fields ?? [];
}

/** Such as `PGTT 3 (nested); the unit has FSTS 1, SSTS 1, NEST 0, PT 1`; empty when the condition has no fields. */
export function groundsText(
  condition: string,
  layout: Layout,
  words: readonly bigint[],
  { capabilities }: Unit,
): string {
  const found = groundsOf[condition];
  if (found === undefined) return '';
  const fields = layout.fields
    .filter(({ name }) => found.fields.includes(name))
    .map((field) => `${field.name} ${fieldText(field, words)}`);
  const has = found.capabilities.map((name) => `${name} ${capabilityText(name, capabilities[name])}`);
  return `${fields.join(', ')}${has.length === 0 ? '' : `; the unit has ${has.join(', ')}`}`;
}

/** Its value, and what that stands for: `2 (second stage)`. */
export function fieldText(field: Field, words: readonly bigint[]): string {
  const value = readField(field, words);
  if (field.kind === 'pointer') return shortHex(value);
  const meaning = field.encodings?.[Number(value)];
  return meaning === undefined ? `${value}` : `${value} (${meaning})`;
}

function capabilityText(name: CapabilityName, value: number): string {
  const { high, low } = capabilityFields[name];
  return high - low > 3 ? `0x${value.toString(16)}` : `${value}`;
}
