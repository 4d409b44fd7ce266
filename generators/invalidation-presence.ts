/** Entries that are not present: left out from the start, and put in or taken away later (VT-d 6.1, 6.5.3.3). */
import type { Choices } from './choices.ts';
import type { Changer } from './invalidation-change.ts';
import {
  changeDirectory,
  changeLegacyContext,
  changePasidEntry,
  changeRoot,
  changeScalableContext,
} from './invalidation-entry-changes.ts';
import { changePagingPresence } from './invalidation-paging-changes.ts';
import { drawPlace } from './invalidation-place.ts';
import { type Stage, stageOf } from './invalidation-stage.ts';
import { isPaging, type TableEntry } from './tables.ts';

/** What is missing on the way of a page is put in; where nothing is, a paging entry is taken away. */
export const changePresence: Changer = (stage, place, choices) => {
  const { root, half, context, directory, entry } = place.route;
  const isMissing = (one: TableEntry | undefined, word = 0): boolean =>
    one !== undefined && (stage.word(one, word) & 1n) === 0n;
  if (isMissing(root, half)) return changeRoot(stage, place, choices);
  if (isMissing(context)) {
    return (stage.ground.legacy ? changeLegacyContext : changeScalableContext)(stage, place, choices);
  }
  if (isMissing(directory)) return changeDirectory(stage, place, choices);
  if (isMissing(entry)) return changePasidEntry(stage, place, choices);
  return changePagingPresence(stage, place, choices);
};

/** Makes one entry on the way of a page not present, before the first step. */
export function leaveOut(stage: Stage, choices: Choices): void {
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const { context, directory, entry } = place.route;
  const trees = [stageOf(place, false), stageOf(place, true)];
  const paging = trees.flatMap((found) => (found ? stage.path(...found) : []));
  const others = [context, directory, entry].filter((one) => one !== undefined);
  const left = choices.one(choices.oneIn(2) && paging.length > 0 ? paging : others);
  left.words[0] = (left.words[0] ?? 0n) & ~(isPaging(left) && left.structure === 'second-stage' ? 3n : 1n);
}
