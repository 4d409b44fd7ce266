import type { Choices } from './choices.ts';
import type { Changer, Phase } from './invalidation-change.ts';
import {
  changeSelector,
  encode,
  encodeDeviceTlb,
  encodeInterruptEntry,
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
  for (const phase of phasesOf(change, stage, place, choices)) {
    apply(stage, place, phase, ask, choices);
    if (choices.oneIn(3)) ask(stage, place, choices);
    announce(software, place, phase.required, ask, choices);
    ask(stage, place, choices);
    if (choices.oneIn(4)) ask(stage, place, choices);
  }
}

const MOST_DURING = 4;

/** The stores, at times while a request is under way. */
function apply(stage: Stage, place: Place, { stores }: Phase, ask: Probe, choices: Choices): void {
  const within = choices.oneIn(6) ? stores.slice(0, MOST_DURING) : [];
  if (within.length > 0) ask(stage, place, choices, [...within]);
  for (const [index, store] of stores.slice(within.length).entries()) {
    if (index > 0 && choices.oneIn(2)) ask(stage, place, choices);
    stage.store(store);
  }
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
    const fences = selectors.flatMap((selector) => [encode(selector), software.fence(choices)]);
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
