/**
 * What the answers of an implementation showed beside right and wrong, such as which entries its caches
 * keep: facts, not verdicts. A fact with `over` in it says that an entry outlives an invalidation.
 */
import type { AreaResult, FactCount } from '../spec/schema.ts';
import type { Palette } from './palette.ts';
import { wrap } from './wrap.ts';

const WIDTH = 88;
/** After so many chances without a sight an entry is said to be gone. */
const ENOUGH = 8;

export function cacheProfileLines({ area, facts = [] }: AreaResult, palette: Palette): readonly string[] {
  if (facts.length === 0) return [];
  const main = facts.filter(({ fact }) => !fact.includes(' over '));
  const title = `${area}: what its answers show, seen of chances (facts, not verdicts)`;
  return [palette.bold(title), ...main.flatMap((fact) => factLines(fact, facts, palette)), ''];
}

function factLines(
  { fact, seen, chances }: FactCount,
  facts: readonly FactCount[],
  palette: Palette,
): readonly string[] {
  const ofFact = facts.filter((other) => other.fact.startsWith(`${fact} over `));
  const named = (of: readonly FactCount[]): string =>
    of.map((other) => other.fact.slice(`${fact} over `.length)).join(', ');
  const outlived = ofFact.filter((other) => other.seen > 0);
  const ending = seen > 0 ? ofFact.filter((other) => other.seen === 0 && other.chances >= ENOUGH) : [];
  return [
    `  ${`${seen}/${chances}`.padStart(13)}  ${seen > 0 ? fact : palette.dim(fact)}`,
    ...detail('also after', named(outlived), palette),
    ...detail('never after', named(ending), palette),
  ];
}

function detail(label: string, text: string, palette: Palette): readonly string[] {
  if (text === '') return [];
  return wrap(text, WIDTH, 6).map((line, index) =>
    palette.dim(`                 ${(index === 0 ? label : '').padEnd(11)}  ${line}`),
  );
}
