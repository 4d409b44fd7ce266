/**
 * The tables of the guest as a passthrough device meets them: root, context, PASID directory and PASID table
 * entry on the way of its requests (3.4.3). What was read once is worked out once: a view is the same object
 * for as long as the words behind it are the same.
 */
import { bits, extract } from '../../../spec/bits.ts';
import { contextScalable } from '../../../spec/layouts/context.ts';
import { entryLayouts } from '../../../spec/layouts/index.ts';
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../../spec/layouts/pasid.ts';
import { readField } from '../../../spec/layouts/resolve.ts';
import { rootScalableLower, rootScalableUpper } from '../../../spec/layouts/root.ts';
import type { EntryFormat, MemoryRun, Profile } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { checkOfUnit } from '../entry.ts';
import { type Unit, unitOf } from '../unit.ts';
import { asksHostPermissions, blocked, serviceOf } from './served.ts';
import { isSameWords, type View } from './view.ts';

const LCTP = fieldOf(rootScalableLower, 'LCTP');
const UCTP = fieldOf(rootScalableUpper, 'UCTP');
const PASIDDIRPTR = fieldOf(contextScalable, 'PASIDDIRPTR');
const PASIDE = fieldOf(contextScalable, 'PASIDE');
const PDTS = fieldOf(contextScalable, 'PDTS');
const RID_PASID = fieldOf(contextScalable, 'RID_PASID');
const SMPTBLPTR = fieldOf(pasidDirectory, 'SMPTBLPTR');
const PRESENT = fieldOf(pasidTable, 'P');
const DID = fieldOf(pasidTable, 'DID');
const SCALABLE = 1n;
const PASIDS_PER_TABLE = 64;
const PASIDS_PER_DIRECTORY_PAGE = 512 * PASIDS_PER_TABLE;
const WORDS_PER_PASID_ENTRY = 8;
const WORDS_PER_PAGE = 512;
const WORD_OF_PAGE = 511n;
const PASIDS = 2 ** 20;

interface KnownView {
  readonly rtaddr: bigint;
  readonly walk: TableWalk;
  readonly view: View;
  /** How many stores there had been when memory last held what was read. */
  stores: number;
}

interface KnownPasids {
  readonly rtaddr: bigint;
  readonly stores: number;
  readonly pasids: readonly number[];
}

/** One memory for case after case: to make one costs more than a case. The tables of the last case own it. */
const memory = new GuestMemory();

export class GuestTables {
  readonly #unit: Unit;
  readonly #memory = memory;
  readonly #knownPasids = new Map<number, KnownPasids>();
  #stores = 0;
  /** Words that were ever written, by their index in the 4 KiB page of that number: all others are zero. */
  readonly #written = new Map<number, Set<number>>();
  /** By source id, then by PASID; 0 stands for requests without one. */
  readonly #known = new Map<number, KnownView>();

  constructor(profile: Profile, runs: readonly MemoryRun[]) {
    this.#unit = unitOf(profile);
    this.#memory.reset(profile.backed, runs);
    for (const { address, words } of runs) this.#noteWritten(address, words.length);
  }

  store(address: bigint, words: readonly bigint[]): void {
    this.#stores++;
    for (const [index, word] of words.entries()) this.#memory.store(address + BigInt(8 * index), word);
    this.#noteWritten(address, words.length);
  }

