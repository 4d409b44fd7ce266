/**
 * The small world that a stream happens in: one or two requesters with a PASID or two, one to three domains
 * with a page or more each, all valid. Everything is found again by walking the tables as they stand, so that
 * steps may change any of them.
 */
import { type Choices, PLAIN } from './choices.ts';
import { framesOf, PAGE_BYTES, type Tables, type Tree } from './tables.ts';
import {
  type Domain,
  firstStage,
  kindsOf,
  mapGuestTable,
  newTable,
  secondStageTree,
} from './translation-domains.ts';
import {
  canonicalFrame,
  FRAMES,
  FRAMES_PER_BLOCK,
  inputFrame,
  isInterruptFrame,
} from './translation-mappings.ts';
import type { TranslationTarget } from './translation-target.ts';

/** PGTT (9.6). */
export type SpaceKind = 1 | 2 | 3 | 4;
export const FIRST_STAGE = 1;
export const SECOND_STAGE = 2;
export const NESTED = 3;
export const PASS_THROUGH = 4;

/** Of every PASID and requester under pass-through; no other domain has it, so that R2 is kept (6.2.3.1). */
export const PASS_THROUGH_DID = 1;

/** What one domain id stands for. */
export interface Space {
  readonly kind: SpaceKind;
  readonly did: number;
  /** Undefined under pass-through. */
  readonly domain: Domain | undefined;
  readonly pages: readonly Page[];
}

export interface Page {
  /** Input address / 4096. */
  readonly frame: number;
  /** Of its leaf in the tables that the input address is looked up in first. */
  readonly level: number;
  /** Under nesting, guest-physical address / 4096. */
  readonly guestFrame: number | undefined;
}

export interface Ground {
  readonly target: TranslationTarget;
  readonly tables: Tables;
  readonly legacy: boolean;
  /** Whole 2 MiB blocks of memory without tables, the first with all 4K pages. */
  readonly dataBlocks: readonly number[];
}

/** Hands out output frames, each another one. */
export class Frames {
  readonly #ground: Ground;
  #used = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Output address in bytes for a leaf at `level`; an emulator gets data pages only. */
  next(level: number): number {
    const { dataBlocks, target } = this.#ground;
    const index = this.#used++;
    const [first = 0] = dataBlocks;
    if (level === 1) return first + (index % FRAMES_PER_BLOCK) * PAGE_BYTES;
    const size = framesOf(level) * PAGE_BYTES;
    if (target.emulated) {
      const block = level === 2 ? (dataBlocks[index % dataBlocks.length] ?? first) : first;
      return block - (block % size);
    }
    const limit = 2 ** target.profile.haw;
    return (first - (first % size) + index * size) % limit;
  }
}

/** R/W of first stage, W of second. */
const WRITE = 2n;
/** Once in so many domains: EAFE, SSADE, WPE, flags that are not set in advance, and an entry without W. */
const ONE_IN = { extended: 6, secondFlags: 6, protect: 4, bare: 12, readOnly: 8 } as const;

/** A domain with its tables and pages. `alike` gives it the same input addresses as another. */
export function newSpace(
  ground: Ground,
  frames: Frames,
  did: number,
  alike: Space | undefined,
  choices: Choices,
): Space {
  const { target, tables, legacy } = ground;
  const { capabilities } = target;
  const kinds = spaceKinds(ground);
  const kind = alike !== undefined && choices.oneIn(2) ? alike.kind : choices.one(kinds);
  if (kind === PASS_THROUGH) {
    const frame = alike?.pages[0]?.frame ?? frames.next(1) / PAGE_BYTES;
    return {
      kind,
      did: PASS_THROUGH_DID,
      domain: undefined,
      pages: [{ frame, level: 1, guestFrame: undefined }],
    };
  }
  const bare = choices.oneIn(ONE_IN.bare);
  const snooped = !legacy && capabilities.SMPWCS === 1;
  const flags =
    !legacy && kind !== FIRST_STAGE && capabilities.SSADS === 1 && choices.oneIn(ONE_IN.secondFlags);
  const aw = choices.one(target.addressWidths);
  const limit = Math.min(capabilities.MGAW + 1, 30 + 9 * aw);
  const preset = !legacy && capabilities.SSADS === 1 && !(bare && snooped);
  const second = kind === FIRST_STAGE ? undefined : secondStageTree(tables, aw + 2, limit, preset);
  const mode = capabilities.FS5LP === 1 ? choices.pick(2) : 0;
  const first =
    kind === SECOND_STAGE ? undefined : firstStage(target, tables, second, mode, !(bare && snooped), choices);
  const extended = first !== undefined && capabilities.EAFS === 1 && choices.oneIn(ONE_IN.extended);
  const protect = first !== undefined && choices.oneIn(ONE_IN.protect);
  const domain: Domain = { id: did, aw, second, first, flags, extended, protect, snooped };
  if (first !== undefined && second !== undefined) {
    mapGuestTable(tables, first.top, first.shift, second, 1, PLAIN);
  }
  const tree = (first ?? second) as Tree;
  const shared = alike !== undefined && !choices.oneIn(4) && fits(tree, alike.pages);
  const pages = shared ? alike.pages : drawPages(ground, tree, first !== undefined, choices);
  const made = pages.map((page) => addPage(ground, frames, domain, page, choices));
  if (choices.oneIn(ONE_IN.readOnly)) makeReadOnly(ground, tree, choices.one(made), choices);
  return { kind, did, domain, pages: made };
}

