/**
 * Draws cases of area `translation`: one to three devices behind shared tables, a few pages at the borders
 * of tables and memory, up to three defects anywhere from the root entry to the page, FPD at any level, and
 * requests aimed at all of it, some of them twice. A case costs a dozen integers; an integer 0 is a part left out or plain.
 *
 * Not drawn: SSIRWE in scalable mode (D8), and writes without PASID to FEEx_xxxxh, which are interrupt requests.
 */
import type * as fc from 'fast-check';
import { wordOf } from '../models/halves.ts';
import type { Profile, Request, TranslationCase } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { built, seed, seeds, upTo } from './drawing.ts';
import { isPage, isPaging, type TableEntry, Tables } from './tables.ts';
import { drawAgain } from './translation-again.ts';
import { addDefect, disableFaultProcessing } from './translation-defects.ts';
import { type Device, drawSourceId, serveLegacy, serveScalable } from './translation-devices.ts';
import { type Domain, newDomain } from './translation-domains.ts';
import { addMapping, type Mapping, type Room } from './translation-mappings.ts';
import { drawRequest } from './translation-requests.ts';
import { requestTarget, type TranslationTarget } from './translation-target.ts';

const FOUR_GIGABYTES = 2 ** 32;
const MOST_DEVICES = 3;
const MOST_MAPPINGS = 4;
const MOST_DEFECTS = 3;
const MOST_REQUESTS = 4;
/** A round trip to an emulator costs more than a request. */
const MOST_REQUESTS_OF_EMULATOR = 24;

const LEGACY = 0n;
const SCALABLE = 1n << 10n;
const RESERVED_MODE = 2n << 10n;
const ABORT = 3n << 10n;
const SSIRWE = 1n << 7n;

interface Seeds {
  readonly shape: number;
  readonly devices: readonly number[];
  readonly mappings: readonly number[];
  readonly defects: readonly number[];
  readonly requests: readonly number[];
}

/** Cases under `profiles`, shrinking to the first profile, one device, one request and no defect. */
export function anyTranslationCase(profiles: readonly Profile[]): fc.Arbitrary<TranslationCase> {
  const targets = weighted(profiles.map(requestTarget));
  const mostRequests = targets.some(({ emulated }) => emulated) ? MOST_REQUESTS_OF_EMULATOR : MOST_REQUESTS;
  return built(
    [
      upTo(targets.length - 1),
      seed,
      seeds(1, MOST_DEVICES),
      seeds(1, MOST_MAPPINGS),
      seeds(0, MOST_DEFECTS),
      seeds(1, mostRequests),
    ],
    (profileIndex, shape, devices, mappings, defects, requests) =>
      build(targets[profileIndex] as TranslationTarget, { shape, devices, mappings, defects, requests }),
  );
}

/** Every target, then again those with more to test, so that a draw shrinks to the first all the same. */
function weighted(targets: readonly TranslationTarget[]): readonly TranslationTarget[] {
  const nested = targets.filter(({ capabilities }) => capabilities.NEST === 1);
  const permissions = targets.filter(({ capabilities }) => capabilities.HPTS === 1);
  const firstStage = targets.filter(({ capabilities }) => capabilities.FSTS === 1);
  const both = permissions.filter(({ capabilities }) => capabilities.PTRS === 1);
  const flags = targets.filter(({ capabilities }) => capabilities.SSADS === 1);
  return [
    ...targets,
    ...firstStage,
    ...nested,
    ...nested,
    ...permissions,
    ...both,
    ...both,
    ...flags,
    ...flags,
  ];
}

