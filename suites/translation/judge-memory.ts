/**
 * Judges which accessed and dirty flags are set after all requests of a case (3.6.2, 3.7.2): those that an
 * answer must have set are there, and nothing has changed but what some answer may have set.
 */
import type { Alternative } from '../../models/reference/alternative.ts';
import { allFlags, commonFlags, type FlagBits } from '../../models/reference/flags.ts';
import { type Expected, requiredFlags } from '../../models/reference/translation.ts';
import type { TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { hex } from './describe.ts';
import type { Findings } from './judge-request.ts';

/** What may be answered to a request, and which of it agrees with the answer that was given. */
export interface Answered {
  readonly expected: Expected | undefined;
  readonly taken: readonly Alternative[];
}

const flagRules = [
  { bit: 5n, rule: 'translation.flags.first-stage.accessed' },
  { bit: 6n, rule: 'translation.flags.first-stage.dirty' },
  { bit: 10n, rule: 'translation.flags.first-stage.extended-accessed' },
  { bit: 8n, rule: 'translation.flags.second-stage.accessed' },
  { bit: 9n, rule: 'translation.flags.second-stage.dirty' },
] as const;
/** Every bit of an entry that is judged as a flag. */
export const FLAG_BITS = flagRules.reduce((mask, { bit }) => mask | (1n << bit), 0n);
const UNTOUCHED = 'translation.flags.nothing-else';

/** `changed` are the words that hold other values than the case gave them. */
export function judgeMemory(
  testCase: TranslationCase,
  answered: readonly Answered[],
  changed: NonNullable<TranslationObservation['memory']>,
  findings: Findings,
): void {
  const required = allFlags(answered.map(({ taken }) => commonFlags(taken.map(requiredFlags))));
  const before = required.size + changed.length === 0 ? noWords : wordsOf(testCase);
  const after = new Map(changed.map(({ address, value }) => [address, value]));
  const valueAt = (address: bigint): bigint => after.get(address) ?? before.get(address) ?? 0n;
  for (const [address, bits] of required) {
    for (const { bit, rule } of flagRules) {
      const flag = 1n << bit;
      if ((bits & flag) === 0n || ((before.get(address) ?? 0n) & flag) !== 0n) continue;
      findings.exercised.add(rule);
      if ((valueAt(address) & flag) === 0n)
        report(findings, rule, address, `bit ${bit} set`, valueAt(address));
    }
  }

  // Where anything may be answered, anything may be set; and a wrong answer explains what it set.
  if (answered.some(({ expected, taken }) => expected === undefined || taken.length === 0)) return;
  findings.exercised.add(UNTOUCHED);
  if (changed.length === 0) return;
  const permitted = allFlags(answered.flatMap(permittedFlags));
  for (const [address, value] of after) {
    const original = before.get(address) ?? 0n;
    const stray = (value ^ original) & ~(~original & (permitted.get(address) ?? 0n));
    if (stray !== 0n) report(findings, UNTOUCHED, address, `bits ${hex(stray)} as they were`, value);
  }
}

/** Flags that the request may have set, given how it was answered. */
function permittedFlags({ expected, taken }: Answered): readonly FlagBits[] {
  const agreeing = taken.length > 0 ? taken : (expected?.alternatives ?? []);
  return [
    ...(expected === undefined ? [] : [expected.accessed]),
    ...agreeing.flatMap((one) => (one.outcome === 'translated' ? [one.required, one.permitted] : [])),
  ];
}

const noWords: ReadonlyMap<bigint, bigint> = new Map();

/** The words that the case gives, by address; the others that are backed are zero. */
export function wordsOf({ memory }: TranslationCase): ReadonlyMap<bigint, bigint> {
  const words = new Map<bigint, bigint>();
  for (const run of memory) {
    for (const [index, word] of run.words.entries()) words.set(run.address + 8n * BigInt(index), word);
  }
  return words;
}

function report(
  { mismatches }: Findings,
  rule: string,
  address: bigint,
  wanted: string,
  value: bigint,
): void {
  mismatches.push({
    rule,
    aspect: 'memory',
    expected: `${wanted} in the word at ${hex(address)}`,
    observed: hex(value),
  });
}
