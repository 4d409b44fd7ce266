/**
 * Requests that may meet each other's tables: structure-cache entries have no requester among their tags (VT-d
 * 6.2.1, Table 17), so that what one request leaves serves another of the same domain. That makes a difference only
 * where software gives a domain more than one table, against 6.2.2.1, 6.2.3.1 and 6.2.6.2; then entries have to be
 * remembered even though they equal memory.
 */
import type { Entry } from './cached-entry.ts';
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

/**
 * The numbers of requests, by their walks, whose domain has other tables for another request, or in one of `entries`
 * of context and PASID caches.
 */
export function sharersOf(
  walks: readonly (readonly Passage[])[],
  entries: readonly Entry[],
): ReadonlySet<number> {
  const tables = new Map<string, string>();
  const split = new Set<string>();
  const add = ([domain, table]: Tables) => {
    const known = tables.get(domain);
    if (known === undefined) tables.set(domain, table);
    else if (known !== table) split.add(domain);
  };
  for (const ways of walks) for (const way of ways) tablesOfWalk(way).forEach(add);
  for (const entry of entries) tablesOfEntry(entry).forEach(add);
  if (split.size === 0) return none;
  const isSplit = ([domain]: Tables) => split.has(domain);
  const heads = entries.filter((entry) => tablesOfEntry(entry).some(isSplit));
  const mayShare = (way: Passage) =>
    tablesOfWalk(way).some(isSplit) || heads.some((entry) => mayServe(entry, way));
  return new Set([...walks.keys()].filter((number) => walks[number]?.some(mayShare)));
}

/** What tags tell apart, and the tables that it has. */
type Tables = readonly [domain: string, table: string];

const none: ReadonlySet<number> = new Set();

/** The request may go on from a context or PASID table entry that is held. */
function mayServe({ cache, sourceId, pasid }: Entry, { request, slots }: Passage): boolean {
  return sourceId === request.sourceId && (cache === 'context' || BigInt(pasid) === slots[2]?.input);
}

function tablesOfWalk({ slots, valid, legacy, request }: Passage): readonly Tables[] {
  const words = slots[legacy ? 1 : 3]?.words;
  if (words === undefined || valid < (legacy ? 2 : 4)) return [];
  if (request.kind === 'translated') return permissionsOf(words);
  return legacy ? ofContext(words) : ofPasid(words, Number(slots[2]?.input));
}

function tablesOfEntry({ cache, slots, legacy, faulting, pasid }: Entry): readonly Tables[] {
  const words = slots[1]?.words;
  if (words === undefined || faulting) return [];
  if (cache === 'context') return legacy ? ofContext(words) : [];
  return [...ofPasid(words, pasid), ...permissionsOf(words)];
}

function ofContext(words: readonly bigint[]): readonly Tables[] {
  return isPassThrough(words) ? [] : [[`second ${contextDid(words)}`, contextTables(words)]];
}

function ofPasid(words: readonly bigint[], pasid: number): readonly Tables[] {
  const type = translationType(words);
  const did = pasidDid(words);
  const second: Tables = [`second ${did}`, secondStageTables(words)];
  const first: Tables = [`first ${did} ${pasid}`, firstStageTables(words)];
  if (type === 'nested') return [second, first];
  return type === 'second-stage' ? [second] : type === 'first-stage' ? [first] : [];
}

function permissionsOf(words: readonly bigint[]): readonly Tables[] {
  return [[`permissions ${hostPermissionDid(words)}`, hostPermissionTables(words)]];
}
