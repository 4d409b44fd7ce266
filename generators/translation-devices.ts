/**
 * Devices and what serves them: root and context entries, PASID directory and table, and one or two
 * second-stage domains or pass-through behind them. Structures are shared where the choices say so.
 */
import type { Choices } from './choices.ts';
import { PAGE_BYTES, type TableEntry, type Tables } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

/** Second-stage tables that devices may share. */
export interface Domain {
  /** Encoding of the address width; levels are aw + 2. */
  readonly aw: number;
  readonly levels: number;
  /** Physical address of the top table. */
  readonly top: number;
  /** Input addresses of this many bits are translated. */
  readonly limitBits: number;
}

export interface Device {
  readonly sourceId: number;
  /** Undefined under pass-through. */
  readonly domain: Domain | undefined;
}

/** A second-stage domain of a width that the unit has. */
export function newDomain(target: TranslationTarget, tables: Tables, choices: Choices): Domain {
  const aw = choices.one(target.addressWidths);
  const levels = aw + 2;
  const limitBits = Math.min(target.capabilities.MGAW + 1, 12 + 9 * levels);
  return { aw, levels, top: tables.table(levels), limitBits };
}

const buses = [0, 1, 0x80, 0xff] as const;
const deviceFunctions = [0, 7, 8, 0x7f, 0x80, 0xff] as const;

/** A requester that exists, or any. */
export function drawSourceId({ profile }: TranslationTarget, choices: Choices): number {
  if (profile.sourceIds) return choices.one(profile.sourceIds);
  const bus = choices.oneIn(4) ? choices.pick(256) : choices.one(buses);
  return bus * 256 + (choices.oneIn(2) ? choices.pick(256) : choices.one(deviceFunctions));
}

const PRESENT = 1n;
/** PASIDs whose directory entries share a page: 512 entries for 64 each. */
const PASIDS_PER_PAGE = 0x8000;

/** Gives `device` a legacy context entry. */
export function serveLegacy(
  target: TranslationTarget,
  tables: Tables,
  root: number,
  { sourceId, domain }: Device,
  choices: Choices,
): void {
  const address = root + 16 * (sourceId >> 8);
  const entry = tables.at(address) ?? tables.entry('root-legacy', address, [page(tables), 0n]);
  const widest = Math.max(...target.addressWidths);
  const type = domain ? (target.capabilities.DT === 1 && choices.oneIn(3) ? 1n : 0n) : 2n;
  const ignored = !domain && choices.oneIn(2) ? choices.word() & pointerMask(target) : 0n;
  const low = PRESENT | (type << 2n) | (domain ? BigInt(domain.top) : ignored);
  const words = [low, BigInt(domain?.aw ?? widest)];
  decorate(target, 'context-legacy', words, choices);
  tables.entry('context-legacy', pointer(entry, 0) + 16 * (sourceId & 0xff), words);
}

/** Gives `device` a scalable context entry, a PASID directory and a PASID table entry. */
export function serveScalable(
  target: TranslationTarget,
  tables: Tables,
  root: number,
  device: Device,
  choices: Choices,
): void {
  const { sourceId } = device;
  const { capabilities } = target;
  const half = (sourceId & 0x80) === 0 ? 0 : 1;
  const rootAddress = root + 16 * (sourceId >> 8);
  const format = half === 0 ? 'root-scalable-lower' : 'root-scalable-upper';
  const rootEntry = tables.at(rootAddress) ?? tables.entry(format, rootAddress, [0n, 0n]);
  if (rootEntry.words[half] === 0n) rootEntry.words[half] = page(tables);
  const contextAddress = pointer(rootEntry, half) + 32 * (sourceId & 0x7f);
  if (tables.at(contextAddress)) return;

  // Directory size, and the PASID that requests without one are given.
  const size = choices.oneIn(3) ? choices.pick(8) : 0;
  // A large directory reaches over many pages: only the one with the entry needs memory of its own.
  const directoryPage = tables.page();
  const most = Math.min(2 ** (size + 13), PASIDS_PER_PAGE * (1 + directoryPage / PAGE_BYTES));
  const pasid = capabilities.RPS === 1 ? requesterPasid(most, choices) : 0;
  const privileged = capabilities.RPRIVS === 1 && choices.oneIn(2);
  const index = pasid >> 6;
  const directory = directoryPage - Math.floor((index * 8) / PAGE_BYTES) * PAGE_BYTES;
  const context = [
    PRESENT | BigInt(directory) | (BigInt(size) << 9n) | requestFlags(target, choices),
    BigInt(pasid) | (privileged ? 1n << 20n : 0n),
    0n,
    0n,
  ];
  tables.entry('context-scalable', contextAddress, context);
  const directoryEntry = tables.entry('pasid-directory', directory + 8 * index, [page(tables)]);
  const tableAddress = pointer(directoryEntry, 0) + 64 * (pasid & 63);
  tables.entry('pasid-table', tableAddress, pasidWords(target, device, privileged, choices));
}

