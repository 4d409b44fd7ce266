/**
 * Draws cases of area `page-walk`: one second-stage domain with a few pages at the borders of tables, some
 * side by side, defects on the way to them, a range around them or beyond every border, what was announced
 * before, and a hook that fails; now and then the tables of a device from the root on, for a replay. A case
 * costs a dozen integers; an integer 0 is a part left out or plain.
 */
import type * as fc from 'fast-check';
import { insert } from '../spec/bits.ts';
import type { PageWalkCase, Profile } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { built, seed, seeds, upTo } from './drawing.ts';
import { drawAnnounced } from './page-walk-announced.ts';
import { addWalkDefect } from './page-walk-defects.ts';
import { drawNarrowRange, drawRange } from './page-walk-ranges.ts';
import { framesOf, isPage, type TableEntry, Tables } from './tables.ts';
import { addDefect } from './translation-defects.ts';
import { drawSourceId, serveLegacy, serveScalable } from './translation-devices.ts';
import { newTable, type SecondStageDomain, secondStageDomain } from './translation-domains.ts';
import { addMapping, type Mapping, type Room } from './translation-mappings.ts';
import { type TranslationTarget, translationTarget } from './translation-target.ts';
import { clearPresent, unsupportedValue } from './translation-values.ts';

const MOST_MAPPINGS = 4;
const MOST_DEFECTS = 2;
const MOST_ANNOUNCED = 3;
/** Kinds of walks, those over a range first: the others are replays. */
const KINDS = 14;
const REPLAYS = 12;
const MOST_ON_THE_WAY = 4;
const PAGE_BYTES = 0x1000;
const SCALABLE = 1n << 10n;
const RESERVED_MODE = 2n << 10n;
const ABORT = 3n << 10n;

interface Seeds {
  readonly shape: number;
  readonly mappings: readonly number[];
  readonly defects: readonly number[];
  readonly range: number;
  readonly announced: readonly number[];
  readonly hook: number;
}

/** Cases under `profiles`, shrinking to the first profile, one page, its own range and a hook that never fails. */
export function anyPageWalkCase(profiles: readonly Profile[]): fc.Arbitrary<PageWalkCase> {
  const targets = profiles.map(translationTarget);
  return built(
    [
      upTo(targets.length - 1),
      seed,
      seeds(1, MOST_MAPPINGS),
      seeds(0, MOST_DEFECTS),
      seed,
      seeds(0, MOST_ANNOUNCED),
      seed,
    ],
    (profileIndex, shape, mappings, defects, range, announced, hook) =>
      build(targets[profileIndex] as TranslationTarget, { shape, mappings, defects, range, announced, hook }),
  );
}

function build(target: TranslationTarget, seeds: Seeds): PageWalkCase {
  const shape = new Choices(seeds.shape);
  const kind = shape.pick(KINDS);
  const first = shape.pick(target.blocks.length);
  const second = (first + 1 + shape.pick(target.blocks.length - 1)) % target.blocks.length;
  const tables = new Tables(target.blocks[first] as number, 1 + 2 * shape.pick(256));
  const room: Room = { target, tables, dataBlock: target.blocks[second] as number };
  const domain = secondStageDomain(target, tables, shape);
  const mappings: Mapping[] = [];
  for (const seed of seeds.mappings) addPage(room, domain, mappings, new Choices(seed));
  for (const seed of seeds.defects) addWalkDefect(target, tables, new Choices(seed));
  const walk =
    kind >= REPLAYS
      ? drawReplay(room, domain, new Choices(seeds.range))
      : drawRangeWalk(target, domain, mappings, seeds, kind);
  return {
    area: 'page-walk',
    profile: target.profile,
    memory: tables.memory(),
    walk,
    ...drawHook(new Choices(seeds.hook)),
  };
}

/** A page anywhere, or right after one that is there. */
function addPage(room: Room, domain: SecondStageDomain, mappings: Mapping[], choices: Choices): void {
  const before = mappings.at(-1);
  if (before === undefined || !choices.oneIn(2)) mappings.push(addMapping(room, domain, choices));
  else mappings.push(addNeighbour(room, domain, before, choices));
}

