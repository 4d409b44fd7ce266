/** How many cases of an area are drawn when nobody says otherwise. */
import type { AreaSuite } from './area-suite.ts';

/** Of a cheap area; `check` and the main job. */
const DEFAULT_CASES = 20_000;

/** `cases` of a cheap area, and fewer where one costs more. */
export function budget({ cost = 1 }: Pick<AreaSuite, 'cost'>, cases = DEFAULT_CASES): number {
  return Math.ceil(cases / cost);
}