/** RID_PASID below `most`. */
function requesterPasid(most: number, choices: Choices): number {
  return choices.one([0, 0, 1, 63, 64, most - 1, choices.pick(most)]);
}

/** DTE, PRE, PASIDE, HPTE and EPTR as far as the unit has them, consistent with each other (9.4). */
function requestFlags({ capabilities }: TranslationTarget, choices: Choices): bigint {
  const flag = (has: number, bit: bigint): bigint => (has === 1 && choices.oneIn(2) ? 1n << bit : 0n);
  const deviceTlb = flag(capabilities.DT, 2n);
  const pasids = flag(capabilities.PASID, 3n);
  return (
    deviceTlb |
    pasids |
    (deviceTlb === 0n ? 0n : flag(capabilities.PRS, 4n)) |
    flag(capabilities.HPTS, 5n) |
    (pasids === 0n ? 0n : flag(capabilities.PTRS, 6n))
  );
}

function pasidWords(
  target: TranslationTarget,
  { domain }: Device,
  privileged: boolean,
  choices: Choices,
): bigint[] {
  const { capabilities } = target;
  const stage = domain
    ? (2n << 6n) | (BigInt(domain.aw) << 2n) | BigInt(domain.top)
    : (4n << 6n) | (capabilities.SSTS === 1 ? unusedSecondStage(target, choices) : 0n);
  // Privilege without SRE is SPT.6.
  const supervisor = capabilities.SRS === 1 && !choices.oneIn(privileged ? 8 : 2);
  const words = [PRESENT | stage, 0n, supervisor ? 1n : 0n, 0n, 0n, 0n, 0n, 0n];
  decorate(target, 'pasid-table', words, choices);
  return words;
}

/** AW and pointer of a pass-through entry: a width that the unit has, or anything. */
function unusedSecondStage(target: TranslationTarget, choices: Choices): bigint {
  if (choices.oneIn(2)) return choices.word() & (pointerMask(target) | 0x1cn);
  return BigInt(choices.one(target.addressWidths)) << 2n;
}

/** Sets bits that mean nothing to the requests of this area. */
function decorate(
  target: TranslationTarget,
  format: 'context-legacy' | 'pasid-table',
  words: bigint[],
  choices: Choices,
): void {
  if (!choices.oneIn(2)) return;
  for (const [word, mask] of target.idle(format).entries()) {
    if (mask !== 0n) words[word] = (words[word] ?? 0n) | (choices.word() & mask);
  }
}

/** Bits of a table pointer that the unit has. */
function pointerMask({ profile }: TranslationTarget): bigint {
  return ((1n << BigInt(profile.haw)) - 1n) & ~0xfffn;
}

function page(tables: Tables): bigint {
  return PRESENT | BigInt(tables.page());
}

function pointer(entry: TableEntry, word: number): number {
  const value = entry.words[word] ?? 0n;
  return Number(value - (value % BigInt(PAGE_BYTES)));
}
