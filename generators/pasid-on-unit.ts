/**
 * Which present PASID table entries a unit can have: of no type that it lacks (SPT.4.2), without bits that it checks
 * to be zero (SPT.3).
 */
import { decodeCapabilities } from '../spec/capabilities.ts';
import { pasidTable } from '../spec/layouts/pasid.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import type { Profile } from '../spec/schema.ts';
import { type Draft, fieldReader, fieldWriter, newDraft } from './words.ts';

interface PasidOnUnit {
  /** Values of PGTT. */
  readonly types: readonly number[];
  /** In 32-bit halves: bits that the unit checks to be zero, whatever the type. */
  readonly checked: Uint32Array;
}

const known = new WeakMap<Profile, PasidOnUnit>();
const readPresent = fieldReader(pasidTable, 'P');
const readType = fieldReader(pasidTable, 'PGTT');
const writeType = fieldWriter(pasidTable, 'PGTT');

export function pasidOnUnit(profile: Profile): PasidOnUnit {
  const found = known.get(profile);
  if (found !== undefined) return found;
  const { SMTS, FSTS, SSTS, NEST, PT } = decodeCapabilities(profile);
  const { reserved } = resolveLayout(pasidTable, profile);
  const made = {
    types: SMTS === 0 ? [] : [FSTS, SSTS, NEST, PT].flatMap((has, index) => (has === 0 ? [] : [index + 1])),
    checked: new Uint32Array(BigUint64Array.from(reserved).buffer),
  };
  known.set(profile, made);
  return made;
}

/** Those of `profiles` whose units can have a present entry: first those that can have most others have. */
export function unitsWithPasids(profiles: readonly Profile[]): readonly Profile[] {
  return profiles
    .map((profile) => ({ profile, ...pasidOnUnit(profile) }))
    .filter(({ types }) => types.length > 0)
    .toSorted((a, b) => b.types.length - a.types.length || bitCount(a.checked) - bitCount(b.checked))
    .map(({ profile }) => profile);
}

function bitCount(halves: Uint32Array): number {
  let count = 0;
  for (const half of halves) for (let rest = half; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Makes a present entry one that the unit can have. */
export function fitToUnit(draft: Draft, profile: Profile): void {
  if (readPresent(draft) === 0) return;
  const { types, checked } = pasidOnUnit(profile);
  const type = readType(draft);
  if (!types.includes(type)) writeType(draft, types[type % types.length] ?? 0);
  for (const [half, mask] of checked.entries()) draft.halves[half]! &= ~mask;
}

const fitted = newDraft();

/** Whether the unit can have this entry; one that is not present it always can. */
export function fitsUnit(entry: readonly bigint[], profile: Profile): boolean {
  fitted.words.set(entry);
  fitToUnit(fitted, profile);
  return entry.every((word, index) => fitted.words[index] === word);
}