function addNeighbour(
  { target, tables, dataBlock }: Room,
  domain: SecondStageDomain,
  before: Mapping,
  choices: Choices,
): Mapping {
  const level = choices.oneIn(3) ? choices.one(target.pageLevels) : before.level;
  const size = framesOf(level);
  const next = before.frame - (before.frame % size) + size * (1 + choices.pick(3));
  const frame = next % 2 ** (domain.second.limitBits - 12);
  const output = dataBlock / PAGE_BYTES + choices.pick(size > 1 ? 1 : 512);
  const leaf = { frame, level, target: (output - (output % size)) * PAGE_BYTES };
  const path = tables.map(domain.second, leaf, (below) => newTable(tables, domain.second, below));
  const entry = path.at(-1);
  const rights = choices.one([3n, 3n, 1n, 2n]);
  if (entry && isPage(entry)) entry.words[0] = ((entry.words[0] ?? 0n) & ~3n) | rights;
  return { domain, tree: domain.second, frame, level, path };
}

function drawRangeWalk(
  target: TranslationTarget,
  domain: SecondStageDomain,
  mappings: readonly Mapping[],
  seeds: Seeds,
  kind: number,
): PageWalkCase['walk'] {
  const choices = new Choices(seeds.range);
  const remembers = kind % 2 === 1;
  const notifyUnmapped = kind % 4 >= 2;
  const tables = {
    kind: 'range',
    top: BigInt(domain.second.top),
    levels: levelsOf(domain),
    notifyUnmapped,
  } as const;
  // Every unmapped entry is a call where nothing is remembered: a wide range would be thousands.
  if (!remembers) {
    const draw = notifyUnmapped ? drawNarrowRange : drawRange;
    return { ...tables, ...draw(domain, mappings, choices) };
  }
  const announced = drawAnnounced(target, mappings, seeds.announced);
  return { ...tables, ...drawRange(domain, mappings, choices), announced };
}

function levelsOf({ second: { levels } }: SecondStageDomain): 3 | 4 | 5 {
  return levels === 3 || levels === 4 ? levels : 5;
}

/** A device behind `domain`, at times under pass-through or with a defect on the way, or translation is off. */
function drawReplay(
  { target, tables, dataBlock }: Room,
  domain: SecondStageDomain,
  choices: Choices,
): PageWalkCase['walk'] {
  const { capabilities } = target;
  const root = tables.page();
  const sourceId = drawSourceId(target, choices);
  // Also on units without scalable mode, which must not follow such tables.
  const scalable = capabilities.SSTS === 1 && choices.oneIn(2);
  const before = tables.entries.length;
  if (scalable)
    serveScalable(target, tables, root, sourceId, { dataBlock, domain, others: [domain] }, choices);
  else serveLegacy(target, tables, root, sourceId, domain, choices);
  // Root, context, directory and the entry of RID_PASID; those of other PASIDs come behind.
  const served = tables.entries.slice(before);
  const way = served.filter(({ structure }) => structure !== 'host-permission').slice(0, MOST_ON_THE_WAY);
  if (capabilities.PT === 1 && choices.oneIn(4)) passThrough(way);
  const defect = choices.one([undefined, undefined, clearPresent, addDefect, addDefect, unsupportedValue]);
  // Flags that contradict each other are those of the context entry, the second on the way (SCT.4).
  const [, context] = way;
  const entry = defect === unsupportedValue && context ? context : choices.one(way);
  defect?.(target, entry, choices);
  // Another device of the same bus has no context entry.
  const other = choices.oneIn(8) ? sourceId ^ 1 : sourceId;
  const mode = choices.oneIn(10) ? choices.one([RESERVED_MODE, ABORT]) : scalable ? SCALABLE : 0n;
  return {
    kind: 'replay',
    rtaddr: BigInt(root) | mode,
    translationEnabled: !choices.oneIn(4),
    sourceId: other,
  };
}

/** TT or PGTT for requests without PASID; the pointer to the second stage stays and must be ignored. */
function passThrough(way: readonly TableEntry[]): void {
  for (const entry of way) {
    const [word = 0n] = entry.words;
    if (entry.structure === 'context-legacy') entry.words[0] = insert(word, 3, 2, 2n);
    else if (entry.structure === 'pasid-table') {
      entry.words[0] = insert(word, 8, 6, 4n);
      return;
    }
  }
}

/** One in three fails within the first calls. */
function drawHook(choices: Choices): Pick<PageWalkCase, 'hookFailure'> {
  if (!choices.oneIn(3)) return {};
  return {
    hookFailure: { at: choices.one([0, 0, 1, 1, 2, 3, choices.pick(16)]), error: 1 + choices.pick(255) },
  };
}
