/** Where the tables lie that an entry points to: nothing is at 0, and no memory in the interrupt address range (3.15). */
import { extract } from '../../spec/bits.ts';
import { shortHex } from '../../spec/hex.ts';
import { contextLegacy, contextScalable } from '../../spec/layouts/context.ts';
import { type Field, fieldOf } from '../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { rootLegacy, rootScalableLower, rootScalableUpper } from '../../spec/layouts/root.ts';
import type { EntryFormat } from '../../spec/schema.ts';

const PASS_THROUGH_LEGACY = 2n;
const [FIRST, SECOND, NESTED] = [1n, 2n, 3n];
const [FIRST_STAGE, SECOND_STAGE] = [fieldOf(pasidTable, 'FSPTPTR'), fieldOf(pasidTable, 'SSPTPTR')];
const TT = fieldOf(contextLegacy, 'TT');
const PGTT = fieldOf(pasidTable, 'PGTT');

/** Pointers that the entry uses. */
const pointersOf: Readonly<Record<EntryFormat, (words: readonly bigint[]) => readonly Field[]>> = {
  'root-legacy': () => [fieldOf(rootLegacy, 'CTP')],
  'root-scalable-lower': () => [fieldOf(rootScalableLower, 'LCTP')],
  'root-scalable-upper': () => [fieldOf(rootScalableUpper, 'UCTP')],
  'context-legacy': (words) =>
    readField(TT, words) === PASS_THROUGH_LEGACY ? [] : [fieldOf(contextLegacy, 'SSPTPTR')],
  'context-scalable': () => [fieldOf(contextScalable, 'PASIDDIRPTR')],
  'pasid-directory': () => [fieldOf(pasidDirectory, 'SMPTBLPTR')],
  'pasid-table': (words) => {
    const pgtt = readField(PGTT, words);
    return [
      ...(pgtt === SECOND || pgtt === NESTED ? [SECOND_STAGE] : []),
      // Of a nested entry it is an address of the guest.
      ...(pgtt === FIRST ? [FIRST_STAGE] : []),
    ];
  },
};

/** What is odd about where the tables of a present entry lie; undefined when nothing is. */
export function oddTableOf(format: EntryFormat, words: readonly bigint[]): string | undefined {
  for (const pointer of pointersOf[format](words)) {
    const address = readField(pointer, words);
    if (address === 0n) return `${pointer.name} is 0`;
    if (isOfInterrupts(address))
      return `${pointer.name} ${shortHex(address)} is in the interrupt address range`;
  }
  return undefined;
}

/** FEEx_xxxxh (3.15). */
export function isOfInterrupts(address: bigint): boolean {
  return extract(address, 63, 20) === 0xfeen;
}
