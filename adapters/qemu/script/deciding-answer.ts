/**
 * Which answer of a finding shows the bug, and what may be answered there: a script that fails without this project
 * cannot judge, so everything that it has to know is asked of the judge beforehand.
 */
import { ruleOf } from '../../../spec/catalogue.ts';
import { faultConditions } from '../../../spec/faults.ts';
import type {
  Finding,
  InvalidationCase,
  InvalidationObservation,
  Mismatch,
  Request,
  RequestResult,
  StreamAnswer,
  TranslationCase,
  TranslationObservation,
} from '../../../spec/schema.ts';
import { isAnswered, judgeInvalidation } from '../../../suites/invalidation/judge.ts';
import { judgeTranslation } from '../../../suites/translation/judge.ts';
import { targetsOf } from '../case-memory.ts';
import type { Probe } from '../list-builder.ts';
import { resultWords } from './answer-words.ts';

/** Bits of a value that are known: what is read has to agree with one of them under its mask. */
export interface KnownBits {
  readonly value: bigint;
  readonly mask: bigint;
}

export type Deciding =
  /** An answer to a request; `allowed` are all answers that the judge takes there, in words. */
  | { readonly kind: 'request'; readonly answer: number; readonly allowed: readonly string[] }
  /** What a read or a load gave. */
  | { readonly kind: 'value'; readonly answer: number; readonly allowed: readonly KnownBits[] }
  /** What FSTS or IQH held after a step. */
  | {
      readonly kind: 'queue';
      readonly step: number;
      readonly register: 'FSTS' | 'IQH';
      readonly allowed: readonly KnownBits[];
    }
  /** Words of the tables. */
  | { readonly kind: 'memory' };

type Broken = Pick<Finding, 'rule' | 'aspect'>;
const UNOBSERVED = { outcome: 'unobserved' } as const;

/** Undefined where no single answer shows the breach: a number of answers, or two answers that differ. */
export function decidingTranslation(
  testCase: TranslationCase,
  { results, memory }: TranslationObservation,
  broken: Broken,
  probes: readonly Probe[],
): Deciding | undefined {
  const breaches = (answer: number, result: RequestResult) => {
    const told = results.map((one, index) => (index < answer ? one : index === answer ? result : UNOBSERVED));
    return binding(judgeTranslation(testCase, { results: told }).mismatches);
  };
  const answer = results.findIndex(
    (result, index) => breaches(index, result).length > breaches(index, UNOBSERVED).length,
  );
  const isOfMemory =
    memory !== undefined && binding(judgeTranslation(testCase, { results }).mismatches).length === 0;
  if (answer < 0 || !breaches(answer, results[answer] ?? UNOBSERVED).some((found) => isSame(found, broken))) {
    return broken.aspect === 'memory' || isOfMemory ? { kind: 'memory' } : undefined;
  }
  const fewest = breaches(answer, UNOBSERVED).length;
  const isAllowed = (result: RequestResult) => breaches(answer, result).length <= fewest;
  return {
    kind: 'request',
    answer,
    allowed: allowedWords(testCase.requests[answer], probes[answer], isAllowed),
  };
}

export function decidingStream(
  testCase: InvalidationCase,
  observation: InvalidationObservation,
  broken: Broken,
  probeOf: (answer: number) => Probe | undefined,
): Exclude<Deciding, { kind: 'memory' }> | undefined {
  let deciding: ReturnType<typeof decidingStream>;
  let answers = -1;
  judgeInvalidation(testCase, observation, ({ index, step, expectation, answer, mismatches, model }) => {
    if (isAnswered(step)) answers++;
    if (deciding !== undefined || !binding(mismatches).some((found) => isSame(found, broken))) return;
    if (answer === undefined || expectation.kind === 'silent') {
      const seen = observation.queue?.[index];
      const allowed = (['FSTS', 'IQH'] as const).map((register) => ({
        register,
        options: model.valuesOf(register),
        seen: register === 'FSTS' ? BigInt(seen?.faultStatus ?? 0) : (seen?.head ?? 0n),
      }));
      const wrong = allowed.find(({ options, seen }) =>
        options.every(({ value, mask }) => ((value ^ seen) & mask) !== 0n),
      );
      if (wrong !== undefined)
        deciding = {
          kind: 'queue',
          step: index,
          register: wrong.register,
          allowed: knownBits(wrong.options),
        };
    } else if (expectation.kind === 'value') {
      deciding = { kind: 'value', answer: answers, allowed: knownBits(expectation.options) };
    } else if (step.step === 'request') {
      deciding = { kind: 'request', answer: answers, allowed: [] };
    }
  });
  if (deciding?.kind !== 'request') return deciding;
  const { answer } = deciding;
  const step = testCase.steps.filter(isAnswered)[answer];
  const request = step?.step === 'request' ? step.request : undefined;
  const breaches = (result: StreamAnswer) => {
    const told = observation.answers.map((one, index) =>
      index < answer ? one : index === answer ? result : UNOBSERVED,
    );
    return binding(judgeInvalidation(testCase, { answers: told }).mismatches).length;
  };
  const fewest = breaches(UNOBSERVED);
  return {
    ...deciding,
    allowed: allowedWords(request, probeOf(answer), (result) => breaches(result) <= fewest),
  };
}

/** Every answer that a machine can show to `request` and that is allowed, in words. */
function allowedWords(
  request: Request | undefined,
  probe: Probe | undefined,
  isAllowed: (result: RequestResult) => boolean,
): readonly string[] {
  if (request === undefined || probe === undefined) return [];
  const { sourceId } = request;
  const op = request.op === 'write' ? 'write' : 'read';
  const address = request.address & ~0xfffn;
  const codes = [...new Set(faultConditions.map(({ code }) => code))];
  const shift = request.address - probe.address;
  const candidates: RequestResult[] = [
    { outcome: 'blocked', record: null },
    ...codes.map(
      (code): RequestResult => ({
        outcome: 'blocked',
        record: { code, sourceId, address, op, pasidPresent: false },
      }),
    ),
    ...targetsOf(probe.memory, probe.address).map(
      (target): RequestResult => ({ outcome: 'translated', address: BigInt.asUintN(64, target + shift) }),
    ),
  ];
  return candidates.filter(isAllowed).map(resultWords);
}

function binding(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  return mismatches.filter(({ rule }) => ruleOf(rule)?.level !== 'may');
}

function isSame(mismatch: Mismatch, { rule, aspect }: Broken): boolean {
  return mismatch.rule === rule && mismatch.aspect === aspect;
}

function knownBits(options: readonly KnownBits[]): readonly KnownBits[] {
  const byText = new Map(
    options.map(({ value, mask }) => [`${value & mask} ${mask}`, { value: value & mask, mask }]),
  );
  return [...byText.values()];
}
