/**
 * What the answers of an implementation showed beside right and wrong, such as which entries its caches
 * keep: facts, not verdicts. A fact with `over` in it says that an entry outlives an invalidation.
 */
import type { AreaResult, FactCount } from '../spec/schema.ts';
import type { Palette } from './palette.ts';
import { wrap } from './wrap.ts';

const WIDTH = 92;
const MOST_LINES = 6;
/** After so many chances without a sight an entry is said to be gone. */
const ENOUGH = 8;
const LABEL_WIDTH = 40;

/** An entry of a cache, in all sizes that were met. */
interface Kind {
  readonly name: string;
  readonly sizes: readonly { readonly size: string; readonly count: FactCount }[];
  readonly over: readonly FactCount[];
}

export function cacheProfileLines({ area, facts = [] }: AreaResult, palette: Palette): readonly string[] {
  if (facts.length === 0) return [];
  const others = facts.filter(({ fact }) => parse(fact) === undefined);
  return [
    palette.bold(`${area}: what its answers show, seen of chances (facts, not verdicts)`),
    ...kindsOf(facts).flatMap((kind) => kindLines(kind, palette)),
    ...others.map((count) => `  ${count.fact.padEnd(LABEL_WIDTH)}  ${figures(count)}`),
    '',
  ];
}

const ofEntry = /^(?<name>.*?)(?: of (?<size>[^ ]+ [^ ]+))? is kept(?: over (?<over>.*))?$/;

function parse(
  fact: string,
): { readonly name: string; readonly size: string; readonly over: string } | undefined {
  const groups = ofEntry.exec(fact)?.groups;
  if (groups === undefined) return undefined;
  const { name = '', size = '', over = '' } = groups;
  return { name, size, over };
}

function kindsOf(facts: readonly FactCount[]): readonly Kind[] {
  const kinds = new Map<string, { sizes: Kind['sizes'][number][]; over: FactCount[] }>();
  for (const count of facts) {
    const parsed = parse(count.fact);
    if (parsed === undefined) continue;
    const { name, size, over } = parsed;
    const kind = kinds.get(name) ?? { sizes: [], over: [] };
    kinds.set(name, kind);
    if (over === '') kind.sizes.push({ size, count });
    else kind.over.push({ ...count, fact: over.replace(/^match\./, '') });
  }
  return [...kinds].map(([name, { sizes, over }]) => ({ name, sizes, over: added(over) }));
}

/** One count a fact: the same invalidation is met by entries of several sizes. */
function added(counts: readonly FactCount[]): readonly FactCount[] {
  const sums = new Map<string, FactCount>();
  for (const { fact, seen, chances } of counts) {
    const known = sums.get(fact) ?? { fact, seen: 0, chances: 0 };
    sums.set(fact, { fact, seen: known.seen + seen, chances: known.chances + chances });
  }
  return [...sums.values()];
}

function kindLines({ name, sizes, over }: Kind, palette: Palette): readonly string[] {
  const isSeen = sizes.some(({ count }) => count.seen > 0);
  const shown = sizes.map(({ size, count }) => `${size} ${figures(count)}`.trimStart()).join(', ');
  const head = `  ${name.padEnd(LABEL_WIDTH)}  ${shown}`;
  const outlived = over.filter(({ seen }) => seen > 0);
  const ending = isSeen ? over.filter(({ seen, chances }) => seen === 0 && chances >= ENOUGH) : [];
  return [
    isSeen ? head : palette.dim(head),
    ...detail('kept also after', outlived, palette),
    ...detail('never after', ending, palette),
  ];
}

function figures({ seen, chances }: FactCount): string {
  return `${seen}/${chances}`;
}

function detail(label: string, counts: readonly FactCount[], palette: Palette): readonly string[] {
  if (counts.length === 0) return [];
  const text = `${label} ${counts.map(({ fact }) => fact).join(', ')}`;
  return wrap(text, WIDTH, MOST_LINES).map((line) => palette.dim(`      ${line}`));
}
