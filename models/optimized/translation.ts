/**
 * Optimized translation of untranslated requests without PASID (VT-d 3.4), on 32-bit halves. First stage
 * and nesting, accessed and dirty flags, separate second-stage rights and interrupt requests are not
 * modelled: such a request is answered `blocked` and nothing else.
 */
import type { Request, RequestResult, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { GuestMemory, READ_ERROR } from '../memory.ts';
import {
  contextFault,
  directoryFault,
  pasidFault,
  rootFault,
  rootHalfFault,
  scalableContextFault,
  VALID,
} from './entry-faults.ts';
import { page, READ, WRITE, walkSecondStage } from './second-stage.ts';
import { type TranslationUnit, translationUnitOf } from './translation-unit.ts';

const UNMODELLED = -1;
const FPD = 2;

/** Reused for every case. */
const memory = new GuestMemory();
/** Fault processing disable of the entries that the request has met. */
let fpd = 0;

/** Answers one case. */
export function runTranslation({
  profile,
  rtaddr,
  memory: runs,
  requests,
}: TranslationCase): TranslationObservation {
  const unit = translationUnitOf(profile);
  memory.reset(profile.backed, runs);
  const rootLow = Number(rtaddr & 0xffff_ffffn);
  const rootHigh = Number(rtaddr >> 32n);
  return { results: requests.map((request) => answer(unit, rootHigh, rootLow, request)) };
}

function answer(unit: TranslationUnit, rootHigh: number, rootLow: number, request: Request): RequestResult {
  const { sourceId, address, op } = request;
  const low = Number(address & 0xffff_ffffn);
  const high = Number(address >> 32n);
  fpd = 0;
  const code = translate(unit, rootHigh, rootLow, sourceId, high, low, op === 'read' ? READ : WRITE);
  if (code === UNMODELLED) return { outcome: 'blocked' };
  if (code === VALID) {
    return {
      outcome: 'translated',
      address: (BigInt(page.high) << 32n) | BigInt(page.low),
      pageBits: page.bits,
      read: (page.rights & READ) !== 0,
      write: (page.rights & WRITE) !== 0,
    };
  }
  if (fpd !== 0 && isQualified(code)) return { outcome: 'blocked', code, record: null };
  const recorded = (BigInt(high & unit.recordedHigh) << 32n) | BigInt((low & 0xffff_f000) >>> 0);
  return {
    outcome: 'blocked',
    code,
    record: { code, sourceId, address: recorded, op, pasidPresent: false },
  };
}

/** RTA.*, root entries, and read errors of root, context and PASID structures are recorded despite FPD. */
function isQualified(code: number): boolean {
  switch (code) {
    case 0x01:
    case 0x08:
    case 0x09:
    case 0x0a:
    case 0x30:
    case 0x33:
    case 0x38:
    case 0x39:
    case 0x3a:
    case 0x40:
    case 0x50:
    case 0x58:
      return false;
    default:
      return true;
  }
}

/** 0 with the page in `page`, a fault code, or UNMODELLED. */
function translate(
  unit: TranslationUnit,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
  high: number,
  low: number,
  right: number,
): number {
  if (high === 0 && low >>> 20 === 0xfee) return UNMODELLED;
  const separateRights = (rootLow & 0x80) !== 0;
  const root = (rootLow & 0xffff_f000) >>> 0;
  switch ((rootLow >>> 10) & 3) {
    case 0:
      if (separateRights) return unit.separateRights ? 0x30 : UNMODELLED;
      return legacy(unit, rootHigh, root, sourceId, high, low, right);
    case 1:
      if (!unit.scalable) return 0x30;
      return separateRights ? UNMODELLED : scalable(unit, rootHigh, root, sourceId, high, low, right);
    case 2:
      return 0x30;
    default:
      return unit.abortDma ? 0x33 : 0x30;
  }
}

function legacy(
  unit: TranslationUnit,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
  high: number,
  low: number,
  right: number,
): number {
  const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
  if (root === READ_ERROR) return 0x08;
  const { halves } = memory;
  let fault = rootFault(unit.entries, halves, root);
  if (fault !== VALID) return fault;
  const table = pointerLow(halves, root);
  const context = memory.locate(halves[root + 1] as number, table + 16 * (sourceId & 0xff));
  if (context === READ_ERROR) return 0x09;
  const contextLow = halves[context] as number;
  fpd |= contextLow & FPD;
  fault = contextFault(unit.entries, halves, context);
  if (fault !== VALID) return fault;
  if (((contextLow >>> 2) & 3) === 2) return passThrough(unit, high, low, 0x04);
  const levels = 2 + ((halves[context + 2] as number) & 7);
  const topHigh = halves[context + 1] as number;
  return walkSecondStage(unit, memory, true, levels, topHigh, pointerLow(halves, context), high, low, right);
}

function scalable(
  unit: TranslationUnit,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
  high: number,
  low: number,
  right: number,
): number {
  const { entries } = unit;
  const { halves } = memory;
  // Devices 16 to 31 have the upper half of the root entry and a context table of their own.
  const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
  if (root === READ_ERROR) return 0x38;
  const half = root + ((sourceId & 0x80) === 0 ? 0 : 2);
  let fault = rootHalfFault(entries, halves, half);
  if (fault !== VALID) return fault;

  const contextTable = pointerLow(halves, half);
  const context = memory.locate(halves[half + 1] as number, contextTable + 32 * (sourceId & 0x7f));
  if (context === READ_ERROR) return 0x40;
  fpd |= (halves[context] as number) & FPD;
  fault = scalableContextFault(entries, halves, context);
  if (fault !== VALID) return fault;

  const requester = halves[context + 2] as number;
  const pasid = unit.requesterPasid ? requester & 0xf_ffff : 0;
  const directoryTable = pointerLow(halves, context) + 8 * (pasid >>> 6);
  const carry = Math.floor(directoryTable / 0x1_0000_0000);
  const directory = memory.locate((halves[context + 1] as number) + carry, directoryTable >>> 0);
  if (directory === READ_ERROR) return 0x50;
  fpd |= (halves[directory] as number) & FPD;
  fault = directoryFault(entries, halves, directory);
  if (fault !== VALID) return fault;

  const pasidTable = pointerLow(halves, directory);
  const entry = memory.locate(halves[directory + 1] as number, pasidTable + 64 * (pasid & 63));
  if (entry === READ_ERROR) return 0x58;
  fpd |= (halves[entry] as number) & FPD;
  fault = pasidFault(entries, halves, entry);
  if (fault !== VALID) return fault;

  const privileged = unit.requesterPrivilege && (requester & 0x10_0000) !== 0;
  if (privileged && ((halves[entry + 4] as number) & 1) === 0) return 0x5d;
  const entryLow = halves[entry] as number;
  const type = (entryLow >>> 6) & 7;
  if (type === 4) return passThrough(unit, high, low, 0x83);
  if (type !== 2 || (entryLow & 0x200) !== 0) return UNMODELLED;
  const levels = 2 + ((entryLow >>> 2) & 7);
  const topHigh = halves[entry + 1] as number;
  return walkSecondStage(unit, memory, false, levels, topHigh, pointerLow(halves, entry), high, low, right);
}

/** Input is output, as far as the host address width reaches (3.9). */
function passThrough(unit: TranslationUnit, high: number, low: number, beyondHostWidth: number): number {
  if ((high & unit.entries.aboveHaw) !== 0) return beyondHostWidth;
  page.high = high;
  page.low = low;
  page.bits = 64;
  page.rights = READ | WRITE;
  return VALID;
}

/** Bits 31:12 of the pointer at `at`. */
function pointerLow(halves: Uint32Array, at: number): number {
  return ((halves[at] as number) & 0xffff_f000) >>> 0;
}
