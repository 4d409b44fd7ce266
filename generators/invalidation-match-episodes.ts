/**
 * Episodes about the match tables: a change is followed by what leaves one stale entry in one cache alone, so
 * that one descriptor decides whether it stays (VT-d 6.5.2).
 */
import type { CacheName } from '../spec/invalidation/caches.ts';
import type { Choices } from './choices.ts';
import { type Changer, hasFirstStage, iotlbRange, pasidIotlbRanges } from './invalidation-change.ts';
import {
  changeSelector,
  contextDevice,
  contextDomain,
  contextGlobal,
  hostDomain,
  hostGlobal,
  hostPage,
  iotlbDomain,
  iotlbGlobal,
  pasidDomain,
  pasidGlobal,
  pasidIotlbAll,
  pasidIotlbPage,
  pasidOne,
  type Selector,
} from './invalidation-descriptors.ts';
import {
  changeDirectory,
  changeLegacyContext,
  changePasidEntry,
  changeRoot,
  changeScalableContext,
} from './invalidation-entry-changes.ts';
import { changeGuestTable, changeLeaf, changeSize, changeTable } from './invalidation-paging-changes.ts';
import { changePermission, changePermissionPointer } from './invalidation-permission-changes.ts';
import { drawPlace, isChecked, phasesOf } from './invalidation-place.ts';
import { probe, probePermission } from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place, Stage } from './invalidation-stage.ts';
import { FIRST_STAGE, NESTED, type Space } from './invalidation-world.ts';

/** What leaves one cache with a stale entry: a change, and what empties every other cache of it. */
interface Recipe {
  readonly change: Changer;
  readonly isolate: (stage: Stage, place: Place) => readonly Selector[];
}

const nothing = (): readonly Selector[] => [];

/** The leaf goes, tables stay: page-selective with the hint. */
function leafOnly(stage: Stage, { route, space, page }: Place): readonly Selector[] {
  if (hasFirstStage(space)) return [pasidIotlbPage(space.did, route.pasid, page.frame, 0, 1)];
  const { PSI } = stage.ground.target.capabilities;
  if (PSI === 0 && !stage.ground.legacy) return [pasidIotlbAll(space.did, route.pasid)];
  return [iotlbRange(stage, space.did, page.frame, 1, 1)];
}

/** Under nesting leaf and first-stage tables go, second-stage tables stay. */
function secondTablesOnly(stage: Stage, place: Place): readonly Selector[] {
  const { route, space } = place;
  return space.kind === NESTED ? [pasidIotlbAll(space.did, route.pasid)] : leafOnly(stage, place);
}

const recipes: Readonly<Record<CacheName, readonly Recipe[]>> = {
  context: [
    { change: changeScalableContext, isolate: () => [pasidGlobal(), iotlbGlobal()] },
    { change: changeRoot, isolate: () => [pasidGlobal(), iotlbGlobal()] },
  ],
  pasid: [
    { change: changePasidEntry, isolate: () => [iotlbGlobal()] },
    { change: changeDirectory, isolate: () => [iotlbGlobal()] },
  ],
  iotlb: [
    { change: changeLeaf, isolate: nothing },
    { change: changeLeaf, isolate: nothing },
    { change: changePasidEntry, isolate: () => [pasidGlobal()] },
    { change: changeSize, isolate: leafOnly },
  ],
  'first-stage': [{ change: changeTable, isolate: leafOnly }],
  combined: [
    { change: changeGuestTable, isolate: leafOnly },
    { change: changeTable, isolate: leafOnly },
  ],
  'second-stage': [{ change: changeTable, isolate: secondTablesOnly }],
  'host-permission-leaf': [{ change: changePermission, isolate: nothing }],
  'host-permission': [
    { change: changePermission, isolate: nothing },
    { change: changePermissionPointer, isolate: () => [pasidGlobal(), iotlbGlobal()] },
  ],
};

const legacyRecipes: readonly Recipe[] = [
  { change: changeLeaf, isolate: nothing },
  { change: changeLegacyContext, isolate: () => [iotlbGlobal()] },
  { change: changeRoot, isolate: () => [iotlbGlobal()] },
  { change: changeTable, isolate: leafOnly },
  { change: changeSize, isolate: leafOnly },
];

