/** Facts of many cases added up: how often each freedom could be seen, and how often it was taken. */
import type { AreaResult, FactCount } from '../../spec/schema.ts';
import type { Fact } from './area-suite.ts';

export class FactCounts {
  readonly counts = new Map<string, { seen: number; chances: number }>();

  add(facts: readonly Fact[] = []): void {
    for (const { fact, seen } of facts) this.#count(fact, seen ? 1 : 0, 1);
  }

  addAll({ counts }: Pick<FactCounts, 'counts'>): void {
    for (const [fact, { seen, chances }] of counts) this.#count(fact, seen, chances);
  }

  #count(fact: string, seen: number, chances: number): void {
    const known = this.counts.get(fact);
    if (known === undefined) this.counts.set(fact, { seen, chances });
    else {
      known.seen += seen;
      known.chances += chances;
    }
  }

  /** By name; no `facts` at all where an area has none. */
  result(): Pick<AreaResult, 'facts'> {
    if (this.counts.size === 0) return {};
    const facts = [...this.counts].map(([fact, counts]): FactCount => ({ fact, ...counts }));
    return { facts: facts.toSorted((a, b) => (a.fact < b.fact ? -1 : 1)) };
  }
}
