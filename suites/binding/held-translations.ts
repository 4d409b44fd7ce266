/**
 * Domain ids that a nested table holds translations of. An entry that gets another domain id may keep its table;
 * what was cached before has the old id, and is dropped by it (6.5.2.4, Tables 24 and 28). Requests with one PASID
 * find it as long as it is there, whatever id the entry has (Table 17). What requests without PASID had under
 * another RID_PASID keeps its tag too.
 */
import type { Bindings } from '../../models/reference/binding/bindings.ts';
import type { DroppedTranslations } from '../../models/reference/binding/guest-event.ts';
import { type Host, keyOf, type Requests } from '../../models/reference/binding/host.ts';
import { isEverything } from './coverage.ts';
import type { StepFacts } from './step-facts.ts';

interface Held {
  readonly table: number;
  /** Domain ids by PASID, each for sure. */
  readonly domains: Map<number, Set<number>>;
}

export class HeldTranslations {
  readonly #host: Host;
  readonly #bindings: Bindings;
  readonly #held = new Map<number, Held>();

  constructor(host: Host, bindings: Bindings) {
    this.#host = host;
    this.#bindings = bindings;
  }

  /** True when `table` of `requests` holds what `drop` names. */
  has(requests: Requests, table: number, { domain, pasid }: DroppedTranslations): boolean {
    const held = this.#held.get(keyOf(requests));
    if (domain === undefined || held?.table !== table) return false;
    if (pasid === undefined) return [...held.domains.values()].some((domains) => domains.has(domain));
    return (
      this.#bindings.cachedEntry(requests)?.pasid === pasid && held.domains.get(pasid)?.has(domain) === true
    );
  }

  /** After a step: a table that was attached anew, told to drop everything, or left by a failure holds nothing. */
  note(facts: StepFacts): void {
    for (const { requests, table } of this.#host.attached.values()) {
      const key = keyOf(requests);
      if (this.#host.tables.get(table)?.is !== 'nested') continue;
      const before = this.#held.get(key);
      const isClean =
        facts.touched.has(key) ||
        facts.failures > 0 ||
        facts.invalidates.some((call) => call.table === table && !call.leaf && isEverything(call));
      const held =
        before?.table === table && !isClean ? before : { table, domains: new Map<number, Set<number>>() };
      const entry = this.#bindings.cachedEntry(requests);
      if (entry?.domain !== undefined) {
        const domains = held.domains.get(entry.pasid) ?? new Set<number>();
        held.domains.set(entry.pasid, domains.add(entry.domain));
      }
      if (held !== before) this.#held.set(key, held);
    }
  }
}