/** One stale entry, one descriptor, and requests before and after. */
export function matchEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const cache = choices.one(cachesBehind(stage, place));
  const recipe = choices.one(stage.ground.legacy ? legacyRecipes : recipes[cache]);
  const ask = cache.startsWith('host') ? probePermission : probe;
  if (!choices.oneIn(3)) ask(stage, place, choices);
  const phases = phasesOf(recipe.change, stage, place, choices);
  for (const { stores } of phases) for (const store of stores) stage.store(store);
  const isolate = recipe.isolate(stage, place);
  if (isolate.length > 0) software.invalidate(isolate, true, choices);
  if (choices.oneIn(2)) ask(stage, place, choices);
  const selector = choices.one(decisive(stage, place, cache));
  software.invalidate([choices.oneIn(6) ? changeSelector(selector, choices) : selector], true, choices);
  ask(stage, place, choices);
}

/** Caches that requests to `place` may fill. */
function cachesBehind(stage: Stage, place: Place): readonly CacheName[] {
  if (stage.ground.legacy) return ['iotlb', 'context', 'second-stage'];
  const { space } = place;
  const { kind } = space;
  return [
    ...(['iotlb', 'iotlb', 'pasid', 'context'] as const),
    ...(kind === FIRST_STAGE || kind === NESTED ? (['first-stage'] as const) : []),
    ...(kind === NESTED ? (['combined', 'combined', 'second-stage'] as const) : []),
    ...(space.domain?.second === undefined ? [] : (['second-stage'] as const)),
    ...(isChecked(stage, place)
      ? (['host-permission-leaf', 'host-permission-leaf', 'host-permission', 'host-permission'] as const)
      : []),
  ];
}

/** Every descriptor with the tags of `place`, those that are about `cache` more often. */
function decisive(stage: Stage, { route, space, page }: Place, cache: CacheName): readonly Selector[] {
  const { did } = space;
  const { sourceId } = route.subject;
  const { pasid, entry } = route;
  const context = [
    contextGlobal(),
    contextDomain(did),
    contextDevice(did, sourceId),
    contextDevice(did, sourceId ^ 1, 1),
  ];
  const iotlb = [
    iotlbGlobal(),
    iotlbDomain(did),
    ...[0, 1].map((hint) => iotlbRange(stage, did, secondFrame(space, page), page.level, hint)),
  ];
  if (stage.ground.legacy)
    return cache === 'context' ? [...context, ...context, ...iotlb] : [...iotlb, ...iotlb, ...context];
  const ofPasid = [pasidGlobal(), pasidDomain(did), pasidOne(did, pasid)];
  const ofTables = [
    pasidIotlbAll(did, pasid),
    ...[0, 1].map((hint) => pasidIotlbPage(did, pasid, page.frame, 9 * (page.level - 1), hint)),
    ...pasidIotlbRanges(stage, space, page.frame, page.level).slice(0, 1),
  ];
  const others = [...context, ...iotlb, ...ofPasid, ...ofTables];
  const host = entry && stage.permissions.get(entry);
  if (host === undefined) return [...others, ...own(cache, context, ofPasid, iotlb, ofTables)];
  const hostDid = Number(stage.word(entry as NonNullable<typeof entry>, 5) & 0xffffn);
  const [frame = 0] = host.frames;
  const ofHost = [
    hostGlobal(),
    ...[0, 1, 2, 3].map((hint) => hostDomain(hostDid, hint)),
    ...[0, 1, 2, 3].map((hint) => hostPage(hostDid, frame, 0, hint)),
  ];
  if (cache.startsWith('host')) return [...ofHost, ...ofHost, ...others];
  return [...others, ...own(cache, context, ofPasid, iotlb, ofTables), ...ofHost.slice(0, 1)];
}

function secondFrame(
  { kind }: Space,
  { frame, guestFrame = 0 }: { readonly frame: number; readonly guestFrame?: number | undefined },
): number {
  return kind === NESTED ? guestFrame : frame;
}

function own(
  cache: CacheName,
  context: readonly Selector[],
  pasid: readonly Selector[],
  iotlb: readonly Selector[],
  tables: readonly Selector[],
): readonly Selector[] {
  if (cache === 'context') return [...context, ...context];
  if (cache === 'pasid') return [...pasid, ...pasid, ...pasid];
  return [...iotlb, ...tables, ...iotlb, ...tables];
}
