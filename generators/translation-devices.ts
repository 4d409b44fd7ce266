/**
 * Devices and what serves them: root and context entries, PASID directory and table, and for requests without
 * PASID and for each process a domain or pass-through. Structures are shared where the choices say so.
 */
import { numberOf, wordOf } from '../models/halves.ts';
import type { Choices } from './choices.ts';
import { PAGE_BYTES, type TableEntry, type Tables } from './tables.ts';
import type { Domain } from './translation-domains.ts';
import { addHostPermissions } from './translation-host-permissions.ts';
import { pasidWords } from './translation-pasid-entries.ts';
import type { TranslationTarget } from './translation-target.ts';

/** What serves a PASID of a device. */
export interface Process {
  readonly pasid: number;
  /** Undefined under pass-through. */
  readonly domain: Domain | undefined;
}

export interface Device {
  readonly sourceId: number;
  /** Undefined under pass-through. */
  readonly domain: Domain | undefined;
  readonly processes: readonly Process[];
  /** RID_PASID. */
  readonly requesterPasid: number;
  /** PASIDs beyond the directory start here. */
  readonly pasidLimit: number;
  /** Host addresses / 4096 with a host permission. */
  readonly permitted: readonly number[];
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
const POINTER = 0xf_ffff_ffff_f000n;
/** PASIDs whose directory entries share a page: 512 entries for 64 each. */
const PASIDS_PER_PAGE = 0x8000;

/** A device with a legacy context entry. */
export function serveLegacy(
  target: TranslationTarget,
  tables: Tables,
  root: number,
  sourceId: number,
  domain: Domain | undefined,
  choices: Choices,
): Device {
  const address = root + 16 * (sourceId >> 8);
  const entry = tables.at(address) ?? tables.entry('root-legacy', address, [page(tables), 0n]);
  const widest = Math.max(...target.addressWidths);
  const type = domain ? (target.capabilities.DT === 1 && choices.oneIn(2) ? 1n : 0n) : 2n;
  const ignored = !domain && choices.oneIn(2) ? choices.word() & pointerMask(target) : 0n;
  const low = PRESENT | (type << 2n) | (domain ? wordOf(domain.second?.top ?? 0) : ignored);
  const words = [low, BigInt(domain?.aw ?? widest) | (BigInt(domain?.id ?? 1) << 8n)];
  decorate(target, 'context-legacy', words, choices);
  tables.entry('context-legacy', pointer(entry, 0) + 16 * (sourceId & 0xff), words);
  return { sourceId, domain, processes: [], requesterPasid: 0, pasidLimit: 2 ** 13, permitted: [] };
}

/** What a device in scalable mode may be given. */
export interface Offer {
  readonly dataBlock: number;
  readonly domain: Domain | undefined;
  /** Domains for processes, undefined for pass-through. */
  readonly others: readonly (Domain | undefined)[];
}

/** A device with a scalable context entry, a PASID directory and PASID table entries. */
export function serveScalable(
  target: TranslationTarget,
  tables: Tables,
  root: number,
  sourceId: number,
  { dataBlock, domain, others }: Offer,
  choices: Choices,
): Device {
  const { capabilities } = target;
  const half = (sourceId & 0x80) === 0 ? 0 : 1;
  const rootAddress = root + 16 * (sourceId >> 8);
  const format = half === 0 ? 'root-scalable-lower' : 'root-scalable-upper';
  const rootEntry = tables.at(rootAddress) ?? tables.entry(format, rootAddress, [0n, 0n]);
  if (rootEntry.words[half] === 0n) rootEntry.words[half] = page(tables);
  const contextAddress = pointer(rootEntry, half) + 32 * (sourceId & 0x7f);

  // Directory size, and the PASID that requests without one are given.
  const size = choices.oneIn(3) ? choices.pick(8) : 0;
  const pasidLimit = 2 ** (size + 13);
  // A large directory reaches over many pages: only the one with the entries needs memory of its own.
  const directoryPage = tables.page();
  const most = Math.min(pasidLimit, PASIDS_PER_PAGE * (1 + directoryPage / PAGE_BYTES));
  const requesterPasid = capabilities.RPS === 1 ? drawPasid(target, most, choices) : 0;
  const firstPasid = requesterPasid - (requesterPasid % PASIDS_PER_PAGE);
  const directory = directoryPage - (firstPasid / PASIDS_PER_PAGE) * PAGE_BYTES;
  const privileged = capabilities.RPRIVS === 1 && choices.oneIn(2);
  const withPasids = target.pasids && capabilities.PASID === 1;
  const processes: Process[] = [];
  for (let count = withPasids ? choices.pick(3) : 0; count > 0; count--) {
    const pasid = firstPasid + (drawPasid(target, pasidLimit, choices) % PASIDS_PER_PAGE);
    const known = pasid === requesterPasid || processes.some((process) => process.pasid === pasid);
    if (!known) processes.push({ pasid, domain: choices.one(others) });
  }
  const flags = requestFlags(target, processes.length > 0, choices);
  const context = [
    PRESENT | wordOf(directory) | (BigInt(size) << 9n) | flags,
    BigInt(requesterPasid) | (privileged ? 1n << 20n : 0n),
    0n,
    0n,
  ];
  tables.entry('context-scalable', contextAddress, context);
  const permissions = (flags & HOST_PERMISSIONS) !== 0n;
  const permitted: number[] = [];
  for (const served of [{ pasid: requesterPasid, domain }, ...processes]) {
    const host = permissions ? addHostPermissions(target, tables, dataBlock, choices, true) : undefined;
    if (host) permitted.push(...host.frames);
    const directoryAddress = directory + 8 * (served.pasid >> 6);
    const directoryEntry =
      tables.at(directoryAddress) ?? tables.entry('pasid-directory', directoryAddress, [page(tables)]);
    const words = pasidWords(target, served.domain, host?.words, choices);
    decorate(target, 'pasid-table', words, choices);
    tables.entry('pasid-table', pointer(directoryEntry, 0) + 64 * (served.pasid & 63), words);
  }
  return { sourceId, domain, processes, requesterPasid, pasidLimit, permitted };
}

/** A PASID below `most`, seldom one that PSS does not allow. */
export function drawPasid({ capabilities }: TranslationTarget, most: number, choices: Choices): number {
  const widest = 2 ** (capabilities.PSS + 1);
  const limit = choices.oneIn(12) ? most : Math.min(most, widest);
  const pasid = choices.one([0, 0, 1, 63, 64, limit - 1, choices.pick(limit)]);
  return pasid % 0x10_0000;
}

const DEVICE_TLB = 1n << 2n;
const PASIDS = 1n << 3n;
const PAGE_REQUESTS = 1n << 4n;
const HOST_PERMISSIONS = 1n << 5n;
const TRANSLATED_PASIDS = 1n << 6n;

/** DTE, PRE, PASIDE, HPTE and EPTR as far as the unit has them, consistent with each other (9.4). */
export function requestFlags(
  { capabilities }: TranslationTarget,
  processes: boolean,
  choices: Choices,
): bigint {
  const flag = (has: number, bit: bigint): bigint => (has === 1 && !choices.oneIn(5) ? bit : 0n);
  const deviceTlb = flag(capabilities.DT, DEVICE_TLB);
  const pasids = processes && !choices.oneIn(24) ? PASIDS : flag(capabilities.PASID, PASIDS);
  return (
    deviceTlb |
    pasids |
    (deviceTlb === 0n ? 0n : flag(capabilities.PRS, PAGE_REQUESTS)) |
    flag(capabilities.HPTS, HOST_PERMISSIONS) |
    (pasids === 0n ? 0n : flag(capabilities.PTRS, TRANSLATED_PASIDS))
  );
}

/** Sets bits that mean nothing to the requests of this area. */
function decorate(
  target: TranslationTarget,
  format: 'context-legacy' | 'pasid-table',
  words: bigint[],
  choices: Choices,
): void {
  if (!choices.oneIn(2)) return;
  target.idle(format).forEach((mask, word) => {
    if (mask !== 0n) words[word] = (words[word] ?? 0n) | (choices.word() & mask);
  });
}

/** Bits of a table pointer that the unit has. */
function pointerMask({ profile }: TranslationTarget): bigint {
  return ((1n << BigInt(profile.haw)) - 1n) & ~0xfffn;
}

function page(tables: Tables): bigint {
  return PRESENT | wordOf(tables.page());
}

function pointer(entry: TableEntry, word: number): number {
  return numberOf((entry.words[word] ?? 0n) & POINTER);
}