function build(target: TranslationTarget, seeds: Seeds): TranslationCase {
  const shape = new Choices(seeds.shape);
  const mode = drawMode(target, shape);
  const [tableBlock, dataBlock] = drawBlocks(target, shape);
  const tables = new Tables(tableBlock, drawStep(tableBlock, shape));
  const room: Room = { target, tables, dataBlock };
  const root = tables.page();

  const legacy = (mode & SCALABLE) === 0n;
  const domains = [newDomain(target, tables, legacy, 2, shape)];
  for (let id = 3; shape.oneIn(3) && id < 5; id++) domains.push(newDomain(target, tables, legacy, id, shape));
  const devices: Device[] = [];
  for (const seed of seeds.devices) {
    const choices = new Choices(seed);
    const sourceId = drawSourceId(target, choices);
    if (devices.some((device) => device.sourceId === sourceId)) continue;
    devices.push(serve(room, mode, root, sourceId, domains, choices));
  }
  const mapped = domains.filter((domain) => devices.some((device) => isServed(device, domain)));
  const mappings: Mapping[] = [];
  if (mapped.length > 0) {
    for (const [index, seed] of seeds.mappings.entries()) {
      const choices = new Choices(seed);
      mappings.push(addMapping(room, mapped[index] ?? choices.one(mapped), choices));
    }
  }
  const paging: TableEntry[] = [];
  const pages: TableEntry[] = [];
  const others: TableEntry[] = [];
  for (const entry of tables.entries) {
    (isWalked(entry) ? paging : others).push(entry);
    if (isWalked(entry) && isPage(entry)) pages.push(entry);
  }
  if (shape.oneIn(4)) disableFaultProcessing(shape.one(others));
  // Where both stages have flags much has to be right before any of them is set.
  const isIntact = mapped.some(({ first, flags }) => first !== undefined && flags) && shape.oneIn(2);
  for (const seed of isIntact ? [] : seeds.defects) {
    const choices = new Choices(seed);
    // Most defects lie on paging and permission entries, of which pages have the most rules, the others before.
    const walked = pages.length > 0 && choices.oneIn(3) ? pages : paging;
    const entry = choices.one(walked.length > 0 && !choices.oneIn(3) ? walked : others);
    if (choices.oneIn(5)) disableFaultProcessing(entry);
    else addDefect(target, entry, choices);
  }
  const rootTable = target.holes.length > 0 && shape.oneIn(64) ? shape.one(target.holes) : root;
  return {
    area: 'translation',
    profile: target.profile,
    rtaddr: wordOf(rootTable) | mode,
    memory: tables.memory(),
    requests: seeds.requests.flatMap((seed) => drawRequests(room, devices, mappings, new Choices(seed))),
  };
}

/** A request, and one in three times another for the same page. */
function drawRequests(
  room: Room,
  devices: readonly Device[],
  mappings: readonly Mapping[],
  choices: Choices,
): readonly Request[] {
  const request = drawRequest(room, devices, mappings, choices);
  return choices.oneIn(3) ? [request, drawAgain(room.target, devices, request, choices)] : [request];
}

/** TTM, at times one that the unit does not have (11.4.6). */
function drawMode({ capabilities }: TranslationTarget, shape: Choices): bigint {
  const odd = shape.pick(64);
  if (odd === 61) return ABORT;
  if (odd === 62) return RESERVED_MODE;
  if (odd === 63) return capabilities.SSIRWS === 1 ? LEGACY | SSIRWE : SCALABLE;
  return capabilities.SMTS === 0 || shape.oneIn(5) ? LEGACY : SCALABLE;
}

/** Pages from one table to the next; from 4 GiB on one, so that a large directory reaches across. */
function drawStep(tableBlock: number, shape: Choices): number {
  const step = 1 + 2 * shape.pick(256);
  return tableBlock === FOUR_GIGABYTES ? 1 : step;
}

/** A block for tables and another for data. */
function drawBlocks({ blocks }: TranslationTarget, shape: Choices): readonly [number, number] {
  const first = shape.pick(blocks.length);
  const second = (first + 1 + shape.pick(blocks.length - 1)) % blocks.length;
  return [blocks[first] as number, blocks[second] as number];
}

/** A device behind one of `domains`, or under pass-through where the unit has it. */
function serve(
  { target, tables, dataBlock }: Room,
  mode: bigint,
  root: number,
  sourceId: number,
  domains: readonly Domain[],
  choices: Choices,
): Device {
  const { capabilities } = target;
  const scalable = (mode & SCALABLE) !== 0n;
  const { SSTS, FSTS, SAGAW, PT } = capabilities;
  const stage = scalable ? SSTS === 1 || FSTS === 1 : SAGAW !== 0;
  const passThrough = PT === 1 && (choices.oneIn(4) || !stage);
  const domain = passThrough ? undefined : choices.one(domains);
  if (!scalable) return serveLegacy(target, tables, root, sourceId, domain, choices);
  const others = PT === 1 ? [...domains, ...domains, undefined] : domains;
  return serveScalable(target, tables, root, sourceId, { dataBlock, domain, others }, choices);
}

function isServed({ domain, processes }: Device, wanted: Domain): boolean {
  return domain === wanted || processes.some((process) => process.domain === wanted);
}

function isWalked(entry: TableEntry): boolean {
  return isPaging(entry) || entry.structure === 'host-permission';
}
