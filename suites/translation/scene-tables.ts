/**
 * The plainest tables that serve one page of one requester: pages of tables in the order of the walk from 0x1000 on,
 * the lowest address width and the largest page that the unit has (VT-d 3, 9).
 */
import { type Capabilities, decodeCapabilities } from '../../spec/capabilities.ts';
import type { MemoryRun, Profile } from '../../spec/schema.ts';

/** How the page is served. `deep`: so many levels below the largest page that the unit has. */
export interface Shape {
  readonly type: 'pass-through' | 'second-stage' | 'first-stage' | 'nested';
  readonly deep: number;
  /** The page lies behind another address than its own. */
  readonly elsewhere: boolean;
  /** What the context entry lets through in scalable mode. */
  readonly kinds: 'untranslated' | 'translation' | 'page-request';
}

/** Of the request for the page at address 0. */
export interface Names {
  readonly sourceId: number;
  readonly pasid: number | undefined;
  readonly did: bigint;
}

/** The structures of a walk; `table` leads to the table with the `leaf`, which leads to the page. */
export type Part = 'root' | 'context' | 'directory' | 'entry' | 'table' | 'leaf' | 'second-leaf';

export interface SceneTables {
  readonly rtaddr: bigint;
  readonly memory: readonly MemoryRun[];
  /** Where the parts lie that there are. */
  readonly places: ReadonlyMap<Part, bigint>;
  /** Bytes of the page. */
  readonly pageBytes: bigint;
  /** Under nesting, of pages of the second stage. */
  readonly secondPageBytes?: bigint;
  /** The first page behind all tables. */
  readonly end: bigint;
}

const PAGE = 0x1000n;
const ROOT = PAGE;
const CONTEXT = 2n * PAGE;
const SCALABLE = 0x400n;
/** DTE and PRE of a scalable context entry (9.4). */
const contextFlags = { untranslated: 0n, translation: 4n, 'page-request': 0x14n } as const;
/** TT of a legacy context entry whose requester may ask for translations (9.3). */
const DEVICE_TLBS = 4n;
const LARGE = 0x80n;
/** Present, of users, accessed; readable. */
const OF_FIRST_STAGE = 0x25n;
const OF_SECOND_STAGE = 1n;
const FIRST_STAGE_LEVELS = 4;

/** Undefined where the unit has no such tables. */
export function sceneTables(
  profile: Profile,
  isScalable: boolean,
  shape: Shape,
  names: Names,
): SceneTables | undefined {
  const capabilities = decodeCapabilities(profile);
  return isScalable ? scalableTables(capabilities, shape, names) : legacyTables(capabilities, shape, names);
}

function legacyTables(capabilities: Capabilities, shape: Shape, names: Names): SceneTables | undefined {
  const { sourceId, did } = names;
  const paging = shape.type === 'second-stage' ? secondStage(capabilities, shape, CONTEXT + PAGE) : undefined;
  if (paging === undefined && (shape.type !== 'pass-through' || shape.deep > 0)) return undefined;
  const root = ROOT + 16n * BigInt(sourceId >> 8);
  const context = CONTEXT + 16n * BigInt(sourceId & 0xff);
  const type = shape.kinds === 'untranslated' ? 0n : DEVICE_TLBS;
  const words = paging
    ? [paging.top | type | 1n, BigInt(paging.levels - 2) | (did << 8n)]
    : [0x9n, did << 8n];
  return {
    rtaddr: ROOT,
    memory: [run(root, CONTEXT | 1n), run(context, ...words), ...(paging?.memory ?? [])],
    places: new Map([['root', root], ['context', context], ...(paging?.places ?? [])]),
    pageBytes: paging?.pageBytes ?? PAGE,
    end: paging?.end ?? CONTEXT + PAGE,
  };
}

