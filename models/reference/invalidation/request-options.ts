/** What may be answered to one request of a stream, from the ways that it may take through caches and memory. */
import type { Capabilities } from '../../../spec/capabilities.ts';
import type { Request } from '../../../spec/schema.ts';
import { type Alternative, blockedAnyhow, translated } from '../alternative.ts';
import { isInterruptAddress } from '../input-address.ts';
import { type Entry, isGuestPage } from './cached-entry.ts';
import type { GoneOption, RequestOption, StepExpectation, ValueOption, Way, Witness } from './expectation.ts';
import type { GoneWay } from './gone.ts';
import type { Passage } from './made-entries.ts';
import { isSameAnswer } from './same-answer.ts';

type Expected = Extract<StepExpectation, { kind: 'request' }>;

/** `gone` and `further` are worked out when they are asked for, which must be before the model goes on. */
export class RequestExpectation implements Expected {
  readonly kind = 'request';
  readonly options: readonly RequestOption[];
  readonly #findGone: (besideHeld: boolean) => readonly GoneOption[];
  readonly #findFurther: () => Iterable<Iterable<RequestOption>>;
  #gone: readonly GoneOption[] | undefined;

  constructor(
    options: readonly RequestOption[],
    findGone: (besideHeld: boolean) => readonly GoneOption[],
    findFurther: () => Iterable<Iterable<RequestOption>>,
  ) {
    this.options = options;
    this.#findGone = findGone;
    this.#findFurther = findFurther;
  }

  get further(): Iterable<Iterable<RequestOption>> {
    return this.#findFurther();
  }

  get gone(): readonly GoneOption[] {
    this.#gone ??= this.#findGone(false);
    return this.#gone;
  }

  get goneBesideHeld(): readonly GoneOption[] {
    return this.#findGone(true);
  }
}

/** Adds each answer of `passages` once, the likeliest first: those of memory alone lead. */
export function addOptions(options: RequestOption[], way: Way, passages: readonly Passage[]): void {
  const start = options.length;
  for (const { answers, used } of passages) {
    for (const answer of answers ?? []) {
      const witness = used.length === 0 ? undefined : { entries: used };
      const known = options.findIndex((one, index) => index >= start && isSameAnswer(one.answer, answer));
      if (known < 0) options.push({ way, answer, witness });
      else if (isUnlisted(options[known]?.witness) && !isUnlisted(witness)) {
        options[known] = { way, answer, witness };
      }
    }
  }
}

/** It needs what 6.2.4 and 6.2.5 do not list: entries that they do are likelier. */
function isUnlisted(witness: Witness | undefined): boolean {
  // The witnesses of the model are made of its own entries.
  const entries = (witness?.entries ?? []) as readonly Entry[];
  return entries.some(isGuestPage);
}

/** Each answer of `passages`, worked out when it comes up. */
export function* optionsOf(way: Way, passages: Iterable<Passage>): Iterable<RequestOption> {
  for (const { answers, used } of passages) {
    for (const answer of answers ?? []) yield { way, answer, witness: { entries: used } };
  }
}

/** Answers that only what was dropped could give, once for each rule that dropped what gives it. */
export function goneOptions(
  ways: readonly GoneWay[],
  options: readonly RequestOption[],
): readonly GoneOption[] {
  const gone: GoneOption[] = [];
  for (const { passage, rule } of ways) {
    for (const answer of passage.answers ?? []) {
      const isKnown = (known: { readonly answer: Alternative }) => isSameAnswer(known.answer, answer);
      if (options.some(isKnown) || gone.some((known) => known.rule === rule && isKnown(known))) continue;
      gone.push({ answer, rule, slots: passage.slots });
    }
  }
  return gone;
}

/**
 * The answer while translation is off (11.4.4, TE): the address is taken as it is, and a PASID is ignored (3.1);
 * requests of Device-TLBs are unsupported, and nothing is said of codes and records (4.2.1). Undefined where nothing
 * is stated: for page requests, requests of Device-TLBs to a unit that has none, and FEEx_xxxxh (D29).
 */
export function withoutTranslation(
  { DT }: Capabilities,
  { kind = 'untranslated', address, pasid }: Request,
): Alternative | undefined {
  if (kind === 'page-request') return undefined;
  if (kind !== 'untranslated') {
    return DT === 1 ? { ...blockedAnyhow('invalidation.translation-off.ats'), status: 'UR' } : undefined;
  }
  if (isInterruptAddress(address)) return undefined;
  const rule = pasid === undefined ? 'invalidation.translation-off' : 'invalidation.translation-off.pasid';
  return translated({ rules: [rule], address, pageBits: 64, read: undefined, write: undefined });
}

export function isQueued(option: RequestOption | ValueOption): boolean {
  return 'answer' in option && option.answer.outcome === 'queued';
}
