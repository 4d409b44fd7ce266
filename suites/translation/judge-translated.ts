/** Judges an answer that lets the request through, or completes a translation request (4.2.3). */
import { rulesOf, type Translated } from '../../models/reference/alternative.ts';
import { ALL_64, bits } from '../../spec/bits.ts';
import type { Aspect, Mismatch, Request, RequestResult } from '../../spec/schema.ts';
import { hex } from './describe.ts';
import type { Findings } from './judge-request.ts';

type TranslatedResult = Extract<RequestResult, { outcome: 'translated' }>;

interface Comparison {
  readonly rule: string;
  readonly aspect: Aspect;
  readonly agrees: boolean;
  /** What was expected and what was observed, in words: only for an answer that is wrong. */
  readonly tell: () => Pick<Mismatch, 'expected' | 'observed'>;
}

/** The alternatives among `allowed` that the answer agrees with. */
export function judgeTranslated(
  request: Request,
  allowed: readonly Translated[],
  result: TranslatedResult,
  { exercised, mismatches }: Findings,
): readonly Translated[] {
  const compared = allowed.map((one) => comparisons(request, one, result));
  const agreeing = compared.map((all) => all.every(({ agrees }) => agrees));
  const shown = compared[Math.max(agreeing.indexOf(true), 0)] ?? [];
  for (const { rule } of shown) exercised.add(rule);
  const taken = allowed.filter((_, index) => agreeing[index]);
  if (taken.length > 0) return taken;
  for (const { rule, aspect, agrees, tell } of shown) {
    if (!agrees) mismatches.push({ rule, aspect, ...tell() });
  }
  return [];
}

/** What was observed and what is known, side by side. */
function comparisons(request: Request, allowed: Translated, result: TranslatedResult): readonly Comparison[] {
  const [rule = ''] = rulesOf(allowed);
  const { completion } = allowed;
  const all = [
    addressComparison(request, rule, allowed, result),
    sizeComparison(allowed, result),
    flag('permission', rightsRule(allowed, rule), 'read', allowed.read, result.read),
    flag('permission', rightsRule(allowed, rule), 'write', allowed.write, result.write),
    flag('outcome', completed.untranslatedOnly, 'U', completion?.user, result.user),
    flag('outcome', completed.privileged, 'PRIV', completion?.privileged, result.privileged),
    flag('outcome', completed.nonSnooped, 'N', completion?.nonSnooped, result.nonSnooped),
    recordComparison(allowed, result),
  ];
  return all.filter((comparison) => comparison !== undefined);
}

const completed = {
  untranslatedOnly: 'translation.translation-request.untranslated-only',
  privileged: 'translation.translation-request.privileged',
  nonSnooped: 'translation.translation-request.non-snooped',
  rights: 'translation.translation-request.rights',
} as const;

/** A completion without rights goes by its condition, everything else by the rule of rights. */
function rightsRule({ completion, read, write }: Translated, rule: string): string {
  if (completion === undefined) return 'translation.permission';
  return read === false && write === false ? rule : completed.rights;
}

function flag(
  aspect: Aspect,
  rule: string,
  name: string,
  expected: boolean | undefined,
  observed: boolean | undefined,
): Comparison | undefined {
  if (expected === undefined || observed === undefined) return undefined;
  return {
    rule,
    aspect,
    agrees: expected === observed,
    tell: () => ({ expected: `${name} ${expected}`, observed: `${name} ${observed}` }),
  };
}

/** A completion tells the page, not the byte: the bits below its size do not count. */
function addressComparison(
  { kind }: Request,
  rule: string,
  allowed: Translated,
  { address, pageBits = 12 }: TranslatedResult,
): Comparison | undefined {
  if (address === undefined || allowed.address === undefined) return undefined;
  const counts = kind === 'translation' ? bits(63, Math.max(pageBits, 12)) : ALL_64;
  const [expected, observed] = [allowed.address & counts, address & counts];
  return {
    rule,
    aspect: 'address',
    agrees: expected === observed,
    tell: () => ({ expected: hex(expected), observed: hex(observed) }),
  };
}

function sizeComparison(allowed: Translated, { pageBits }: TranslatedResult): Comparison | undefined {
  if (pageBits === undefined || allowed.address === undefined) return undefined;
  return {
    rule: 'translation.page-size',
    aspect: 'address',
    agrees: pageBits <= allowed.pageBits,
    tell: () => ({ expected: `at most ${allowed.pageBits} bits`, observed: `${pageBits} bits` }),
  };
}

/** Nothing that ends in a success is recorded (7.1.2). */
function recordComparison(allowed: Translated, { record }: TranslatedResult): Comparison | undefined {
  if (record === undefined || allowed.mayRecord) return undefined;
  return {
    rule: 'translation.record.recoverable',
    aspect: 'record',
    agrees: record === null,
    tell: () => ({ expected: 'no record', observed: record === null ? 'no record' : 'a record' }),
  };
}
