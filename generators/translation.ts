/**
 * Draws cases of area `translation`: one to three devices behind shared tables, a few pages at the borders
 * of tables and memory, up to three defects anywhere from the root entry to the page, FPD at any level, and
 * requests aimed at all of it. A case costs a dozen integers; an integer 0 is a part left out or plain.
 *
 * Not drawn: first stage and nesting where the unit has them, accessed and dirty flags (SSADE), SSIRWE in
 * scalable mode (D8), and requests to FEEx_xxxxh, which are interrupt requests (D3).
 */
import * as fc from 'fast-check';
import type { Profile, TranslationCase } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { Tables } from './tables.ts';
import { addDefect, disableFaultProcessing } from './translation-defects.ts';
import {
  type Device,
  type Domain,
  drawSourceId,
  newDomain,
  serveLegacy,
  serveScalable,
} from './translation-devices.ts';
import { addMapping, type Mapping, type Room } from './translation-mappings.ts';
import { drawRequest } from './translation-requests.ts';
import { type TranslationTarget, translationTarget } from './translation-target.ts';

const ANY_31_BITS = 0x7fff_ffff;
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
  const targets = profiles.map(translationTarget);
  const mostRequests = targets.some(({ emulated }) => emulated) ? MOST_REQUESTS_OF_EMULATOR : MOST_REQUESTS;
  const seed = fc.nat(ANY_31_BITS);
  const seeds = (least: number, most: number) =>
    fc.array(seed, { minLength: least, maxLength: most, size: 'max' });
  return fc
    .noBias(
      fc.tuple(
        fc.nat(targets.length - 1),
        seed,
        seeds(1, MOST_DEVICES),
        seeds(1, MOST_MAPPINGS),
        seeds(0, MOST_DEFECTS),
        seeds(1, mostRequests),
      ),
    )
    .map(([profileIndex, shape, devices, mappings, defects, requests]) =>
      build(targets[profileIndex] as TranslationTarget, { shape, devices, mappings, defects, requests }),
    );
}

function build(target: TranslationTarget, seeds: Seeds): TranslationCase {
  const shape = new Choices(seeds.shape);
  const mode = drawMode(target, shape);
  const [tableBlock, dataBlock] = drawBlocks(target, shape);
  const tables = new Tables(tableBlock, 1 + 2 * shape.pick(256));
  const room: Room = { target, tables, dataBlock };
  const root = tables.page();

  const domain = newDomain(target, tables, shape);
  const other = shape.oneIn(3) ? newDomain(target, tables, shape) : domain;
  const devices: Device[] = [];
  for (const seed of seeds.devices) {
    const choices = new Choices(seed);
    const sourceId = drawSourceId(target, choices);
    if (devices.some((device) => device.sourceId === sourceId)) continue;
    devices.push(serve(room, mode, root, sourceId, shape.oneIn(2) ? domain : other, choices));
  }
  const domains = devices.flatMap((device) => device.domain ?? []);
  const mappings: Mapping[] = [];
  if (domains.length > 0) {
    for (const seed of seeds.mappings) {
      const choices = new Choices(seed);
      mappings.push(addMapping(room, choices.one(domains), choices));
    }
  }
  if (shape.oneIn(4)) disableFaultProcessing(shape.one(tables.entries));
  for (const seed of seeds.defects) defect(room, new Choices(seed));
  const rootTable = target.holes.length > 0 && shape.oneIn(64) ? shape.one(target.holes) : root;
  return {
    area: 'translation',
    profile: target.profile,
    rtaddr: BigInt(rootTable) | mode,
    memory: tables.memory(),
    requests: seeds.requests.map((seed) => drawRequest(room, devices, mappings, new Choices(seed))),
  };
}

/** TTM, at times one that the unit does not have (11.4.6). */
function drawMode({ capabilities, addressWidths }: TranslationTarget, shape: Choices): bigint {
  const odd = shape.pick(64);
  if (odd === 61) return ABORT;
  if (odd === 62) return RESERVED_MODE;
  if (odd === 63) return capabilities.SSIRWS === 1 ? LEGACY | SSIRWE : SCALABLE;
  const legacyOnly = capabilities.SMTS === 0 || addressWidths.length === 0;
  return legacyOnly || shape.oneIn(3) ? LEGACY : SCALABLE;
}

/** A block for tables and another for data. */
function drawBlocks({ blocks }: TranslationTarget, shape: Choices): readonly [number, number] {
  const first = shape.pick(blocks.length);
  const second = (first + 1 + shape.pick(blocks.length - 1)) % blocks.length;
  return [blocks[first] as number, blocks[second] as number];
}

/** A device behind `domain`, or under pass-through where the unit has it. */
function serve(
  { target, tables }: Room,
  mode: bigint,
  root: number,
  sourceId: number,
  domain: Domain,
  choices: Choices,
): Device {
  const { capabilities } = target;
  const scalable = (mode & SCALABLE) !== 0n;
  const stage = scalable ? capabilities.SSTS === 1 : capabilities.SAGAW !== 0;
  const passThrough = capabilities.PT === 1 && (choices.oneIn(4) || !stage);
  const device = { sourceId, domain: passThrough ? undefined : domain };
  if (scalable) serveScalable(target, tables, root, device, choices);
  else serveLegacy(target, tables, root, device, choices);
  return device;
}

/** Half of the defects lie on second-stage paths, the other half on the way to them. */
function defect({ target, tables }: Room, choices: Choices): void {
  const paging = tables.entries.filter(({ structure }) => structure === 'second-stage');
  const others = tables.entries.filter(({ structure }) => structure !== 'second-stage');
  const entry = choices.one(paging.length > 0 && choices.oneIn(2) ? paging : others);
  if (choices.oneIn(5)) disableFaultProcessing(entry);
  else addDefect(target, entry, choices);
}
