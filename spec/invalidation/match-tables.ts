/**
 * Which cached entries an invalidation drops (VT-d 6.5.2, Tables 23 and 24, 6.2.6): one cell for each
 * descriptor, granularity, cache and class of entry. A cell names the tags of the entry that must equal those of
 * the descriptor; more may always be dropped (6.5), less never. A cell that is `untouched` leaves the entry be.
 */
import type { CacheName, PasidGranularTranslationType } from './caches.ts';

/** Granularities by descriptor; `level` of host permission tables comes in addition (IH). */
export const granularities = {
  context: ['global', 'domain', 'device'],
  pasid: ['domain', 'pasid', 'global'],
  iotlb: ['global', 'domain', 'page'],
  'pasid-iotlb': ['pasid', 'page'],
  'host-permission': ['global', 'domain', 'page'],
} as const;
/** Descriptors that drop entries of caches of the unit. */
export type InvalidatingKind = keyof typeof granularities;
export type Granularity = (typeof granularities)[InvalidatingKind][number];

/**
 * - `did`: domain id (HPTDID for host permission tables); `pasid`; `source-id`: under the function mask;
 * - `address`: the entry serves an address of the 2^AM pages; `level`: IH says that levels as low as this go.
 */
export type MatchTag = 'did' | 'pasid' | 'source-id' | 'address' | 'level';

/** What tells entries of one cache apart beside their tags: translation mode, or PGTT. */
export type EntryClass =
  | 'any'
  /** Context-cache: TTM of the table that the entry comes from. */
  | 'legacy'
  | 'scalable'
  /** IOTLB: everything of legacy mode, PGTT 010 and 100; PGTT 001 and 011. */
  | 'second-stage'
  | 'first-stage';

export interface MatchCell {
  /** Id of the rule that the cell is. */
  readonly rule: string;
  readonly kind: InvalidatingKind;
  readonly granularity: Granularity;
  readonly cache: CacheName;
  readonly entries: EntryClass;
  /** The cell counts only for this value of IH; undefined: for both. */
  readonly hint: boolean | undefined;
  /** No tags: every entry matches. */
  readonly match: readonly MatchTag[] | 'untouched';
}

type Columns = readonly (readonly [
  cache: CacheName,
  entries: EntryClass,
  match: MatchCell['match'],
  hint?: boolean,
])[];

const all: readonly MatchTag[] = [];

/** The tables, row by row. What a row does not name is untouched. */
const tables: Readonly<Record<InvalidatingKind, Readonly<Partial<Record<Granularity, Columns>>>>> = {
  // 6.5.2.1. A scalable-mode context entry has no DID, so a domain-selective invalidation is a global one.
  context: {
    global: [['context', 'any', all]],
    domain: [
      ['context', 'legacy', ['did']],
      ['context', 'scalable', all],
    ],
    device: [
      ['context', 'legacy', ['did', 'source-id']],
      ['context', 'scalable', ['source-id']],
    ],
  },
  // 6.5.2.2
  pasid: {
    domain: [['pasid', 'any', ['did']]],
    pasid: [['pasid', 'any', ['did', 'pasid']]],
    global: [['pasid', 'any', all]],
  },
  // Table 23. Entries whose address is a first-stage one are not told apart by a second-stage address.
  iotlb: {
    global: [
      ['iotlb', 'second-stage', all],
      ['iotlb', 'first-stage', all],
      ['first-stage', 'any', all],
      ['combined', 'any', all],
      ['second-stage', 'any', all],
    ],
    domain: [
      ['iotlb', 'second-stage', ['did']],
      ['iotlb', 'first-stage', ['did']],
      ['first-stage', 'any', ['did']],
      ['combined', 'any', ['did']],
      ['second-stage', 'any', ['did']],
    ],
    page: [
      ['iotlb', 'second-stage', ['did', 'address']],
      ['iotlb', 'first-stage', ['did']],
      ['first-stage', 'any', ['did']],
      ['combined', 'any', ['did']],
      ['second-stage', 'any', ['did', 'address'], false],
      ['second-stage', 'any', 'untouched', true],
    ],
  },
  // Table 24
  'pasid-iotlb': {
    pasid: [
      ['iotlb', 'second-stage', ['did', 'pasid']],
      ['iotlb', 'first-stage', ['did', 'pasid']],
      ['first-stage', 'any', ['did', 'pasid']],
      ['combined', 'any', ['did', 'pasid']],
      ['second-stage', 'any', 'untouched'],
    ],
    page: [
      ['iotlb', 'second-stage', 'untouched'],
      ['iotlb', 'first-stage', ['did', 'pasid', 'address']],
      ['first-stage', 'any', ['did', 'pasid', 'address'], false],
      ['first-stage', 'any', 'untouched', true],
      ['combined', 'any', ['did', 'pasid', 'address'], false],
      ['combined', 'any', 'untouched', true],
      ['second-stage', 'any', 'untouched'],
    ],
  },
  // 6.5.2.7
  'host-permission': {
    global: [
      ['host-permission-leaf', 'any', all],
      ['host-permission', 'any', all],
    ],
    domain: [
      ['host-permission-leaf', 'any', ['did', 'level']],
      ['host-permission', 'any', ['did', 'level']],
    ],
    page: [
      ['host-permission-leaf', 'any', ['did', 'address', 'level']],
      ['host-permission', 'any', ['did', 'address', 'level']],
    ],
  },
};