/** Kinds of domains that a unit has, the simplest first. */
function spaceKinds({ target, legacy }: Ground): readonly SpaceKind[] {
  const { SSTS, FSTS, PT } = target.capabilities;
  const kinds = kindsOf(target, legacy) as readonly SpaceKind[];
  if (!legacy && SSTS === 0 && FSTS === 0 && PT === 1) return [PASS_THROUGH];
  if (PT === 0) return kinds;
  return kinds.length > 2 ? [...kinds, PASS_THROUGH] : [...kinds, ...kinds, ...kinds, PASS_THROUGH];
}

function fits({ stage, limitBits }: Tree, pages: readonly Page[]): boolean {
  const limit = 2 ** (limitBits - (stage === 'first-stage' ? 13 : 12));
  return pages.every(({ frame }) => frame < limit);
}

/** Distances of neighbours: in the same page table, the same directory, and further, as wide as the tables are. */
const distances = [1, 1, 2, 512, 511, 1024, 0x4_0000, 0x800_0000, 0x10_0000_0000] as const;
/** Of 16 domains so many have pages of 2 MiB, and of 1 GiB. */
const LARGE_IN = 16;

function drawPages(ground: Ground, tree: Tree, isFirst: boolean, choices: Choices): Page[] {
  const { target, dataBlocks } = ground;
  const { profile, emulated } = target;
  const size = choices.pick(LARGE_IN);
  const levels = isFirst ? target.firstPageLevels : target.pageLevels;
  const large = size > 13 ? 3 : size > 9 ? 2 : 1;
  const level = levels.includes(large) ? large : 1;
  const bits = isFirst ? tree.limitBits : Math.min(tree.limitBits, profile.haw);
  const input = isFirst ? canonicalFrame(tree, choices) : inputFrame(tree, bits, choices);
  // With translation off an emulator's requests reach what they name, so they name data.
  const own = (dataBlocks[0] ?? 0) / PAGE_BYTES + 256 + choices.pick(8);
  const start = emulated ? own : input;
  const rest = choices.oneIn(4) ? 1 : level;
  const pages: Page[] = [];
  for (let more = 1 + choices.pick(3), frame = start; more > 0; more--) {
    pages.push({ frame, level: pages.length > 0 ? rest : level, guestFrame: undefined });
    const distance = choices.one(distances);
    const step = emulated ? 1 + choices.pick(4) : distance < 2 ** (bits - 14) ? distance : 1;
    // Inside of the same half and of the same width whatever the step.
    const next = (frame + (Math.floor(frame / step) % 2 === 1 ? -step : step)) % FRAMES;
    frame = isInterruptFrame(next) ? frame : next;
  }
  return pages;
}

/** Takes W from one of the entries that `page` is found by: its neighbours are not as it is. */
function makeReadOnly({ tables }: Ground, tree: Tree, page: Page, choices: Choices): void {
  const { frame, level } = page;
  const leaf = { frame: frame - (frame % framesOf(level)), level, target: 0 };
  const path = tables.map(tree, leaf, () => tree.top);
  const entry = path[choices.pick(Math.max(path.length, 1))];
  if (entry !== undefined) entry.words[0] = (entry.words[0] ?? 0n) & ~WRITE;
}

/** Maps `page` in `domain`. */
function addPage(ground: Ground, frames: Frames, domain: Domain, page: Page, choices: Choices): Page {
  const { tables, target } = ground;
  const { first, second } = domain;
  const { frame } = page;
  const levels = first === undefined ? target.pageLevels : target.firstPageLevels;
  const level = levels.includes(page.level) ? page.level : 1;
  const aligned = frame - (frame % framesOf(level));
  if (second === undefined || first === undefined) {
    const tree = (first ?? second) as Tree;
    const path = tables.map(tree, { frame: aligned, level, target: frames.next(level) }, (next) =>
      newTable(tables, tree, next),
    );
    return { frame, level: path.at(-1)?.level ?? level, guestFrame: undefined };
  }
  // The guest's data lies beside its tables.
  const guestLevel = Math.min(level, 2);
  const guestBlock = (tables.block + first.shift) / PAGE_BYTES;
  const guestData =
    guestBlock % (2 * FRAMES_PER_BLOCK) === 0 ? guestBlock + FRAMES_PER_BLOCK : guestBlock - FRAMES_PER_BLOCK;
  const guestAligned = guestLevel === 1 ? guestData + tables.id() : guestData;
  const guestFirst = frame - (frame % framesOf(guestLevel));
  const path = tables.map(
    first,
    { frame: guestFirst, level: guestLevel, target: guestAligned * PAGE_BYTES },
    (next) => guestTable(ground, domain, next),
  );
  // A larger page may be there already.
  const leaf = path.at(-1);
  const leafLevel = leaf?.level ?? 1;
  const guestFrame =
    Number(((leaf?.words[0] ?? 0n) >> 12n) & 0xff_ffff_ffffn) + (frame % framesOf(leafLevel));
  const secondLevel = target.pageLevels.includes(2) && choices.oneIn(4) ? 2 : 1;
  const start = guestFrame - (guestFrame % framesOf(secondLevel));
  tables.map(second, { frame: start, level: secondLevel, target: frames.next(secondLevel) }, (next) =>
    newTable(tables, second, next),
  );
  return { frame, level: leafLevel, guestFrame };
}

/** A new table of the first stage, seen by the guest where there is a second stage. */
export function guestTable({ tables }: Ground, { first, second }: Domain, level: number): number {
  const table = newTable(tables, first as Tree, level);
  if (second !== undefined) mapGuestTable(tables, table, (first as Tree).shift, second, 1, PLAIN);
  return table;
}
