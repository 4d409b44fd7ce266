/**
 * Domain ids that a nested table holds translations of. An entry that gets another domain id may keep its table;
 * what was cached before has the old id, and is dropped by it (6.5.2.4, Tables 24 and 28). Requests with one PASID
 * find it as long as it is there, whatever id the entry has (Table 17).
 */
import type { Bindings } from '../../models/reference/binding/bindings.ts';
import type { DroppedTranslations } from '../../models/reference/binding/guest-event.ts';
import { type Host, keyOf, type Requests } from '../../models/reference/binding/host.ts';
import { isEverything } from './coverage.ts';
import type { StepFacts } from './step-facts.ts';

interface Held {
  readonly table: number;
  /** Each for sure. */
  readonly domains: Set<number>;
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
    if (domain === undefined || held?.table !== table || !held.domains.has(domain)) return false;
    return pasid === undefined || this.#bindings.cachedEntry(requests)?.pasid === pasid;
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
      const held = before?.table === table && !isClean ? before : { table, domains: new Set<number>() };
      const domain = this.#bindings.cachedEntry(requests)?.domain;
      if (domain !== undefined) held.domains.add(domain);
      if (held !== before) this.#held.set(key, held);
    }
  }
}
