/** A change of one structure in memory, and what the architecture wants done after it (VT-d 6.5.3.3). */
import type { Store } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import {
  contextDevice,
  contextGlobal,
  iotlbDomain,
  iotlbGlobal,
  iotlbPage,
  pasidDomain,
  pasidGlobal,
  pasidIotlbAll,
  pasidIotlbPage,
  pasidOne,
  type Selector,
} from './invalidation-descriptors.ts';
import type { Place, Route, Stage } from './invalidation-stage.ts';
import { FIRST_STAGE, NESTED, PASS_THROUGH, type Space } from './invalidation-world.ts';
import { framesOf } from './tables.ts';

/** Stores, each of them atomic, that need no invalidation between them. */
export interface Phase {
  readonly stores: readonly Store[];
  /** The whole sequence after them, in order. */
  readonly required: readonly Selector[];
}

/** Draws a change of what `place` depends on; no phase where there is nothing to change. */
export type Changer = (stage: Stage, place: Place, choices: Choices) => readonly Phase[];

/** Page-selective as far as the unit has it, else domain-selective (11.4.2, PSI and MAMV). */
export function iotlbRange(stage: Stage, did: number, frame: number, level: number, hint = 0): Selector {
  const { PSI, MAMV } = stage.ground.target.capabilities;
  const mask = 9 * (level - 1);
  if (PSI === 0 || mask > MAMV) return iotlbDomain(did);
  return iotlbPage(did, aligned(frame, level), mask, hint);
}

/** For every PASID that uses `space`: the page of `level` at `frame`. */
export function pasidIotlbRanges(
  stage: Stage,
  space: Space,
  frame: number,
  level: number,
  hint = 0,
): Selector[] {
  const pasids = new Set(stage.users(space).map(({ pasid }) => pasid));
  const mask = 9 * (level - 1);
  return [...pasids].map((pasid) => pasidIotlbPage(space.did, pasid, aligned(frame, level), mask, hint));
}

export function aligned(frame: number, level: number): number {
  return frame - (frame % framesOf(level));
}

/** Rows 4a and 4b for the entry on `route`, which was or becomes one of `space`. */
export function afterEntry({ pasid }: Route, space: Space, clearsPresent: boolean): Selector[] {
  const { did, kind } = space;
  const first = kind === FIRST_STAGE || kind === PASS_THROUGH;
  const tables = clearsPresent && !first ? iotlbDomain(did) : pasidIotlbAll(did, pasid);
  return [pasidOne(did, pasid), tables];
}

/** Row 9 and row 2: a context entry whose requests reach `spaces`. */
export function afterContext(stage: Stage, { subject }: Route, spaces: readonly Space[]): Selector[] {
  const dids = [...new Set(spaces.map(({ did }) => did))];
  const [first = 0] = dids;
  const { legacy } = stage.ground;
  return [
    contextDevice(legacy ? first : 0, subject.sourceId),
    ...(legacy ? [] : dids.map(pasidDomain)),
    ...dids.map(iotlbDomain),
  ];
}

/** Row 3: a directory entry that leads to `routes`. */
export function afterDirectory(routes: readonly Route[]): Selector[] {
  const served = routes.filter(({ space }) => space !== undefined);
  const dids = new Set(served.map(({ space }) => (space as Space).did));
  return [
    ...served.map(({ space, pasid }) => pasidOne((space as Space).did, pasid)),
    ...[...dids].map(iotlbDomain),
  ];
}

/** Rows 1 and 8. */
export function afterRoot(stage: Stage): Selector[] {
  return [contextGlobal(), ...(stage.ground.legacy ? [] : [pasidGlobal()]), iotlbGlobal()];
}

/** True where requests of `space` go through first-stage tables. */
export function hasFirstStage({ kind }: Space): boolean {
  return kind === FIRST_STAGE || kind === NESTED;
}

/** Another domain of the case, or undefined when there is one alone. */
export function otherSpace(stage: Stage, space: Space | undefined, choices: Choices): Space | undefined {
  const others = stage.spaces.filter((candidate) => candidate !== space);
  return others.length > 0 ? choices.one(others) : undefined;
}
