import type { Store } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import type { Changer, Phase } from './invalidation-change.ts';
import {
  changeSelector,
  contextGlobal,
  encodeDeviceTlb,
  encodeInterruptEntry,
  pasidGlobal,
  type Selector,
} from './invalidation-descriptors.ts';
import {
  changeDirectory,
  changeLegacyContext,
  changePasidEntry,
  changeRequester,
  changeRoot,
  changeScalableContext,
} from './invalidation-entry-changes.ts';
import { changeGuestTable, changeLeaf, changeSize, changeTable } from './invalidation-paging-changes.ts';
import {
  changePermission,
  changePermissionPointer,
  changePermissionTable,
  changePermissionUse,
} from './invalidation-permission-changes.ts';
import { drawPlace, isChecked, phasesOf } from './invalidation-place.ts';
import { changePresence } from './invalidation-presence.ts';
import { probe, probePermission } from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place, Stage } from './invalidation-stage.ts';

type Probe = typeof probe;

const legacyChanges: readonly Changer[] = [
  ...[changeLeaf, changeLeaf, changeLeaf, changeTable, changeTable],
  ...[changePresence, changeSize, changeLegacyContext, changeLegacyContext, changeLegacyContext, changeRoot],
];
const scalableChanges: readonly Changer[] = [
  ...[changeLeaf, changeLeaf, changeLeaf, changeTable, changeTable, changeGuestTable, changeSize],
  ...[changePasidEntry, changePasidEntry, changePasidEntry, changePasidEntry],
  ...[changeDirectory, changeScalableContext, changeScalableContext, changeRoot],
  ...[changePresence, changePresence],
];
const permissionChanges: readonly Changer[] = [
  ...[changePermission, changePermissionTable, changePermissionPointer, changePermissionUse],
];

/** Changes of 128 bits. */
const legacyTearable: readonly Changer[] = [changeLegacyContext];
const tearable: readonly Changer[] = [changeRequester, changeRequester, changePasidEntry];
/** One update in so many is torn, and one in so many stores of others. */
const TORN_IN = 6;
/** What is held is not read, and can't be torn: the entry that changes, or those before it too. */
const contexts = [contextGlobal()];
const pasids = [pasidGlobal()];
const both = [...contexts, ...pasids];

/** A change of anything, then the sequence that it needs, or less, or more. */
export function updateEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const checked = isChecked(stage, place) && choices.oneIn(3);
  const { legacy } = stage.ground;
  const isTorn = !checked && choices.oneIn(TORN_IN);
  const others = isTorn ? (legacy ? legacyTearable : tearable) : legacy ? legacyChanges : scalableChanges;
  const change = choices.one(checked ? permissionChanges : others);
  const ask = checked ? probePermission : probe;
  if (!choices.oneIn(3)) ask(stage, place, choices);
  if (isTorn) software.invalidate(choices.one(legacy ? [contexts] : [contexts, pasids, both]), true, choices);
  for (const phase of phasesOf(change, stage, place, choices)) {
    apply(stage, place, phase, isTorn, ask, choices);
    if (choices.oneIn(3)) ask(stage, place, choices);
    announce(software, place, phase.required, ask, choices);
    ask(stage, place, choices);
    if (choices.oneIn(4)) ask(stage, place, choices);
  }
}

const MOST_DURING = 4;

/** The stores, at times while a request is under way. */
function apply(
  stage: Stage,
  place: Place,
  { stores }: Phase,
  isTorn: boolean,
  ask: Probe,
  choices: Choices,
): void {
  const parts = choices.oneIn(isTorn ? 2 : TORN_IN) ? inHalves(stores, choices) : stores;
  const within = isTorn || choices.oneIn(6) ? parts.slice(0, MOST_DURING) : [];
  if (within.length > 0) ask(stage, place, choices, [...within]);
  for (const [index, store] of parts.slice(within.length).entries()) {
    if (index > 0 && choices.oneIn(2)) ask(stage, place, choices);
    stage.store(store);
  }
}

/** Stores of 128 bits in two, with which software breaks up what it must change at once (9.3, 9.6). */
function inHalves(stores: readonly Store[], choices: Choices): readonly Store[] {
  return stores.flatMap(({ address, words: [low = 0n, high] }) => {
    if (high === undefined) return [{ address, words: [low] }];
    const halves = [
      { address, words: [low] },
      { address: address + 8n, words: [high] },
    ];
    return choices.oneIn(2) ? halves.toReversed() : halves;
  });
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
    for (const [index, selector] of selectors.entries()) {
      if (index > 0 && choices.oneIn(3)) ask(stage, place, choices);
      software.invalidate([selector], true, choices);
    }
  } else if (style === 7) {
    software.invalidate(selectors, false, choices);
  } else if (style === 8) {
    const fences = selectors.flatMap((selector) => [
      software.encode(selector, choices),
      software.fence(choices),
    ]);
    software.submit([...fences, software.wait(choices)]);
  } else {
    const others = companions(software, place);
    const descriptors = selectors.map((selector) => software.encode(selector, choices));
    software.submit([...descriptors, ...others, software.wait(choices)]);
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
