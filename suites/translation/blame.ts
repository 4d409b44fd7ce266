/**
 * Which rule a wrong answer breaks, where that is not the rule that decides the request. An implementation
 * that leaves out a check goes on to wherever the tables lead, and would break a different rule each time;
 * one that makes a check too many always shows that check's code. Either way one bug gets one name.
 */
import { type Alternative, rulesOf } from '../../models/reference/alternative.ts';
import { overlapsInterruptRange } from '../../models/reference/page-answer.ts';
import type { Expectation } from '../../models/reference/translation.ts';
import { extract } from '../../spec/bits.ts';
import { faultCondition } from '../../spec/faults.ts';
import type { Mismatch, RequestResult } from '../../spec/schema.ts';
import type { Ground } from './judge-request.ts';

/** RTADDR.TTM (11.4.6). */
const SCALABLE_MODE = 0b01n;
/** LRT.3 and SRT.3: reserved bits of a root entry. */
const ROOT_RESERVED_CODES: readonly (number | undefined)[] = [0x0a, 0x3a];

/** Where a request meets the conditions that end it before its tables are walked, the first first. */
const beforeWalks: readonly RegExp[] = [
  ...[/^RTA\./, /^[LS]RT\./, /^[LS]CT\.[1-4](\.|$)/, /^(LCT\.5|SCT\.|SGN\.10$)/, /^SPD\./],
  ...[/^SPT\.[1-4](\.|$)/, /^SPT\./, /^SGN\.1$/, /^(LGN\.1\.|SGN\.[45](\.|$))/],
];

/** Checks of the request itself, under codes that no entry on a wrong way could explain. */
const checksOfRequests = byCode([
  ...['RTA.2', 'RTA.3', 'RTA.4', 'LCT.5', 'SCT.5', 'SCT.6', 'SCT.7', 'SCT.8', 'SCT.9', 'SCT.10'],
  ...['SGN.10', 'SPT.6', 'SPT.9'],
]);
/** Of its address: rules of what is let through say more of why it was refused. */
const checksOfAddresses = byCode(['SGN.1', 'SGN.5']);

/** Conditions that lead a request, when they are not checked, to entries that have FPD of their own. */
const checks: readonly string[] = [
  ...['RTA.1.1', 'RTA.1.2', 'RTA.1.3', 'RTA.1.4', 'RTA.4', 'LRT.3', 'LCT.3', 'LCT.4.1', 'LCT.4.2'],
  ...['SRT.3', 'SCT.3', 'SCT.4.1', 'SCT.4.2', 'SCT.4.3', 'SPD.3', 'SPT.3', 'SPT.4.1', 'SPT.4.2', 'SPT.6'],
];
/** Conditions of pass-through, which leaves nothing behind when it is not limited. */
const limitsOfPassThrough: readonly string[] = ['LGN.1.3', 'SGN.4.2'];

/** The rule that an alternative goes by. */
export function ruleOf(alternative: Alternative): string {
  return rulesOf(alternative)[0] ?? '';
}

function byCode(ids: readonly string[]): ReadonlyMap<number | undefined, string> {
  return new Map(ids.map((id) => [faultCondition(id).code, id]));
}

/** Of conditions of walks and of what is let through: behind all checks. */
function stageOf(rule: string): number {
  const stage = beforeWalks.findIndex((conditions) => conditions.test(rule));
  return stage < 0 ? beforeWalks.length : stage;
}

/** LGN.4 and SGN.8: the page that was found lies in FEEx_xxxxh. */
const OUTPUT_CODES: readonly (number | undefined)[] = [0x0e, 0x87];

/** Of an untranslated request, whose own address counts and not its page. */
const outputChecks = byCode(['LGN.4', 'SGN.8.1']);

function liesBesideInterruptRange(answer: Alternative): boolean {
  if (answer.outcome !== 'translated' || answer.completion !== undefined) return false;
  return answer.address !== undefined && overlapsInterruptRange(answer.address, answer.pageBits);
}

/**
 * The aspect of an answer that blocks under a code that is not allowed. The output is checked last of all:
 * who finds fault with it has let the request through everything else.
 */
export function aspectOfCode(expected: NonNullable<Expectation>, result: RequestResult): 'outcome' | 'code' {
  const code = result.outcome === 'blocked' ? (result.code ?? result.record?.code) : undefined;
  const isOutputFault = expected.some((alternative) => /^(LGN\.4|SGN\.8\.)/.test(ruleOf(alternative)));
  return OUTPUT_CODES.includes(code) && !isOutputFault ? 'outcome' : 'code';
}

/** The rule broken by an answer that let through or blocked wrongly, or under a wrong code. */
export function blame(
  { rtaddr }: Ground,
  expected: NonNullable<Expectation>,
  broken: Alternative,
  result: RequestResult,
): string {
  const code = result.outcome === 'blocked' ? (result.code ?? result.record?.code) : undefined;
  const rule = ruleOf(broken);
  const ofAddress = broken.outcome === 'blocked' ? checksOfAddresses.get(code) : undefined;
  const check = checksOfRequests.get(code) ?? ofAddress;
  if (check !== undefined && stageOf(check) < stageOf(rule)) return check;
  if (expected.some(liesBesideInterruptRange)) return outputChecks.get(code) ?? rule;
  const isMode = rule.startsWith('RTA.');
  if (isMode || extract(rtaddr, 11, 10) !== SCALABLE_MODE || !ROOT_RESERVED_CODES.includes(code)) return rule;
  // Reserved bits of the half that serves the device, or else of the one that does not matter (9.2).
  const own = expected.find((alternative) => ruleOf(alternative) === 'SRT.3');
  return own === undefined ? 'translation.ignored.root-half' : 'SRT.3';
}

/**
 * The rule broken by a fault by `condition` that left no record though no FPD is set, and the aspect: a
 * check that is left out is to blame whichever entry with FPD, or cached translation, kept the record away.
 */
export function blameMissingRecord(condition: string, cached: boolean): Pick<Mismatch, 'rule' | 'aspect'> {
  if (checks.includes(condition)) return { rule: condition, aspect: 'code' };
  if (limitsOfPassThrough.includes(condition)) return { rule: condition, aspect: 'record' };
  return { rule: cached ? 'translation.record.cached' : 'translation.record.made', aspect: 'record' };
}
