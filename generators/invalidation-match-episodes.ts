/**
 * Episodes about the match tables: after a change one descriptor is to drop what one cache holds of it, and others
 * empty all the rest, so that the one decides what a request is answered (VT-d 6.5.2).
 */
import type { CacheName } from '../spec/invalidation/caches.ts';
import type { InvalidatingKind } from '../spec/invalidation/match-tables.ts';
import type { Choices } from './choices.ts';
import { aligned, type Changer, hasFirstStage, iotlbRange } from './invalidation-change.ts';
import {
  changeSelector,
  contextDevice,
  contextDomain,
  contextGlobal,
  encode,
  FINE,
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
  withFunctionMask,
} from './invalidation-descriptors.ts';
import {
  changeDirectory,
  changeLegacyContext,
  changePasidEntry,
  changeRoot,
  changeScalableContext,
} from './invalidation-entry-changes.ts';
import {
  changeBothTables,
  changeGuestTable,
  changeLeaf,
  changeSize,
  changeTable,
} from './invalidation-paging-changes.ts';
import {
  changePermission,
  changePermissionPointer,
  changePermissionTable,
} from './invalidation-permission-changes.ts';
import { drawPlace, isChecked, phasesOf } from './invalidation-place.ts';
import { probeExactly, probePermission } from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place, Stage } from './invalidation-stage.ts';
import { FIRST_STAGE, NESTED, type Page, type Space } from './invalidation-world.ts';
import type { TableEntry } from './tables.ts';

const legacyCaches = ['iotlb', 'context', 'second-stage'] as const satisfies readonly CacheName[];
type LegacyCache = (typeof legacyCaches)[number];

/** A change, and what empties every cache of what is stale but the one that the recipe is for. */
interface Recipe {
  readonly change: Changer;
  /** Ahead of the descriptor that decides, for caches that its own is filled from. */
  readonly before?: readonly Selector[];
  /** Behind it, for caches that are filled from its own (6.2.2.1). */
  readonly after?: (stage: Stage, place: Place) => readonly Selector[];
}

/** AM of all that an entry at the highest level leads to. */
const WIDE_MASK = 29;

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

/** The lowest level alone. */
function permissionLeaves(stage: Stage, { route: { entry } }: Place): readonly Selector[] {
  const host = entry && stage.permissions.get(entry);
  if (entry === undefined || host === undefined) return [];
  return [hostPage(hostDomainId(stage, entry), host.frames[0] ?? 0, WIDE_MASK, 0)];
}

function hostDomainId(stage: Stage, entry: TableEntry): number {
  return Number(stage.word(entry, 5) & 0xffffn);
}

const pasidAndIotlb = (): readonly Selector[] => [pasidGlobal(), iotlbGlobal()];
const iotlbAlone = (): readonly Selector[] => [iotlbGlobal()];

const recipes: Readonly<Record<CacheName, readonly Recipe[]>> = {
  context: [
    { change: changeScalableContext, after: pasidAndIotlb },
    { change: changeRoot, after: pasidAndIotlb },
  ],
  pasid: [
    { change: changePasidEntry, after: iotlbAlone },
    { change: changeDirectory, after: iotlbAlone },
  ],
  iotlb: [
    { change: changeLeaf },
    { change: changeLeaf },
    { change: changePasidEntry, before: [pasidGlobal()] },
    { change: changeSize, after: leafOnly },
  ],
  'first-stage': [{ change: changeTable, after: leafOnly }],
  combined: [
    { change: changeGuestTable, after: leafOnly },
    { change: changeGuestTable, after: leafOnly },
    { change: changeBothTables, after: leafOnly },
    { change: changeBothTables, after: leafOnly },
  ],
  'second-stage': [{ change: changeTable, after: secondTablesOnly }],
  'host-permission-leaf': [{ change: changePermission }],
  'host-permission': [
    ...Array.from({ length: 5 }, () => ({ change: changePermissionTable, after: permissionLeaves })),
    { change: changePermissionPointer, before: [pasidGlobal(), iotlbGlobal()] },
  ],
};