  /** What serves requests of `sourceId`, with `pasid` or without, under the root table of `rtaddr`. */
  view(rtaddr: bigint, sourceId: number, pasid: number | undefined): View {
    const key = sourceId * PASIDS + (pasid ?? 0);
    const known = this.#known.get(key);
    const stores = this.#stores;
    if (known?.rtaddr === rtaddr && (known.stores === stores || this.#reads(known.walk))) {
      known.stores = stores;
      return known.view;
    }
    const walk = new TableWalk(this.#unit, this.#memory);
    const fresh = walk.run(rtaddr, sourceId, pasid);
    const view = known !== undefined && isSameWords(known.view.words, fresh.words) ? known.view : fresh;
    this.#known.set(key, { rtaddr, walk, view, stores });
    return view;
  }

  /** What serves requests, with `pasid` or without, behind the context entry that `older` was read with. */
  viewBehind(older: View, pasid: number | undefined): View {
    return new TableWalk(this.#unit, this.#memory).runBehind(older, pasid);
  }

  /** True when memory still holds what `walk` read: the same way leads to the same end. */
  #reads({ words, addresses }: TableWalk): boolean {
    return addresses.every((address, index) => this.#memory.read(address) === words[index]);
  }

  /** PASIDs below `limit` and within the directory whose entry is present, in ascending order; not 0. */
  pasidsInUse(rtaddr: bigint, sourceId: number, limit: number): readonly number[] {
    const known = this.#knownPasids.get(sourceId);
    if (known?.rtaddr === rtaddr && known.stores === this.#stores) return known.pasids;
    const pasids = this.#findPasids(rtaddr, sourceId, limit);
    this.#knownPasids.set(sourceId, { rtaddr, stores: this.#stores, pasids });
    return pasids;
  }

  #findPasids(rtaddr: bigint, sourceId: number, limit: number): readonly number[] {
    const walk = new TableWalk(this.#unit, this.#memory);
    const context = walk.context(rtaddr, sourceId);
    if (context === undefined || readField(PASIDE, context) === 0n) return [];
    const end = Math.min(limit, 2 ** (Number(readField(PDTS, context)) + 13));
    const directory = Number(readField(PASIDDIRPTR, context) >> 12n);
    const found: number[] = [];
    for (let page = 0; page * PASIDS_PER_DIRECTORY_PAGE < end; page++) {
      for (const [entry, word] of this.#wordsOf(directory + page)) {
        if ((word & 1n) === 0n) continue;
        const first = page * PASIDS_PER_DIRECTORY_PAGE + entry * PASIDS_PER_TABLE;
        for (const pasid of this.#pasidsOfTable(readField(SMPTBLPTR, [word]), first)) {
          if (pasid > 0 && pasid < end) found.push(pasid);
        }
      }
    }
    return found.sort((a, b) => a - b);
  }

  /** PASIDs whose entry is present in the PASID table at `table`, which begins with PASID `first`. */
  *#pasidsOfTable(table: bigint, first: number): Iterable<number> {
    for (const [index, word] of this.#wordsOf(Number(table >> 12n), WORDS_PER_PASID_ENTRY)) {
      if (readField(PRESENT, [word]) === 1n) yield first + index / WORDS_PER_PASID_ENTRY;
    }
  }

  /** Of page `number` each `step`th word, if it was written and can be read, with its index. */
  *#wordsOf(number: number, step = 1): Iterable<readonly [number, bigint]> {
    for (const index of this.#written.get(number) ?? []) {
      if (index % step !== 0) continue;
      const word = this.#memory.read((BigInt(number) << 12n) + BigInt(8 * index));
      if (word !== undefined) yield [index, word];
    }
  }

  /** `count` words from `address` on were written. */
  #noteWritten(address: bigint, count: number): void {
    let page = Number(address >> 12n);
    let index = Number((address >> 3n) & WORD_OF_PAGE);
    for (let left = count; left > 0; page++, index = 0) {
      const written = this.#written.get(page) ?? new Set();
      this.#written.set(page, written);
      for (; left > 0 && index < WORDS_PER_PAGE; left--) written.add(index++);
    }
  }
}

/** One way from the root to the PASID table entry, and the words that it read. */
class TableWalk {
  readonly words: (bigint | undefined)[] = [];
  readonly addresses: bigint[] = [];
  readonly #unit: Unit;
  readonly #memory: GuestMemory;
  #doubtful = false;
  #isContextDoubtful = false;

  constructor(unit: Unit, memory: GuestMemory) {
    this.#unit = unit;
    this.#memory = memory;
  }

  /** Words of the valid context entry. */
  context(rtaddr: bigint, sourceId: number): readonly bigint[] | undefined {
    const upper = (sourceId & 0x80) !== 0;
    const rootTable = rtaddr & bits(63, 12);
    const root = this.#entry(
      upper ? 'root-scalable-upper' : 'root-scalable-lower',
      rootTable + 16n * BigInt(sourceId >> 8),
    );
    if (root === undefined) return undefined;
    const table = readField(upper ? UCTP : LCTP, root);
    return this.#entry('context-scalable', table + 32n * BigInt(sourceId & 0x7f));
  }

