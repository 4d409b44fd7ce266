/**
 * Reference translation of untranslated requests without PASID: everything that the architecture allows as
 * the answer (VT-d 3.4, 3.7, 3.9, 3.15, Table 30), step by step as the manual walks.
 *
 * Not said here, and therefore free: first-stage and nested translation where the unit has them, accessed
 * and dirty flags (SSADE), separate second-stage rights (SSIRWE, doubt D8), requests to FEEx_xxxxh, which are
 * interrupt requests (D3), and bits of RTADDR that must be zero. `expect` gives undefined for all of them.
 */
import { bit, bits, extract } from '../../spec/bits.ts';
import type { Profile, RequestResult, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { GuestMemory } from '../memory.ts';
import type { Alternative } from './alternative.ts';
import { translateLegacy } from './legacy.ts';
import { translateScalable } from './scalable.ts';
import { isInterruptAddress } from './second-stage.ts';
import { unitOf } from './unit.ts';
import { faults, type Step, type Walk } from './walk.ts';

/** What may be answered, the likeliest first; undefined when anything may. */
export type Expectation = readonly Alternative[] | undefined;

const LEGACY = 0b00n;
const SCALABLE = 0b01n;
const RESERVED = 0b10n;
const SSIRWE = bit(7);
const RTADDR_RESERVED = bits(9, 8) | bits(6, 0);

/** Reused for every case; nothing of a case outlives the call that reads it. */
const memory = new GuestMemory();

/** What may be answered to each request of `testCase`. */
export function expectations(testCase: TranslationCase): readonly Expectation[] {
  memory.reset(testCase.profile.backed, testCase.memory);
  return testCase.requests.map((_, index) => expectOne(testCase, index, undefined));
}

/** Every structure that request `index` reads, with what was decided there. */
export function walkTrace(testCase: TranslationCase, index: number): readonly Step[] {
  memory.reset(testCase.profile.backed, testCase.memory);
  const steps: Step[] = [];
  expectOne(testCase, index, (step) => steps.push(step));
  return steps;
}

/** The reference's own answers: the likeliest alternative of each request. */
export function runTranslation(testCase: TranslationCase): TranslationObservation {
  return {
    results: expectations(testCase).map((expected, index) => resultOf(testCase, index, expected?.[0])),
  };
}

function expectOne(testCase: TranslationCase, index: number, observe: Walk['observe']): Expectation {
  const { profile, rtaddr } = testCase;
  const request = testCase.requests[index];
  if (request === undefined) throw new RangeError(`the case has no request ${index}`);
  const unit = unitOf(profile);
  const walk: Walk = { unit, memory, request, fpd: [], observe };
  const { capabilities } = unit;
  if ((rtaddr & RTADDR_RESERVED) !== 0n || isInterruptAddress(request.address)) return undefined;

  // Step 1 of the walk: the mode must be one that the unit has (11.4.6).
  const mode = extract(rtaddr, 11, 10);
  const root = rtaddr & bits(profile.haw - 1, 12);
  const rootIsPlain = root === (rtaddr & bits(63, 12));
  const separateRights = (rtaddr & SSIRWE) !== 0n;
  switch (mode) {
    case LEGACY:
      if (separateRights) return capabilities.SSIRWS === 1 ? faults(walk, ['RTA.1.4']) : undefined;
      return rootIsPlain ? translateLegacy(walk, root) : undefined;
    case SCALABLE:
      if (capabilities.SMTS === 0) return faults(walk, ['RTA.1.3']);
      return rootIsPlain && !separateRights ? translateScalable(walk, root) : undefined;
    case RESERVED:
      return faults(walk, ['RTA.1.2']);
    default:
      return faults(walk, [capabilities.ADMS === 1 ? 'RTA.4' : 'RTA.1.1']);
  }
}

function resultOf(testCase: TranslationCase, index: number, answer: Alternative | undefined): RequestResult {
  if (answer === undefined) return { outcome: 'blocked' };
  if (answer.outcome === 'translated') {
    const { outcome, address, pageBits, read, write } = answer;
    return { outcome, address, pageBits, read, write };
  }
  const { code } = answer.condition;
  const { sourceId, address, op } = testCase.requests[index] as (typeof testCase.requests)[number];
  const page = address & bits(recordedWidths(testCase.profile).narrow - 1, 12);
  const record = { code, sourceId, address: page, op, pasidPresent: false };
  return { outcome: 'blocked', code, record: answer.recorded ? record : null };
}

/**
 * How much of the address a fault record keeps (FI, 11.4.7.6): bits 63:12, where those from the largest
 * AGAW of the unit up are zero. SAGAW speaks of second stage; whether the widths of first stage count as
 * well is not stated, so bits from `narrow` to below `wide` may be kept or zero.
 */
export function recordedWidths(profile: Profile): { readonly narrow: number; readonly wide: number } {
  const { SAGAW, FSTS, FS5LP } = unitOf(profile).capabilities;
  const secondStage = (SAGAW & 8) !== 0 ? 57 : (SAGAW & 4) !== 0 ? 48 : (SAGAW & 2) !== 0 ? 39 : 64;
  const firstStage = FSTS === 0 ? secondStage : FS5LP === 1 ? 57 : 48;
  return { narrow: Math.min(secondStage, firstStage), wide: Math.max(secondStage, firstStage) };
}