const legacyRecipes: Readonly<Record<LegacyCache, readonly Recipe[]>> = {
  context: [
    { change: changeLegacyContext, after: iotlbAlone },
    { change: changeRoot, after: iotlbAlone },
  ],
  iotlb: [{ change: changeLeaf }, { change: changeLegacyContext, before: [contextGlobal()] }],
  'second-stage': [
    { change: changeTable, after: leafOnly },
    { change: changeSize, after: leafOnly },
  ],
};

/** One change, one descriptor that decides, and requests before and after. */
export function matchEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const { legacy } = stage.ground;
  const legacyCache = choices.one(legacyCaches);
  const cache = legacy ? legacyCache : choices.one(cachesBehind(stage, place));
  const { change, before = [], after } = choices.one(legacy ? legacyRecipes[legacyCache] : recipes[cache]);
  const ask = cache.startsWith('host') ? probePermission : probeExactly;
  // Some units fill their caches by requests alone.
  if (!choices.oneIn(6)) ask(stage, place, choices);
  // A permission may be of a page that the first one was not about.
  const again = cache.startsWith('host');
  if (again) ask(stage, place, choices);
  const phases = phasesOf(change, stage, place, choices);
  for (const { stores } of phases) for (const store of stores) stage.store(store);
  if (before.length > 0) software.invalidate(before, true, choices);
  if (choices.oneIn(2)) ask(stage, place, choices);
  const selector = drawSelector(stage, place, cache, choices);
  const deciding = stage.steps.length;
  software.invalidate([choices.oneIn(8) ? changeSelector(selector, choices) : selector], true, choices);
  const others = after?.(stage, place) ?? [];
  if (others.length > 0) {
    if (choices.oneIn(4)) ask(stage, place, choices);
    software.invalidate(others, true, choices);
  }
  ask(stage, place, choices);
  if (again) ask(stage, place, choices);
  if (choices.oneIn(32)) crowd(software, deciding, choices);
}

/** So many invalidations without a wait between them, and up to twice as many. */
const CROWD = 17;

/** Ahead of step `index` more is to be done than a unit keeps for later: nothing that it has to do with. */
function crowd(software: Software, index: number, choices: Choices): void {
  const { stage, queue } = software;
  if (!queue || stage.steps[index]?.step !== 'submit') return;
  software.submit([encode(iotlbDomain(stage.nextDid(choices)))], CROWD + choices.pick(CROWD));
  stage.steps.splice(index, 0, ...stage.steps.splice(-1));
}

/** Few units and devices have them. */
const permissionCaches: readonly CacheName[] = [
  ...Array.from({ length: 5 }, () => 'host-permission-leaf' as const),
  ...Array.from({ length: 12 }, () => 'host-permission' as const),
];

/** Few changes show what combined entries hold. */
const nestedCaches: readonly CacheName[] = [
  'second-stage',
  ...Array.from({ length: 16 }, () => 'combined' as const),
];

/** Caches that requests to `place` may fill. */
function cachesBehind(stage: Stage, place: Place): readonly CacheName[] {
  const { space } = place;
  const { kind } = space;
  return [
    ...(['iotlb', 'iotlb', 'pasid', 'context'] as const),
    ...(kind === FIRST_STAGE || kind === NESTED ? (['first-stage'] as const) : []),
    ...(kind === NESTED ? nestedCaches : []),
    ...(space.domain?.second === undefined ? [] : (['second-stage'] as const)),
    ...(isChecked(stage, place) ? permissionCaches : []),
  ];
}

