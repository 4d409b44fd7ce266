/**
 * Episodes about tables: something is changed, the caches are told all of it or a part, and requests before,
 * between and after show what is still held. A second kind leaves one stale entry in one cache alone, so that
 * one descriptor decides (VT-d 6.5.2, 6.5.3.3).
 */
import type { CacheName } from '../spec/invalidation/caches.ts';
import type { Choices } from './choices.ts';
import {
  type Changer,
  hasFirstStage,
  iotlbRange,
  type Phase,
  pasidIotlbRanges,
} from './invalidation-change.ts';
import {
  changeSelector,
  contextDevice,
  contextDomain,
  contextGlobal,
  encode,
  encodeDeviceTlb,
  encodeInterruptEntry,
  encodeWait,
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
import {
  changePermission,
  changePermissionPointer,
  changePermissionUse,
} from './invalidation-permission-changes.ts';
import { probe, probePermission } from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place, Stage } from './invalidation-stage.ts';
import { FIRST_STAGE, NESTED, type Space } from './invalidation-world.ts';

type Probe = typeof probe;

/** A page of a subject; undefined where nothing serves anyone any more. */
export function drawPlace(stage: Stage, choices: Choices): Place | undefined {
  const subject = choices.one(stage.subjects);
  const routes = [subject, ...stage.subjects].map((candidate) => stage.route(candidate));
  const route = routes.find(({ space }) => space !== undefined);
  const space = route?.space;
  return route && space ? { route, space, page: choices.one(space.pages) } : undefined;
}

const legacyChanges: readonly Changer[] = [
  ...[changeLeaf, changeLeaf, changeLeaf, changeTable, changeTable],
  ...[changeSize, changeLegacyContext, changeLegacyContext, changeLegacyContext, changeRoot],
];
const scalableChanges: readonly Changer[] = [
  ...[changeLeaf, changeLeaf, changeLeaf, changeTable, changeTable, changeGuestTable, changeSize],
  ...[changePasidEntry, changePasidEntry, changePasidEntry, changePasidEntry],
  ...[changeDirectory, changeScalableContext, changeScalableContext, changeRoot],
];
const permissionChanges: readonly Changer[] = [
  ...[changePermission, changePermission, changePermissionPointer, changePermissionUse],
];

/** A change of anything, then the sequence that it needs, or less, or more. */
export function updateEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const checked = isChecked(stage, place) && choices.oneIn(3);
  const change = choices.one(
    checked ? permissionChanges : stage.ground.legacy ? legacyChanges : scalableChanges,
  );
  const ask = checked ? probePermission : probe;
  if (!choices.oneIn(3)) ask(stage, place, choices);
  for (const phase of phasesOf(change, software, place, choices)) {
    apply(stage, place, phase, ask, choices);
    if (choices.oneIn(3)) ask(stage, place, choices);
    announce(software, place, phase.required, ask, choices);
    ask(stage, place, choices);
    if (choices.oneIn(4)) ask(stage, place, choices);
  }
}

/** True where translated requests are made and host permissions looked up for them. */
function isChecked(stage: Stage, { route: { entry } }: Place): boolean {
  const isMade = stage.ground.target.kinds.includes('translated');
  return isMade && entry !== undefined && stage.permissions.has(entry);
}

/** What is drawn, or where it does not exist here a page that moves. */
function phasesOf(change: Changer, { stage }: Software, place: Place, choices: Choices): readonly Phase[] {
  const phases = change(stage, place, choices);
  return phases.length > 0 ? phases : changeLeaf(stage, place, choices);
}

const MOST_DURING = 4;

/** The stores, at times while a request is under way. */
function apply(stage: Stage, place: Place, { stores }: Phase, ask: Probe, choices: Choices): void {
  const within = choices.oneIn(6) ? stores.slice(0, MOST_DURING) : [];
  if (within.length > 0) ask(stage, place, choices, [...within]);
  for (const store of stores.slice(within.length)) stage.store(store);
}

/** Tells the caches: all of `required`, or with something missing, other, wider or in another order. */
function announce(
  software: Software,
  place: Place,
  required: readonly Selector[],
  ask: Probe,
  choices: Choices,
): void {
  const selectors = varied(required, choices);
  const { stage } = software;
  const style = choices.pick(10);
  if (style < 5 || !software.queue) {
    software.invalidate(selectors, true, choices);
  } else if (style === 5) {
    // Only the wait proves anything.
    software.invalidate(selectors, false, choices);
    ask(stage, place, choices);
    software.submit([software.wait(choices)]);
  } else if (style === 6) {
    for (const selector of selectors) software.invalidate([selector], true, choices);
  } else if (style === 7) {
    software.invalidate(selectors, false, choices);
  } else if (style === 8) {
    const fences = selectors.flatMap((selector) => [encode(selector), encodeWait({ fence: true })]);
    software.submit([...fences, software.wait(choices)]);
  } else {
    const others = companions(software, place);
    software.submit([...selectors.map(encode), ...others, software.wait(choices)]);
  }
}

/** Descriptors that software sends along and that change nothing here, as far as queue and unit have them. */
function companions({ stage, isWide }: Software, { route, page }: Place): bigint[][] {
  const { DT } = stage.ground.target.capabilities;
  const { sourceId, pasid } = route.subject;
  const others = [encodeInterruptEntry(undefined)];
  if (DT === 0) return others;
  others.push(encodeDeviceTlb(sourceId, undefined, page.frame % 2 === 0 ? undefined : page.frame));
  if (isWide && pasid !== undefined) others.push(encodeDeviceTlb(sourceId, pasid));
  return others;
}

function varied(required: readonly Selector[], choices: Choices): readonly Selector[] {
  const at = choices.pick(required.length);
  switch (choices.pick(12)) {
    case 6:
      return required.filter((_, index) => index !== at);
    case 7:
    case 8:
    case 9:
      return required.map((selector, index) => (index === at ? changeSelector(selector, choices) : selector));
    case 10:
      return required.toReversed();
    case 11:
      return choices.oneIn(2) ? [] : required.slice(0, 1);
    default:
      return required;
  }
}

/** What leaves one cache with a stale entry: a change, and what empties every other cache of it. */
interface Recipe {
  readonly change: Changer;
  readonly isolate: (stage: Stage, place: Place) => readonly Selector[];
}

const nothing = (): readonly Selector[] => [];

/** The leaf goes, tables stay: page-selective with the hint. */
function leafOnly(stage: Stage, { route, space, page }: Place): readonly Selector[] {
  if (hasFirstStage(space)) return [pasidIotlbPage(space.did, route.pasid, page.frame, 0, 1)];
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
  const phases = phasesOf(recipe.change, software, place, choices);
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
