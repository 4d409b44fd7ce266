/**
 * Optimized translation of every kind of request (VT-d 3.4 to 3.10, 4.2), on 32-bit halves. Separate
 * second-stage rights in scalable mode are not modelled: such a request is answered `blocked` and nothing else.
 */
import type {
  FaultRecord,
  Request,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import {
  current,
  PAGE_REQUEST,
  setCurrent,
  TRANSLATED,
  TRANSLATION,
  UNTRANSLATED,
} from './current-request.ts';
import { changedWords, forgetChanges, forgetNotes, setFlags } from './flags.ts';
import { translateLegacy } from './legacy.ts';
import { page, READ, WRITE } from './paging.ts';
import { isEmptyCompletion, isQualified, translatedStatus, translationStatus } from './responses.ts';
import { snoopForced, translateScalable } from './scalable.ts';
import {
  faultProcessing,
  INTERRUPT_COMPLETION,
  INTERRUPT_REQUEST,
  memory,
  REFUSED,
  UNMODELLED,
} from './tables-memory.ts';
import { caching, NOT_CACHED } from './translation-caches.ts';
import { type TranslationUnit, translationUnitOf } from './translation-unit.ts';

type Result = RequestResult;

/** Answers one case. */
export function runTranslation({
  profile,
  rtaddr,
  memory: runs,
  requests,
}: TranslationCase): TranslationObservation {
  const unit = translationUnitOf(profile);
  memory.reset(profile.backed, runs);
  forgetChanges();
  const rootLow = Number(rtaddr & 0xffff_ffffn);
  const rootHigh = Number(rtaddr >> 32n);
  const results = requests.map((request) => answerRequest(unit, rootHigh, rootLow, request));
  return { results, memory: changedWords(memory) };
}

/** Answers a request by the tables in memory, and by the caches in use; RTADDR_REG is `rootHigh`:`rootLow`. */
export function answerRequest(
  unit: TranslationUnit,
  rootHigh: number,
  rootLow: number,
  request: Request,
): Result {
  const { kind } = setCurrent(request, unit.zeroLengthReads, unit.noWriteFlag);
  faultProcessing.disabled = 0;
  snoopForced.value = false;
  forgetNotes();
  const code = translate(unit, rootHigh, rootLow);
  switch (code) {
    case 0:
      setFlags(memory);
      return kind === PAGE_REQUEST ? { outcome: 'queued' } : granted();
    case INTERRUPT_REQUEST:
      return request.op === 'zero-length-read' ? { outcome: 'translated' } : { outcome: 'blocked' };
    case UNMODELLED:
      return { outcome: 'blocked' };
    case REFUSED:
      return { outcome: 'blocked', status: 'UR' };
    case INTERRUPT_COMPLETION:
      return emptyCompletion((current.rights & WRITE) !== 0);
    default:
      if (kind === TRANSLATION && isEmptyCompletion(code)) return emptyCompletion(false);
      return blocked(unit, request, code);
  }
}

/** 0 with the page in `page`, a fault code, or one of those that stand for something else. */
function translate(unit: TranslationUnit, rootHigh: number, rootLow: number): number {
  const { kind, withPasid, high, low } = current;
  if (kind === TRANSLATED && withPasid && !unit.translatedPasids) return REFUSED;
  if (kind === UNTRANSLATED && !withPasid && high === 0 && low >>> 20 === 0xfee) return INTERRUPT_REQUEST;
  const separateRights = (rootLow & 0x80) !== 0;
  const root = (rootLow & 0xffff_f000) >>> 0;
  switch ((rootLow >>> 10) & 3) {
    case 0:
      if (kind === PAGE_REQUEST) return 0x32;
      if (withPasid) return 0x31;
      if (separateRights) return unit.separateRights ? 0x30 : UNMODELLED;
      return walk(unit, rootHigh, root, false);
    case 1:
      if (!unit.scalable) return 0x30;
      return separateRights ? UNMODELLED : walk(unit, rootHigh, root, true);
    case 2:
      return 0x30;
    default:
      return unit.abortDma ? 0x33 : 0x30;
  }
}

/** Through IOTLB and HPT leaf cache, where there are any, and then through the tables. */
function walk(unit: TranslationUnit, rootHigh: number, root: number, scalable: boolean): number {
  const { answers: caches } = caching;
  let code = caches === undefined ? NOT_CACHED : caches.find(unit, scalable);
  if (code !== NOT_CACHED) return code;
  code = scalable ? translateScalable(unit, rootHigh, root) : translateLegacy(unit, rootHigh, root);
  if (caches !== undefined) caches.keep(code);
  return code;
}

function granted(): Result {
  const { kind, withPasid, privileged, rights } = current;
  const allowed = kind === TRANSLATION ? page.rights & rights : page.rights;
  const access = {
    outcome: 'translated',
    address: (BigInt(page.high) << 32n) | BigInt(page.low),
    pageBits: page.bits,
    read: (allowed & READ) !== 0,
    write: (allowed & WRITE) !== 0,
  } as const;
  if (kind !== TRANSLATION) return access;
  return {
    ...access,
    user: false,
    privileged: withPasid && privileged,
    nonSnooped: page.snoop || snoopForced.value,
    record: null,
  };
}

/** A translation completion without an address; `untranslatedOnly` sets U and W (S.1 of Table 30). */
function emptyCompletion(untranslatedOnly: boolean): Result {
  return {
    outcome: 'translated',
    read: false,
    write: untranslatedOnly,
    user: untranslatedOnly,
    privileged: current.withPasid && current.privileged,
    record: null,
  };
}

function blocked(unit: TranslationUnit, request: Request, code: number): Result {
  const silent = faultProcessing.disabled !== 0 && isQualified(code);
  const record = silent ? null : recordOf(unit, request, code);
  switch (current.kind) {
    case UNTRANSLATED:
      return { outcome: 'blocked', code, record };
    case TRANSLATION:
      return { outcome: 'blocked', status: translationStatus(code), code, record };
    case TRANSLATED:
      return { outcome: 'blocked', status: translatedStatus(code), code, record };
    default:
      return {
        outcome: 'blocked',
        status: request.lastInGroup === true ? 'invalid-request' : 'drop',
        code,
        record,
      };
  }
}

function recordOf(
  unit: TranslationUnit,
  { sourceId, op, pasid, privileged }: Request,
  code: number,
): FaultRecord {
  const { high, low, kind } = current;
  const address = (BigInt(high & unit.recordedHigh) << 32n) | BigInt((low & 0xffff_f000) >>> 0);
  const read = op === 'zero-length-read' ? 'read' : op;
  return {
    code,
    sourceId,
    address,
    ...(kind === TRANSLATION ? {} : { op: kind === PAGE_REQUEST ? 'page-request' : read }),
    pasidPresent: pasid !== undefined,
    ...(pasid === undefined ? {} : { pasid, privileged: privileged === true }),
  };
}
