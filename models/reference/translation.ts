/**
 * Reference translation: everything that the architecture allows as the answer to each request of a case,
 * and as the flags that requests leave in memory (VT-d 3, 4, Table 30), step by step as the manual walks.
 * Translation is enabled. The requests are made one after the other.
 *
 * Not said here, and therefore free: separate second-stage rights (SSIRWE, doubt D8), writes without PASID to
 * FEEx_xxxxh, which may be interrupt requests, bits of RTADDR that must be zero, and requests of kinds that
 * the unit knows nothing of; and everything from a request on that has a tag of caches in common with an earlier one,
 * and other tables. An expectation is undefined for all of them.
 */
import { bit, bits, extract } from '../../spec/bits.ts';
import type { Request, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { GuestMemory } from '../memory.ts';
import { type Alternative, blockedAnyhow, faults, translated } from './alternative.ts';
import { orRefusedAddress } from './ats.ts';
import {
  addFlags,
  allFlags,
  commonFlags,
  type FlagBits,
  Flags,
  type MutableFlagBits,
  noFlags,
} from './flags.ts';
import { isInterruptAddress } from './input-address.ts';
import { translateLegacy } from './legacy.ts';
import { Lookups } from './lookups.ts';
import { columnOf, isAts } from './request.ts';
import { resultOf } from './result.ts';
import { translateScalable } from './scalable.ts';
import { TableTags } from './table-tags.ts';
import { type Unit, unitOf } from './unit.ts';
import type { Step, Traces, Walk } from './walk.ts';

/** What may be answered, the likeliest first; undefined when anything may. */
export type Expectation = readonly Alternative[] | undefined;

/** With what the request may leave in memory. */
export interface Expected {
  readonly alternatives: readonly Alternative[];
  /** Flags that the request may set whatever the answer. */
  readonly accessed: FlagBits;
}

const LEGACY = 0b00n;
const SCALABLE = 0b01n;
const RESERVED = 0b10n;
const SSIRWE = bit(7);
const RTADDR_RESERVED = bits(9, 8) | bits(6, 0);

/** Reused for every case; nothing of a case outlives the call that reads it. */
const memory = new GuestMemory();

/** What may be answered to each request of `testCase`. */
export function expectations(testCase: TranslationCase): readonly Expectation[] {
  return expectationsWithFlags(testCase).map((expected) => expected?.alternatives);
}

/** The same with the flags that requests may set early; undefined when anything may be answered, or set. */
export function expectationsWithFlags(testCase: TranslationCase): readonly (Expected | undefined)[] {
  return expectAll(testCase, undefined);
}

/** Every structure that request `index` reads, with what was decided there. */
export function walkTrace(testCase: TranslationCase, index: number): readonly Step[] {
  const steps: Step[] = [];
  expectAll(testCase, (step, request) => {
    if (request === index) steps.push(step);
  });
  return steps;
}

/** The reference's own answers: the likeliest alternative of each request, and no flag set early. */
export function runTranslation(testCase: TranslationCase): TranslationObservation {
  const set: MutableFlagBits = new Map();
  const results = expectations(testCase).map((expected, index) => {
    const answer = expected?.[0];
    if (answer?.outcome === 'translated') addFlags(set, answer.required);
    return resultOf(testCase, testCase.requests[index] as Request, answer);
  });
  return { results, memory: changedWords(set) };
}

/** `memory` still holds the tables of the case. */
function changedWords(set: FlagBits): { readonly address: bigint; readonly value: bigint }[] {
  return [...set]
    .map(([address, flags]) => ({ address, before: memory.read(address) ?? 0n, flags }))
    .filter(({ before, flags }) => (flags & ~before) !== 0n)
    .map(({ address, before, flags }) => ({ address, value: before | flags }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

type Observer = (step: Step, request: number) => void;

function expectAll(
  testCase: TranslationCase,
  observe: Observer | undefined,
): readonly (Expected | undefined)[] {
  memory.reset(testCase.profile.backed, testCase.memory);
  const unit = unitOf(testCase.profile);
  const flags = new Flags();
  const history = new Lookups();
  const tags = new TableTags();
  return testCase.requests.map((request, index) => {
    const traces: Traces = { accessed: new Map(), unsure: false };
    const walk: Walk = {
      unit,
      memory,
      request,
      column: columnOf(request),
      flags,
      traces,
      history,
      tags,
      fpd: [],
      observe: observe && ((step) => observe(step, index)),
      reader: undefined,
    };
    const alternatives = translate(walk, testCase.rtaddr);
    history.add(request);
    if (alternatives === undefined || traces.unsure || tags.clash) return undefined;
    if (index + 1 < testCase.requests.length) leaveBehind(flags, alternatives, traces.accessed);
    return { alternatives, accessed: traces.accessed };
  });
}

/** Counts what the memory holds for sure after a request, and what it may hold. */
function leaveBehind(flags: Flags, alternatives: readonly Alternative[], accessed: FlagBits): void {
  const permitted = [accessed];
  for (const answer of alternatives) {
    if (answer.outcome === 'translated') permitted.push(answer.required, answer.permitted);
  }
  flags.add(commonFlags(alternatives.map(requiredFlags)), allFlags(permitted));
}

/** The flags that are set when the request is answered so. */
export function requiredFlags(answer: Alternative): FlagBits {
  return answer.outcome === 'translated' ? answer.required : noFlags;
}

/** What may come of the request with RTADDR_REG as latched, the likeliest first; undefined when anything may. */
export function translate(walk: Walk, rtaddr: bigint): Expectation {
  const { request, unit } = walk;
  const { kind = 'untranslated', pasid } = request;
  if ((rtaddr & RTADDR_RESERVED) !== 0n || !isKnown(request, unit)) return undefined;
  if (kind === 'untranslated' && pasid === undefined && isInterruptAddress(request.address)) {
    return interruptRequest(request, unit, rtaddr);
  }

  // The root complex blocks it in every mode, so that the unit may never see it (4.2.5).
  if (kind === 'translated' && pasid !== undefined && unit.capabilities.PTRS === 0) {
    return [blockedAnyhow('translation.translated-request.pasid')];
  }

  // Step 1 of the walk: the mode must be one that the unit has (11.4.6).
  const { capabilities, profile } = unit;
  const mode = extract(rtaddr, 11, 10);
  const root = rtaddr & bits(profile.haw - 1, 12);
  const rootIsPlain = root === (rtaddr & bits(63, 12));
  const separateRights = (rtaddr & SSIRWE) !== 0n;
  switch (mode) {
    case LEGACY:
      if (separateRights && capabilities.SSIRWS === 0) return undefined;
      if (kind === 'page-request') return faults(walk, ['RTA.3']);
      if (pasid !== undefined) return faults(walk, ['RTA.2']);
      if (separateRights) return orRefusedAddress(walk, faults(walk, ['RTA.1.4']), 'legacy');
      return rootIsPlain ? orRefusedAddress(walk, translateLegacy(walk, root), 'legacy') : undefined;
    case SCALABLE:
      if (capabilities.SMTS === 0) return faults(walk, ['RTA.1.3']);
      if (!rootIsPlain || separateRights) return undefined;
      return orRefusedAddress(walk, translateScalable(walk, root), 'scalable');
    case RESERVED:
      return faults(walk, ['RTA.1.2']);
    default:
      return faults(walk, [capabilities.ADMS === 1 ? 'RTA.4' : 'RTA.1.1']);
  }
}

/**
 * Not translated (3.15): a write may be an interrupt request, a zero-length read passes by the remapping
 * hardware, everything else is blocked. The code for that is told in one place only (29h, D3).
 */
function interruptRequest(
  { op }: Request,
  { capabilities }: Unit,
  rtaddr: bigint,
): readonly Alternative[] | undefined {
  if (op === 'write') return undefined;
  if (op !== 'zero-length-read') return [blockedAnyhow('translation.interrupt-range.read')];
  // What passes by a unit that blocks everything is not stated.
  const mode = extract(rtaddr, 11, 10);
  if (mode !== LEGACY && (mode !== SCALABLE || capabilities.SMTS === 0)) return undefined;
  const rules = ['translation.interrupt-range.zero-length-read'];
  return [translated({ rules, address: undefined, pageBits: 64, read: undefined, write: undefined })];
}

/** What a unit without Device-TLBs, PASIDs or page requests makes of them is not stated. */
function isKnown(request: Request, { capabilities }: Unit): boolean {
  if (isAts(request) && capabilities.DT === 0) return false;
  if (request.pasid !== undefined && capabilities.PASID === 0) return false;
  return request.kind !== 'page-request' || capabilities.PRS === 1;
}
