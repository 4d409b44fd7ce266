/** What episodes about tables share: the page that they are about, and changes of it that can be done. */
import type { Choices } from './choices.ts';
import type { Changer, Phase } from './invalidation-change.ts';
import { changeLeaf } from './invalidation-paging-changes.ts';
import type { Place, Stage } from './invalidation-stage.ts';

/** A page of a subject; undefined where nothing serves anyone any more. */
export function drawPlace(stage: Stage, choices: Choices): Place | undefined {
  const drawn = choices.one(stage.subjects);
  for (const subject of [drawn, ...stage.subjects]) {
    const route = stage.route(subject);
    const { space } = route;
    if (space !== undefined) return { route, space, page: choices.one(space.pages) };
  }
  return undefined;
}

/** True where translated requests are made and host permissions looked up for them. */
export function isChecked(stage: Stage, { route: { entry } }: Place): boolean {
  const isMade = stage.ground.target.kinds.includes('translated');
  return isMade && entry !== undefined && stage.permissions.has(entry);
}

/** What is drawn, or where it does not exist here a page that moves. */
export function phasesOf(change: Changer, stage: Stage, place: Place, choices: Choices): readonly Phase[] {
  const phases = change(stage, place, choices);
  return phases.length > 0 ? phases : changeLeaf(stage, place, choices);
}
