/** What a profile means to the translation generator, worked out once: where tables and pages may lie. */
import { bits } from '../spec/bits.ts';
import { type Capabilities, decodeCapabilities } from '../spec/capabilities.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import type { Layout, Modes } from '../spec/layouts/layout.ts';
import { type PartState, resolveLayout } from '../spec/layouts/resolve.ts';
import type { EntryFormat, Profile, Request } from '../spec/schema.ts';
import { BLOCK_BYTES, PAGE_BYTES } from './tables.ts';

/** What a profile gives to draw from. */
export interface TranslationTarget {
  readonly profile: Profile;
  readonly capabilities: Capabilities;
  /** True for an emulator: pages must lie in memory that answers, apart from the tables. */
  readonly emulated: boolean;
  /** Whole 2 MiB blocks of backed memory below the host address width; at least two. */
  readonly blocks: readonly number[];
  /** Pages where reads fail, below the host address width. */
  readonly holes: readonly number[];
  /** Supported values of AW; 2 when there is none, so that an entry can be written all the same. */
  readonly addressWidths: readonly number[];
  /** Supported levels of pages: 1, 2 for 2M, 3 for 1G. */
  readonly pageLevels: readonly number[];
  /** The same of the first stage. */
  readonly firstPageLevels: readonly number[];
  /** The bits of a domain id that the unit has. */
  readonly domainIds: bigint;
  /** Whether requests may carry a PASID. */
  readonly pasids: boolean;
  /** Kinds and operations of requests, each as often as it shall be drawn. */
  readonly kinds: readonly NonNullable<Request['kind']>[];
  readonly ops: readonly Request['op'][];
  /** Bits of second-stage entries that do not matter, by layout. */
  readonly ignored: (layout: Layout) => bigint;
  /** Bits of an entry that mean something but not to these requests, or nothing: one mask a word. */
  readonly idle: (format: EntryFormat) => readonly bigint[];
}

/** Blocks kept of each backed range: its first and last ones. */
const BLOCKS_PER_END = 4;

/** Throws RangeError when the profile backs too little memory. */
export function translationTarget(profile: Profile): TranslationTarget {
  const capabilities = decodeCapabilities(profile);
  const blocks = blocksOf(profile);
  if (blocks.length < 2) {
    throw new RangeError(`profile ${profile.name} must back two whole blocks of 2 MiB for translation cases`);
  }
  const widths = [1, 2, 3].filter((aw) => (capabilities.SAGAW >> aw) & 1);
  const ignored = new Map<Layout, bigint>();
  const idle = new Map<EntryFormat, readonly bigint[]>();
  return {
    profile,
    capabilities,
    emulated: profile.sourceIds !== undefined,
    blocks,
    holes: holesOf(profile),
    addressWidths: widths.length > 0 ? widths : [2],
    pageLevels: [1, ...(capabilities.SSLPS & 1 ? [2] : []), ...(capabilities.SSLPS & 2 ? [3] : [])],
    firstPageLevels: [1, 2, ...(capabilities.FS1GP ? [3] : [])],
    domainIds: (1n << BigInt(4 + 2 * capabilities.ND)) - 1n,
    pasids: profile.pasids ?? true,
    kinds: kindsOf(profile, capabilities),
    ops: operations.filter((op) => profile.ops?.includes(op) ?? true),
    ignored: (layout) => remember(ignored, layout, () => masksOf(layout, profile, 'ignored')[0] ?? 0n),
    idle: (format) => remember(idle, format, () => idleMasks(format, profile)),
  };
}

/** The same for areas that make requests. Throws RangeError when the profile leaves none, too. */
export function requestTarget(profile: Profile): TranslationTarget {
  const target = translationTarget(profile);
  if (target.kinds.length > 0) return target;
  const asked = profile.requestKinds?.join(', ');
  throw new RangeError(`profile ${profile.name} has requestKinds ${asked}, and its unit knows none of them`);
}

const kinds = [
  ...(['untranslated', 'untranslated', 'untranslated', 'untranslated', 'untranslated'] as const),
  ...(['translation', 'translation', 'translated', 'translated', 'page-request'] as const),
] as const;
const operations = ['read', 'write', 'read', 'write', 'atomic', 'zero-length-read'] as const;

/** A unit without Device-TLB support says nothing of ATS requests, nor one without PRS of page requests. */
function kindsOf(profile: Profile, { DT, PRS }: Capabilities): TranslationTarget['kinds'] {
  return kinds.filter((kind) => {
    const known = kind === 'untranslated' || (kind === 'page-request' ? PRS === 1 : DT === 1);
    return known && (profile.requestKinds?.includes(kind) ?? true);
  });
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

function blocksOf({ backed, haw }: Profile): readonly number[] {
  const limit = 2 ** haw;
  return backed.flatMap(({ start, end }) => {
    const first = Math.ceil(Number(start) / BLOCK_BYTES);
    const last = Math.floor(Math.min(Number(end), limit) / BLOCK_BYTES) - 1;
    const found: number[] = [];
    for (let block = first; block <= last; block++) {
      // The middle is passed over at once: a range may have all 2^31 blocks that there are.
      if (block === first + BLOCKS_PER_END) block = Math.max(block, last - BLOCKS_PER_END + 1);
      found.push(block * BLOCK_BYTES);
    }
    return found;
  });
}

/** On an emulator only high ones: what lies next to its memory may be anything. */
function holesOf({ backed, haw, sourceIds }: Profile): readonly number[] {
  const isBacked = (page: number) => backed.some(({ start, end }) => page >= start && page < end);
  const next = sourceIds ? [] : backed.map(({ end }) => Number(end));
  return [...next, 2 ** haw - PAGE_BYTES, 2 ** (haw - 1)].filter(
    (page) => page < 2 ** haw && page % PAGE_BYTES === 0 && !isBacked(page),
  );
}

const off: Modes = { SSIRWE: false, SSADE: false, EMTE: false, HPTE: false };

function masksOf(layout: Layout, profile: Profile, state: PartState): readonly bigint[] {
  const masks = Array.from({ length: layout.words }, () => 0n);
  for (const part of resolveLayout(layout, profile, off).parts) {
    if (part.state === state) masks[part.word] = (masks[part.word] ?? 0n) | part.mask;
  }
  return masks;
}

/** Fields that decide something here; reserved memory types and paging modes are doubts (D7, D9). */
const telling: Readonly<Partial<Record<EntryFormat, readonly string[]>>> = {
  'context-legacy': ['P', 'FPD', 'TT', 'SSPTPTR', 'AW', 'DID'],
  'pasid-table': [
    ...['P', 'FPD', 'AW', 'PGTT', 'SSADE', 'SSPTPTR', 'DID', 'PWSNP', 'PGSNP', 'PAT', 'SRE', 'FSPM', 'WPE'],
    ...['EAFE', 'FSPTPTR', 'HPTSZ', 'HPTPTR', 'HPTDID'],
  ],
};

function idleMasks(format: EntryFormat, profile: Profile): readonly bigint[] {
  const names = telling[format] ?? [];
  const masks = Array.from({ length: entryLayouts[format].words }, () => 0n);
  const { parts } = resolveLayout(entryLayouts[format], profile);
  for (const { field, word, high, low, state } of parts) {
    const idle = state === 'ignored' || (state === 'defined' && !names.includes(field.name));
    if (idle) masks[word] = (masks[word] ?? 0n) | bits(high, low);
  }
  return masks;
}