  run(rtaddr: bigint, sourceId: number, requested: number | undefined): View {
    if (!isScalable(rtaddr) || this.#unit.capabilities.SMTS === 0)
      return this.#view(requested ?? 0, 0, undefined, { open: true });
    return this.#behind(this.context(rtaddr, sourceId), requested);
  }

  /** From the context entry on that an older walk read. */
  runBehind({ words, contextWords, isContextDoubtful }: View, requested: number | undefined): View {
    this.words.push(...words.slice(0, contextWords));
    this.#doubtful = isContextDoubtful;
    const context = words.slice(contextWords - entryLayouts['context-scalable'].words, contextWords);
    return this.#behind(
      words.length > contextWords ? context.map((word) => word ?? 0n) : undefined,
      requested,
    );
  }

  #behind(context: readonly bigint[] | undefined, requested: number | undefined): View {
    const contextWords = this.words.length;
    this.#isContextDoubtful = this.#doubtful;
    if (context === undefined) return this.#view(requested ?? 0, contextWords, undefined);
    const { capabilities } = this.#unit;
    const ridPasid = capabilities.RPS === 1 ? readField(RID_PASID, context) : 0n;
    const pasid = requested === undefined ? ridPasid : BigInt(requested);
    const open = asksHostPermissions(context);
    if (requested !== undefined && refusesPasid(context, requested, capabilities.PSS + 1)) {
      return this.#view(requested, contextWords, undefined, { open });
    }
    if (requested !== undefined && pasid === ridPasid) {
      // Requests with the PASID of those without are refused (SCT.9); whether also without RID_PASID is D20.
      if (capabilities.RPS === 1) return this.#view(requested, contextWords, undefined, { open });
      this.#doubtful = true;
    }
    const entry = this.#pasidEntry(context, pasid);
    return this.#view(Number(pasid), contextWords, entry, { open });
  }

  #pasidEntry(context: readonly bigint[], pasid: bigint): readonly bigint[] | undefined {
    const directory = this.#entry('pasid-directory', readField(PASIDDIRPTR, context) + 8n * (pasid >> 6n));
    if (directory === undefined) return undefined;
    return this.#entry('pasid-table', readField(SMPTBLPTR, directory) + 64n * (pasid & 63n));
  }

  #view(
    pasid: number,
    contextWords: number,
    entry: readonly bigint[] | undefined,
    { open = false } = {},
  ): View {
    const service = entry && serviceOf(entry);
    const served = service === undefined ? [blocked] : this.#doubtful ? [service, blocked] : [service];
    return {
      served,
      open,
      unsupported: entry !== undefined && service === undefined && !this.#doubtful,
      pasid,
      domain: entry === undefined ? undefined : Number(readField(DID, entry)),
      words: this.words,
      contextWords,
      isContextDoubtful: this.#isContextDoubtful,
    };
  }

  /** The words of a valid entry; doubts are remembered. */
  #entry(format: EntryFormat, address: bigint): readonly bigint[] | undefined {
    const words: bigint[] = [];
    for (let index = 0; index < entryLayouts[format].words; index++) {
      const at = address + BigInt(8 * index);
      const word = this.#memory.read(at);
      this.addresses.push(at);
      this.words.push(word);
      if (word === undefined) return undefined;
      words.push(word);
    }
    const { conditions, mayBeValid } = checkOfUnit(this.#unit, format, words);
    if (!mayBeValid) return undefined;
    this.#doubtful ||= conditions.length > 0;
    return words;
  }
}

/** TTM (11.4.6). */
function isScalable(rtaddr: bigint): boolean {
  return extract(rtaddr, 11, 10) === SCALABLE;
}

/** SCT.6, SCT.7, SGN.10: PASIDs are off, beyond the directory, or wider than the unit takes. */
function refusesPasid(context: readonly bigint[], pasid: number, width: number): boolean {
  return (
    readField(PASIDE, context) === 0n ||
    BigInt(pasid) >> (readField(PDTS, context) + 13n) !== 0n ||
    pasid >> width !== 0
  );
}
