/**
 * Translation written down once more, from the manual and with all of its freedom: where there is no order among
 * conditions, where flags may be set early, where a page may be told in pieces, each case gets another choice. It
 * shares the masks of reserved bits and the table of answers with the optimized model, and no walk.
 */
import type {
  FaultRecord,
  Request,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import {
  isEmptyCompletion,
  isQualified,
  translatedStatus,
  translationStatus,
} from '../../optimized/responses.ts';
import { Attempt, freeUnitOf } from './attempt.ts';
import { choicesFor } from './choices.ts';
import { translateLegacy } from './legacy.ts';
import { INTERRUPT_COMPLETION, TAKEN, translateScalable } from './scalable.ts';
import type { Page } from './second-stage.ts';

const memory = new GuestMemory();
type Completed = Extract<RequestResult, { outcome: 'translated' }>;
const BLOCKED: RequestResult = { outcome: 'blocked' };

/** Answers one case. */
export function runFreeTranslation(testCase: TranslationCase): TranslationObservation {
  const { profile, rtaddr, requests } = testCase;
  memory.reset(profile.backed, testCase.memory);
  const choices = choicesFor(numbersOf(testCase));
  const unit = freeUnitOf(profile);
  const changed = new Map<bigint, bigint>();
  const results = requests.map((request) =>
    answer(new Attempt(unit, memory, request, choices, changed), rtaddr),
  );
  const words = [...changed].map(([address, value]) => ({ address, value }));
  return { results, memory: words.toSorted((a, b) => (a.address < b.address ? -1 : 1)) };
}

function* numbersOf({ rtaddr, memory: runs, requests }: TranslationCase): Iterable<bigint> {
  yield rtaddr;
  for (const { address } of requests) yield address;
  for (const { address, words } of runs) {
    yield address;
    yield* words;
  }
}

/** Step 1: what is no matter of tables (3.15, 11.4.6). */
function answer(attempt: Attempt, rtaddr: bigint): RequestResult {
  const { request, unit } = attempt;
  const { capabilities } = unit;
  const { kind = 'untranslated', pasid, address, op } = request;
  if (kind === 'translated' && pasid !== undefined && capabilities.PTRS === 0) {
    return { outcome: 'blocked', status: 'UR' };
  }
  if (kind === 'untranslated' && pasid === undefined && address >> 20n === 0xfeen) {
    return op === 'zero-length-read' ? { outcome: 'translated' } : BLOCKED;
  }
  const root = rtaddr & ~0xfffn;
  const separateRights = (rtaddr & 0x80n) !== 0n;
  switch (Number((rtaddr >> 10n) & 3n)) {
    case 0:
      if (kind === 'page-request') return reported(attempt, 0x32);
      if (pasid !== undefined) return reported(attempt, 0x31);
      if (separateRights) return reported(attempt, 0x30);
      return told(attempt, translateLegacy(attempt, root), true);
    case 1: {
      if (capabilities.SMTS === 0) return reported(attempt, 0x30);
      const { end, forced } = translateScalable(attempt, root);
      return told(attempt, end, false, forced);
    }
    case 2:
      return reported(attempt, 0x30);
    default:
      return reported(attempt, capabilities.ADMS === 1 ? 0x33 : 0x30);
  }
}

function told(attempt: Attempt, end: Page | number, isLegacy: boolean, forced = false): RequestResult {
  const { request, wants, choices } = attempt;
  const { kind, pasid } = request;
  if (end === TAKEN) return { outcome: 'queued' };
  const toInterrupts = kind === 'translation' && pasid === undefined && request.address >> 20n === 0xfeen;
  if (end === INTERRUPT_COMPLETION || (toInterrupts && typeof end !== 'number' && !attempt.isDoomed)) {
    return emptyCompletion(request, wants.dirties);
  }
  if (typeof end === 'number') return reported(attempt, end);
  const interrupt = overlapsInterrupts(attempt, end) ? [isLegacy ? 0x0e : 0x87] : [];
  if (attempt.isDoomed) return reported(attempt, attempt.fails(interrupt));
  const write = end.write && (kind !== 'translation' || wants.dirties);
  const isEmpty = kind === 'translation' && !end.read && !write;
  if (interrupt.length > 0 && !(isEmpty && choices.may())) {
    const beside = kind === 'translation' && end.address >> 20n !== 0xfeen && choices.may();
    if (!beside) return reported(attempt, attempt.fails(interrupt));
  }
  if (isEmpty) return emptyCompletion(request, false);
  attempt.succeed();
  const access = { outcome: 'translated', address: end.address, read: end.read, write } as const;
  const pageBits = interrupt.length > 0 ? 12 : choices.one([end.bits, 12, Math.min(end.bits, 21)]);
  if (kind === 'translated') return { outcome: 'translated', address: end.address };
  if (kind !== 'translation') return { ...access, pageBits };
  return {
    ...access,
    pageBits,
    user: false,
    privileged: pasid !== undefined && request.privileged === true,
    nonSnooped: end.snoop || forced,
    record: null,
  };
}

/** The page reaches into FEEx_xxxxh; pass-through and translated addresses were looked at before. */
function overlapsInterrupts({ request: { kind } }: Attempt, { address, bits, leaf }: Page): boolean {
  if (leaf === NOT_MAPPED && bits === 64) return false;
  const size = BigInt(kind === 'translation' ? Math.max(bits, 20) : 20);
  return address >> size === 0xfee0_0000n >> size;
}

const NOT_MAPPED = 0n;

function emptyCompletion({ pasid, privileged }: Request, untranslatedOnly: boolean): Completed {
  return {
    outcome: 'translated',
    read: false,
    write: untranslatedOnly,
    user: untranslatedOnly,
    privileged: pasid !== undefined && privileged === true,
    record: null,
  };
}

function reported(attempt: Attempt, code: number): RequestResult {
  const { request, fpd, choices } = attempt;
  const { kind, lastInGroup } = request;
  if (kind === 'translation' && isEmptyCompletion(code)) {
    const empty = emptyCompletion(request, false);
    // D23: that a flag can't be set may be recorded all the same.
    return code === 0x90 && choices.may() ? { ...empty, record: recordOf(attempt, code) } : empty;
  }
  const record = fpd && isQualified(code) ? null : recordOf(attempt, code);
  switch (kind) {
    case 'translation':
      return { outcome: 'blocked', status: translationStatus(code), code, record };
    case 'translated':
      return { outcome: 'blocked', status: translatedStatus(code), code, record };
    case 'page-request':
      return { outcome: 'blocked', status: lastInGroup === true ? 'invalid-request' : 'drop', code, record };
    default:
      // D27: how such a request ends on the bus is implementation specific.
      return { outcome: 'blocked', status: choices.one(['UR', 'CA']), code, record };
  }
}

function recordOf({ request, unit, choices }: Attempt, code: number): FaultRecord {
  const { sourceId, address, op, kind, pasid, privileged } = request;
  const { SAGAW, FSTS, FS5LP } = unit.capabilities;
  const second = (SAGAW & 8) !== 0 ? 57 : (SAGAW & 4) !== 0 ? 48 : (SAGAW & 2) !== 0 ? 39 : 64;
  const first = FSTS === 0 ? second : FS5LP === 1 ? 57 : 48;
  const width = BigInt(choices.one([second, Math.max(first, second)]));
  const read = op === 'zero-length-read' ? 'read' : op;
  return {
    code,
    sourceId,
    address: address & ((1n << width) - 0x1000n),
    // What T1 and T2 say of a translation request is not stated.
    op:
      kind === 'page-request'
        ? 'page-request'
        : kind === 'translation'
          ? choices.one(['read', 'write'])
          : read,
    pasidPresent: pasid !== undefined,
    ...(pasid === undefined ? {} : { pasid, privileged: privileged === true }),
  };
}
