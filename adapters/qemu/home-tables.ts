/**
 * The adapter's own translation tables, through which edu buffers are filled and emptied: every requester
 * of bus 0 to 255 reaches the GiB of SCRATCH at 0. AW is reserved where there is no second stage (9.6), and
 * QEMU then takes first-stage addresses up to 29 bits only. Turning translation off instead would do, but
 * makes QEMU rebuild its memory maps, which costs as much as hundreds of requests.
 */
import { SCRATCH, SCRATCH_PARTS } from './layout.ts';
import type { MemoryBlock } from './memory-file.ts';
import type { Capabilities } from './profile.ts';
import { SMTS } from './registers.ts';

const PAGE = 0x1000n;
const BASE = SCRATCH.start + BigInt(SCRATCH_PARTS.homeTables);
const ROOT_LEGACY = BASE;
const ROOT_SCALABLE = BASE + PAGE;
const CONTEXT_LEGACY = BASE + 2n * PAGE;
const CONTEXT_SCALABLE = BASE + 3n * PAGE;
const DIRECTORY = BASE + 4n * PAGE;
const PASID_TABLE = BASE + 5n * PAGE;
/** Second stage with AW=1 starts at its table of 1 GiB pages, first stage one level above its own. */
const GIB_TABLE = BASE + 6n * PAGE;
const FIRST_STAGE_TOP = BASE + 7n * PAGE;
const FIRST_STAGE_GIB_TABLE = BASE + 8n * PAGE;

const PRESENT = 1n;
const READ_WRITE = 3n;
const LARGE_PAGE = 0x80n;
const USER = 0x4n;
/** A and D: a walk that is not snooped must not find them clear (3.6.2). */
const ACCESSED = 0x20n;
const DIRTY = 0x40n;
const ADDRESS_WIDTH_39 = 1n;
const DOMAIN = 1n;
const SECOND_STAGE = 0b010n << 6n;
const FIRST_STAGE = 0b001n << 6n;
const SSTS = 1n << 46n;

const SCALABLE_MODE = 0b01n;

/** RTADDR for the adapter's tables: in scalable mode if `ttm` says so and the unit has it, else legacy. */
export function homeRoot(ttm: bigint, { ecap }: Capabilities): bigint {
  const scalable = ttm === SCALABLE_MODE && (ecap & SMTS) !== 0n;
  return scalable ? ROOT_SCALABLE | (SCALABLE_MODE << 10n) : ROOT_LEGACY;
}

/** Writes the tables for a unit with these capabilities. */
export function writeHomeTables(scratch: MemoryBlock, { ecap }: Capabilities): void {
  const fill = (table: bigint, entry: readonly bigint[]) => {
    const words = BigUint64Array.from({ length: 512 }, (_, index) => entry[index % entry.length] as bigint);
    scratch.write(Number(table - SCRATCH.start), words);
  };
  fill(ROOT_LEGACY, [CONTEXT_LEGACY | PRESENT, 0n]);
  fill(CONTEXT_LEGACY, [GIB_TABLE | PRESENT, (DOMAIN << 8n) | ADDRESS_WIDTH_39]);
  fill(ROOT_SCALABLE, [CONTEXT_SCALABLE | PRESENT, CONTEXT_SCALABLE | PRESENT]);
  fill(CONTEXT_SCALABLE, [DIRECTORY | PRESENT, 0n, 0n, 0n]);
  fill(DIRECTORY, [PASID_TABLE | PRESENT]);
  const secondStage = GIB_TABLE | SECOND_STAGE | (ADDRESS_WIDTH_39 << 2n) | PRESENT;
  const pasidEntry =
    (ecap & SSTS) !== 0n
      ? [secondStage, DOMAIN, 0n, 0n, 0n, 0n, 0n, 0n]
      : [FIRST_STAGE | PRESENT, DOMAIN, FIRST_STAGE_TOP, 0n, 0n, 0n, 0n, 0n];
  fill(PASID_TABLE, pasidEntry);
  const write = (address: bigint, entry: bigint) => {
    scratch.write(Number(address - SCRATCH.start), BigUint64Array.of(entry));
  };
  // R and W of second stage are P and R/W of first stage.
  const leaf = SCRATCH.start | LARGE_PAGE | READ_WRITE;
  write(GIB_TABLE, leaf);
  write(FIRST_STAGE_GIB_TABLE, leaf | USER | ACCESSED | DIRTY);
  write(FIRST_STAGE_TOP, FIRST_STAGE_GIB_TABLE | READ_WRITE | USER | ACCESSED);
}
