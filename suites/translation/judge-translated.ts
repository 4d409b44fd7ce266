/** Judges an answer that lets the request through, or completes a translation request (4.2.3). */
import { rulesOf, type Translated } from '../../models/reference/alternative.ts';
import { bits } from '../../spec/bits.ts';
import type { Aspect, Mismatch, Request, RequestResult } from '../../spec/schema.ts';
import { hex } from './describe.ts';
import type { Findings } from './judge-request.ts';

type TranslatedResult = Extract<RequestResult, { outcome: 'translated' }>;

interface Comparison {
  readonly rule: string;
  readonly aspect: Aspect;
  readonly agrees: boolean;
  readonly expected: string;
  readonly observed: string;
}

/** The alternatives among `allowed` that the answer agrees with. */
export function judgeTranslated(
  request: Request,
  allowed: readonly Translated[],
  result: TranslatedResult,
  { exercised, mismatches }: Findings,
): readonly Translated[] {
  const [first] = allowed;
  if (first === undefined) return [];
  const taken = allowed.filter((one) => comparisons(request, one, result).every(({ agrees }) => agrees));
  const compared = comparisons(request, taken[0] ?? first, result);
  for (const { rule } of compared) exercised.add(rule);
  if (taken.length > 0) return taken;
  for (const { agrees, ...mismatch } of compared) if (!agrees) mismatches.push(mismatch satisfies Mismatch);
  return [];
}

/** What was observed and what is known, side by side. */
function comparisons(request: Request, allowed: Translated, result: TranslatedResult): readonly Comparison[] {
  const [rule = ''] = rulesOf(allowed);
  const { completion } = allowed;
  const flags = [
    flag('permission', rightsRule(allowed, rule), 'read', allowed.read, result.read),
    flag('permission', rightsRule(allowed, rule), 'write', allowed.write, result.write),
    flag('outcome', named('untranslated-only'), 'U', completion?.user, result.user),
    flag('outcome', named('privileged'), 'PRIV', completion?.privileged, result.privileged),
    flag('outcome', named('non-snooped'), 'N', completion?.nonSnooped, result.nonSnooped),
  ];
  return [
    ...addressComparison(request, rule, allowed, result),
    ...sizeComparison(allowed, result),
    ...flags.filter((comparison) => comparison !== undefined),
    ...recordComparison(allowed, result),
  ];
}

const named = (detail: string): string => `translation.translation-request.${detail}`;

/** A completion without rights goes by its condition, everything else by the rule of rights. */
function rightsRule({ completion, read, write }: Translated, rule: string): string {
  if (completion === undefined) return 'translation.permission';
  return read === false && write === false ? rule : named('rights');
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
    expected: `${name} ${expected}`,
    observed: `${name} ${observed}`,
  };
}

/** A completion tells the page, not the byte: the bits below its size do not count. */
function addressComparison(
  { kind }: Request,
  rule: string,
  allowed: Translated,
  { address, pageBits = 12 }: TranslatedResult,
): readonly Comparison[] {
  if (address === undefined || allowed.address === undefined) return [];
  const counts = kind === 'translation' ? bits(63, Math.max(pageBits, 12)) : bits(63, 0);
  const [expected, observed] = [allowed.address & counts, address & counts];
  return [
    {
      rule,
      aspect: 'address',
      agrees: expected === observed,
      expected: hex(expected),
      observed: hex(observed),
    },
  ];
}

function sizeComparison(allowed: Translated, { pageBits }: TranslatedResult): readonly Comparison[] {
  if (pageBits === undefined || allowed.address === undefined) return [];
  return [
    {
      rule: 'translation.page-size',
      aspect: 'address',
      agrees: pageBits <= allowed.pageBits,
      expected: `at most ${allowed.pageBits} bits`,
      observed: `${pageBits} bits`,
    },
  ];
}

/** Nothing that ends in a success is recorded (7.1.2). */
function recordComparison(allowed: Translated, { record }: TranslatedResult): readonly Comparison[] {
  if (record === undefined || allowed.mayRecord) return [];
  return [
    {
      rule: 'translation.record.recoverable',
      aspect: 'record',
      agrees: record === null,
      expected: 'no record',
      observed: record === null ? 'no record' : 'a record',
    },
  ];
}
