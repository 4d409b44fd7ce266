/** Where the tables lie that an entry points to: nothing is at 0, and no memory in the interrupt address range (3.15). */
import { shortHex } from '../../spec/hex.ts';
import { contextLegacy, contextScalable } from '../../spec/layouts/context.ts';
import { type Field, fieldOf } from '../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { rootLegacy, rootScalableLower, rootScalableUpper } from '../../spec/layouts/root.ts';
import type { EntryFormat } from '../../spec/schema.ts';

const PASS_THROUGH_LEGACY = 2n;
const [FIRST, SECOND, NESTED] = [1n, 2n, 3n];
const TT = fieldOf(contextLegacy, 'TT');
const PGTT = fieldOf(pasidTable, 'PGTT');
const [FIRST_STAGE, SECOND_STAGE] = [fieldOf(pasidTable, 'FSPTPTR'), fieldOf(pasidTable, 'SSPTPTR')];

const pointers: Readonly<Record<Exclude<EntryFormat, 'pasid-table'>, Field>> = {
  'root-legacy': fieldOf(rootLegacy, 'CTP'),
  'root-scalable-lower': fieldOf(rootScalableLower, 'LCTP'),
  'root-scalable-upper': fieldOf(rootScalableUpper, 'UCTP'),
  'context-legacy': fieldOf(contextLegacy, 'SSPTPTR'),
  'context-scalable': fieldOf(contextScalable, 'PASIDDIRPTR'),
  'pasid-directory': fieldOf(pasidDirectory, 'SMPTBLPTR'),
};

/** The pointer to a table of the host that the entry uses: the first stage of a nested one is the guest's. */
function pointerOf(format: EntryFormat, words: readonly bigint[]): Field | undefined {
  if (format === 'pasid-table') {
    const pgtt = readField(PGTT, words);
    if (pgtt === FIRST) return FIRST_STAGE;
    return pgtt === SECOND || pgtt === NESTED ? SECOND_STAGE : undefined;
  }
  const isPassThrough = format === 'context-legacy' && readField(TT, words) === PASS_THROUGH_LEGACY;
  return isPassThrough ? undefined : pointers[format];
}

/** What is odd about where the tables of a present entry lie; undefined when nothing is. */
export function oddTableOf(format: EntryFormat, words: readonly bigint[]): string | undefined {
  const pointer = pointerOf(format, words);
  const address = pointer === undefined ? undefined : readField(pointer, words);
  if (pointer === undefined || address === undefined) return undefined;
  if (address === 0n) return `${pointer.name} is 0`;
  return isOfInterrupts(address)
    ? `${pointer.name} ${shortHex(address)} is in the interrupt address range`
    : undefined;
}

/** FEEx_xxxxh (3.15). */
export function isOfInterrupts(address: bigint): boolean {
  return address >> 20n === 0xfeen;
}
