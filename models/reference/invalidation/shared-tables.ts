/**
 * Requests that may meet each other's tables: structure-cache entries have no requester among their tags (VT-d
 * 6.2.1, Table 17), so that what one request leaves serves another of the same domain. That makes a difference only
 * where software gives a domain more than one table, against 6.2.2.1, 6.2.3.1 and 6.2.6.2; then entries have to be
 * remembered even though they equal memory.
 */
import {
  contextDid,
  contextTables,
  firstStageTables,
  hostPermissionDid,
  hostPermissionTables,
  isPassThrough,
  pasidDid,
  secondStageTables,
  translationType,
} from './entry-fields.ts';
import type { Passage } from './made-entries.ts';

/** The numbers, in `passages`, of requests whose domain has other tables in another's entry. */
export function sharersOf(passages: readonly (Passage | undefined)[]): ReadonlySet<number> {
  const tables = new Map<string, string>();
  const split = new Set<string>();
  for (const passage of passages) {
    for (const [domain, table] of passage === undefined ? [] : tablesOf(passage)) {
      const known = tables.get(domain);
      if (known === undefined) tables.set(domain, table);
      else if (known !== table) split.add(domain);
    }
  }
  if (split.size === 0) return none;
  const isSplit = (passage: Passage) => tablesOf(passage).some(([domain]) => split.has(domain));
  const sharers = new Set<number>();
  for (const [number, passage] of passages.entries()) {
    if (passage !== undefined && isSplit(passage)) sharers.add(number);
  }
  return sharers;
}

const none: ReadonlySet<number> = new Set();

/** What tags tell apart, and the tables that it has: second stage, first stage, host permissions. */
function tablesOf({ slots, valid, legacy, request }: Passage): readonly (readonly [string, string])[] {
  const words = slots[legacy ? 1 : 3]?.words;
  if (words === undefined || valid < (legacy ? 2 : 4)) return [];
  if (request.kind === 'translated')
    return [[`permissions ${hostPermissionDid(words)}`, hostPermissionTables(words)]];
  if (legacy) return isPassThrough(words) ? [] : [[`second ${contextDid(words)}`, contextTables(words)]];
  const type = translationType(words);
  const did = pasidDid(words);
  const tables: [string, string][] = [];
  if (type === 'second-stage' || type === 'nested') tables.push([`second ${did}`, secondStageTables(words)]);
  if (type === 'first-stage' || type === 'nested')
    tables.push([`first ${did} ${slots[2]?.input}`, firstStageTables(words)]);
  return tables;
}