/** A descriptor with the tags of `place`, most often of a kind that is about `cache`. */
function drawSelector(
  stage: Stage,
  { route, space, page }: Place,
  cache: CacheName,
  choices: Choices,
): Selector {
  const { did } = space;
  const { pasid, entry, subject } = route;
  const { legacy } = stage.ground;
  const kind = choices.oneIn(4) ? choices.one(legacy ? legacyKinds : allKinds) : choices.one(kindsOf(cache));
  const hint = choices.oneIn(cache === 'combined' ? 3 : 2) ? 1 : 0;
  switch (legacy && kind === 'pasid-iotlb' ? 'iotlb' : kind) {
    case 'context':
      return choices.one([
        contextGlobal(),
        contextDomain(did),
        contextDevice(did, subject.sourceId),
        ...[1, 2].map(() => withFunctionMask(contextDevice(did, subject.sourceId), choices)),
      ]);
    case 'pasid':
      return choices.one([pasidGlobal(), pasidDomain(did), pasidOne(did, pasid)]);
    case 'iotlb': {
      const ofPage = iotlbRange(stage, did, secondFrame(space, page), page.level, hint);
      // Without page-selective ones that are domain-selective.
      const others = cache === 'combined' ? [iotlbGlobal(), ofPage, ofPage] : [];
      const other = resized(ofPage, page, stage.ground.target.capabilities.MAMV, choices);
      return choices.one([iotlbGlobal(), iotlbDomain(did), ofPage, other, ...others]);
    }
    case 'pasid-iotlb': {
      const ofPage = pasidIotlbPage(did, pasid, page.frame, 9 * (page.level - 1), hint);
      const other = resized(ofPage, page, WIDE_MASK, choices);
      const all = pasidIotlbAll(did, pasid);
      return choices.one([all, ofPage, other, ...(cache === 'combined' ? [all, ofPage] : [])]);
    }
    case 'host-permission': {
      const host = entry && stage.permissions.get(entry);
      const hostDid = entry === undefined ? 0 : hostDomainId(stage, entry);
      // The lowest level has no tables below it.
      const levels = choices.one(
        cache === 'host-permission' ? [0, 1, 2, 3, 3, 3, 3, 3] : [0, 1, 1, 2, 2, 3, 3],
      );
      const mask = choices.one([0, 9, WIDE_MASK]);
      const frame = host?.frames[0] ?? 0;
      const ofPage = hostPage(hostDid, choices.oneIn(2) ? frame - (frame % 2 ** mask) : frame, mask, levels);
      const ofDomain = hostDomain(hostDid, levels);
      return choices.one([
        hostGlobal(),
        hostGlobal(),
        hostGlobal(),
        ofDomain,
        ofDomain,
        ofDomain,
        ofDomain,
        ofPage,
        ofPage,
      ]);
    }
  }
}

/** The same of more pages, up to AM `most`, of which software names the first; or of the first part of a large one. */
function resized(selector: Selector, { level }: Page, most: number, choices: Choices): Selector {
  const { granularity, frame, addressMask } = selector;
  if (granularity === FINE && level > 1 && choices.oneIn(2)) {
    return { ...selector, addressMask: choices.pick(9), frame: aligned(frame, level) };
  }
  const wider = choices.one([addressMask + 1, 9, 18]);
  if (granularity !== FINE || wider <= addressMask || wider > most) return selector;
  return { ...selector, addressMask: wider, frame: frame - (frame % 2 ** wider) };
}

const legacyKinds: readonly InvalidatingKind[] = ['context', 'iotlb'];
const allKinds: readonly InvalidatingKind[] = ['context', 'iotlb', 'pasid', 'pasid-iotlb'];

function kindsOf(cache: CacheName): readonly InvalidatingKind[] {
  if (cache === 'context' || cache === 'pasid') return [cache];
  if (cache.startsWith('host'))
    return ['host-permission', 'host-permission', 'host-permission', 'host-permission', 'iotlb'];
  return cache === 'combined'
    ? ['iotlb', 'iotlb', 'pasid-iotlb', 'pasid-iotlb', 'pasid-iotlb']
    : ['iotlb', 'pasid-iotlb'];
}

function secondFrame({ kind }: Space, { frame, guestFrame = 0 }: Page): number {
  return kind === NESTED ? guestFrame : frame;
}