function scalableTables(capabilities: Capabilities, shape: Shape, names: Names): SceneTables | undefined {
  const { sourceId, pasid = 0, did } = names;
  const directory = CONTEXT + PAGE;
  const directoryEntry = directory + 8n * BigInt(pasid >> 6);
  // Behind the page of the directory that leads to it.
  const table = directoryEntry - (directoryEntry % PAGE) + PAGE;
  const tables = table + PAGE;
  const stages = {
    first: shape.type === 'first-stage' || shape.type === 'nested',
    second: shape.type === 'second-stage' || shape.type === 'nested',
  };
  const first = stages.first ? firstStage(capabilities, shape, tables) : undefined;
  const own = {
    ...shape,
    deep: shape.type === 'second-stage' ? shape.deep : 0,
    elsewhere: !stages.first && shape.elsewhere,
  };
  const second = stages.second ? secondStage(capabilities, own, first?.end ?? tables) : undefined;
  if ((stages.first && !first) || (stages.second && !second) || (!first && !second && shape.deep > 0))
    return undefined;
  const paging = first ?? second;
  const root = ROOT + 16n * BigInt(sourceId >> 8) + ((sourceId & 0x80) === 0 ? 0n : 8n);
  const context = CONTEXT + 32n * BigInt(sourceId & 0x7f);
  const entry = table + 64n * BigInt(pasid & 63);
  const type = BigInt(['first-stage', 'second-stage', 'nested', 'pass-through'].indexOf(shape.type) + 1);
  const width = second === undefined ? 0n : second.top | (BigInt(second.levels - 2) << 2n);
  const low = width | (type << 6n) | 1n;
  const withPasid = names.pasid === undefined ? 0n : 8n;
  const size = BigInt(Math.max(0, Math.ceil(Math.log2(((pasid >> 6) + 1) / 128))));
  return {
    rtaddr: ROOT | SCALABLE,
    memory: [
      run(root, CONTEXT | 1n),
      run(context, directory | (size << 9n) | withPasid | contextFlags[shape.kinds] | 1n),
      run(directoryEntry, table | 1n),
      run(entry, low, did, ...(first ? [first.top] : [])),
      ...(first?.memory ?? []),
      ...(second?.memory ?? []),
    ],
    places: new Map([
      ['root', root],
      ['context', context],
      ['directory', directoryEntry],
      ['entry', entry],
      ...(paging?.places ?? []),
      ...(first && second
        ? second.places.map(([, address]) => ['second-leaf', address] as const).slice(0, 1)
        : []),
    ]),
    pageBytes: paging?.pageBytes ?? PAGE,
    ...(first && second ? { secondPageBytes: second.pageBytes } : {}),
    end: (second ?? first)?.end ?? tables,
  };
}

interface Paging {
  readonly top: bigint;
  readonly levels: number;
  readonly memory: readonly MemoryRun[];
  readonly places: readonly (readonly [Part, bigint])[];
  readonly pageBytes: bigint;
  /** The first page behind the tables. */
  readonly end: bigint;
}

type How = Pick<Shape, 'deep' | 'elsewhere'>;

function secondStage({ SAGAW, SSLPS }: Capabilities, how: How, start: bigint): Paging | undefined {
  const width = [1, 2, 3].find((aw) => (SAGAW >> aw) & 1);
  if (width === undefined) return undefined;
  const largest = (SSLPS & 2) !== 0 ? 3 : (SSLPS & 1) !== 0 ? 2 : 1;
  return paging(start, width + 2, largest, OF_SECOND_STAGE, how);
}

function firstStage({ FS1GP }: Capabilities, how: How, start: bigint): Paging | undefined {
  return paging(start, FIRST_STAGE_LEVELS, FS1GP === 1 ? 3 : 2, OF_FIRST_STAGE, how);
}

/** One table a level, each with its entry 0. */
function paging(start: bigint, levels: number, largest: number, flags: bigint, how: How): Paging | undefined {
  const leafLevel = largest - how.deep;
  if (leafLevel < 1) return undefined;
  const pageBytes = 1n << BigInt(3 + 9 * leafLevel);
  const count = levels - leafLevel + 1;
  const tables = Array.from({ length: count }, (_, index) => start + BigInt(index) * PAGE);
  const leaf = (how.elsewhere ? pageBytes : 0n) | flags | (leafLevel > 1 ? LARGE : 0n);
  const memory = tables.map((table, index) =>
    run(table, index < count - 1 ? (tables[index + 1] as bigint) | flags : leaf),
  );
  const places: [Part, bigint][] = [['leaf', tables.at(-1) as bigint]];
  if (count > 1) places.push(['table', tables.at(-2) as bigint]);
  return { top: start, levels, memory, places, pageBytes, end: start + BigInt(count) * PAGE };
}

/** Without the zeros behind. */
function run(address: bigint, ...words: readonly bigint[]): MemoryRun {
  const last = words.findLastIndex((word) => word !== 0n);
  return { address, words: words.slice(0, last + 1) };
}
