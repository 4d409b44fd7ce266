/** What episodes about tables share: the page that they are about, and changes of it that can be done. */
import type { Choices } from './choices.ts';
import type { Changer, Phase } from './invalidation-change.ts';
import { changeLeaf } from './invalidation-paging-changes.ts';
import type { Place, Route, Stage } from './invalidation-stage.ts';

/** A page of a subject; undefined where nothing serves anyone any more. */
export function drawPlace(stage: Stage, choices: Choices): Place | undefined {
  const drawn = choices.one(stage.subjects);
  for (const subject of [drawn, ...stage.subjects]) {
    const place = placeOn(stage.route(subject), choices);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** A page at the end of `route`. */
export function placeOn(route: Route, choices: Choices): Place | undefined {
  const { space } = route;
  return space && { route, space, page: choices.one(space.pages) };
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