/** The rule that a descriptor may leave all caches alone of which its table does not speak. */
export function otherCachesRule(kind: InvalidatingKind): string {
  return `invalidation.match.${kind}.other-caches`;
}

/** Every cell of the tables, without the caches of which a table does not speak. */
export const matchCells: readonly MatchCell[] = (Object.keys(granularities) as InvalidatingKind[]).flatMap(
  (kind) =>
    granularities[kind].flatMap((granularity) =>
      (tables[kind][granularity] ?? []).map((column) => cell(kind, granularity, column)),
    ),
);

function cell(
  kind: InvalidatingKind,
  granularity: Granularity,
  [cache, entries, match, hint]: Columns[number],
): MatchCell {
  const ofEntries = entries === 'any' ? '' : `-${entries}`;
  const ofHint = hint === true ? '-hint' : '';
  const rule = `invalidation.match.${kind}-${granularity}.${cache}${ofEntries}${ofHint}`;
  return { rule, kind, granularity, cache, entries, hint, match };
}

/** An entry as far as the choice of the cell goes. */
export interface MatchedEntry {
  readonly cache: CacheName;
  /** The entry was made under TTM 00. */
  readonly legacy: boolean;
  /** Of the PASID table entry behind an entry of the IOTLB; undefined in legacy mode. */
  readonly pgtt: PasidGranularTranslationType | undefined;
}

const cellsByKind: Readonly<Record<InvalidatingKind, readonly MatchCell[]>> = {
  context: cellsOf('context'),
  pasid: cellsOf('pasid'),
  iotlb: cellsOf('iotlb'),
  'pasid-iotlb': cellsOf('pasid-iotlb'),
  'host-permission': cellsOf('host-permission'),
};

function cellsOf(kind: InvalidatingKind): readonly MatchCell[] {
  return matchCells.filter((cell) => cell.kind === kind);
}

/** The cell that says what an invalidation does to an entry. `hint` is IH where the descriptor has one bit of it. */
export function matchCell(
  invalidation: {
    readonly kind: InvalidatingKind;
    readonly granularity: Granularity;
    readonly hint?: boolean;
  },
  entry: MatchedEntry,
): MatchCell {
  const { kind, granularity, hint = false } = invalidation;
  const { cache } = entry;
  const own = classOf(entry);
  const known = cellsByKind[kind].find(
    (cell) =>
      cell.granularity === granularity &&
      cell.cache === cache &&
      (cell.entries === 'any' || cell.entries === own) &&
      (cell.hint === undefined || cell.hint === hint),
  );
  if (known !== undefined) return known;
  const rule = otherCachesRule(kind);
  return { rule, kind, granularity, cache, entries: 'any', hint: undefined, match: 'untouched' };
}

function classOf({ cache, legacy, pgtt }: MatchedEntry): EntryClass {
  if (cache === 'context') return legacy ? 'legacy' : 'scalable';
  return pgtt === 'first-stage' || pgtt === 'nested' ? 'first-stage' : 'second-stage';
}
