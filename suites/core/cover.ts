/** Few cases that together decide every rule that any case decides: greedy set cover over what was drawn. */

export interface Candidate {
  readonly rules: readonly string[];
  /** What it costs to read the case; of equals the cheaper one is taken. */
  readonly size: number;
}

/** Candidates that are kept for a rule: enough to choose from, few enough to hold them all. */
const CHOICE = 8;

/** A pool that keeps a candidate only when one of its rules still has few. */
export class CoverPool<C extends Candidate> {
  readonly #candidates: C[] = [];
  readonly #counts = new Map<string, number>();

  /** True when `rules` would be kept. */
  isWanted(rules: readonly string[]): boolean {
    return rules.some((rule) => (this.#counts.get(rule) ?? 0) < CHOICE);
  }

  add(candidate: C): void {
    this.#candidates.push(candidate);
    for (const rule of candidate.rules) this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
  }

  covers(rule: string): boolean {
    return this.#counts.has(rule);
  }

  /** A subset that covers what the pool covers, from which none can be left out; the most telling first. */
  cover(): readonly C[] {
    const chosen: C[] = [];
    const open = new Set(this.#counts.keys());
    while (open.size > 0) {
      const best = this.#best(open);
      chosen.push(best);
      for (const rule of best.rules) open.delete(rule);
    }
    return withoutNeedless(chosen);
  }

  #best(open: ReadonlySet<string>): C {
    const gain = ({ rules }: C) => rules.filter((rule) => open.has(rule)).length;
    return this.#candidates.reduce((best, one) => {
      const more = gain(one) - gain(best);
      return more > 0 || (more === 0 && one.size < best.size) ? one : best;
    });
  }
}

/** A later choice may have made an earlier one needless. */
function withoutNeedless<C extends Candidate>(chosen: readonly C[]): readonly C[] {
  return chosen.reduceRight<readonly C[]>((kept, one) => {
    const others = new Set(kept.filter((other) => other !== one).flatMap(({ rules }) => rules));
    return one.rules.every((rule) => others.has(rule)) ? kept.filter((other) => other !== one) : kept;
  }, chosen);
}
