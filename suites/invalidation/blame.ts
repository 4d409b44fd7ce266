/**
 * Which rule a wrong answer to a request of a stream breaks: the one that should have dropped the entry that
 * it comes from; else freshness, when memory said so once; else the rule of translation that is broken.
 */
import { type Alternative, rulesOf } from '../../models/reference/alternative.ts';
import type { GoneOption, RequestOption } from '../../models/reference/invalidation/expectation.ts';
import { expectations } from '../../models/reference/translation.ts';
import type { InvalidationCase, Mismatch, StreamStep } from '../../spec/schema.ts';
import { describe, describeResult } from '../translation/describe.ts';
import { type Findings, judgeRequest } from '../translation/judge-request.ts';
import { earlierStates, mixturesDuring, type State, stateBefore, underWrittenRoot } from './history.ts';
import { agrees, type RequestStep, withoutReport } from './judge-request-step.ts';
import { ruleOfFault } from './seen-faults.ts';
import { invalidationsOf } from './software-invalidations.ts';

/** What is broken by a result that agrees with no option. */
export function blameRequest(asked: RequestStep): readonly Mismatch[] {
  const broken = brokenTranslation(asked);
  // While translation is off nothing is looked up, cached or not.
  const stale = asked.options.every(isUntranslated) ? undefined : staleness(asked);
  const [first] = broken;
  if (stale === undefined && first !== undefined) return broken;
  const { options } = asked;
  const allowed = [...new Set(options.map(({ answer }) => describe(answer)))].join(' or ');
  const { rule, because } = stale ?? { rule: 'invalidation.fresh', because: '' };
  const expected = `step ${asked.index}: ${allowed}`;
  const observed = `${describeResult(asked.result)}${because}`;
  return [{ rule, aspect: first?.aspect ?? 'outcome', expected, observed }];
}

function isUntranslated({ answer }: RequestOption): boolean {
  return rulesOf(answer).some((rule) => rule.startsWith('invalidation.translation-off'));
}

/** Where the answer comes from, when not from memory as it is. */
function staleness(asked: RequestStep): { readonly rule: string; readonly because: string } | undefined {
  const { testCase, index, step, result } = asked;
  // It is known only that nothing was recorded: that is wrong of the fault that was due.
  if (result.outcome === 'unobserved') return undefined;
  const explains = (state: State): Alternative | undefined => {
    const [answers] = expectations({ ...state, area: 'translation', requests: [step.request] });
    return answers?.find((answer) => agrees(asked, answer));
  };
  for (const state of mixturesDuring(testCase, index)) {
    if (explains(state))
      return { rule: 'invalidation.torn', because: ', from words that never stood together' };
  }
  const gone = likeliest(asked);
  // Software seldom writes a root table that it does not set: while one waits, it is likelier than a fault that was kept.
  const early = gone === undefined || isOfFault(gone) ? underWrittenRoot(testCase, index) : undefined;
  if (early !== undefined && explains(early)) {
    return { rule: 'invalidation.register.root-table', because: ', by a root table that was not set yet' };
  }
  if (gone !== undefined) return { rule: gone.rule, because: ', from an entry that was to be dropped' };
  for (const { step: since, ...state } of earlierStates(testCase, index)) {
    const answer = explains(state);
    if (answer === undefined || (isMute(result) && answer.outcome === 'blocked')) continue;
    const rule = ruleOfFault(answer, testCase.profile) ?? 'invalidation.fresh';
    return { rule, because: `, as before step ${since}` };
  }
  return undefined;
}

/**
 * An answer that may come from a PASID entry that was dropped, or from what was found by it, is more likely from
 * the entry: a unit that still has it finds the rest again.
 */
function likeliest(asked: RequestStep): GoneOption | undefined {
  // Whatever is absent explains that nothing came: what only a prefetch would have brought does so worst.
  if (isMute(asked.result) && !hasAsked(asked)) return undefined;
  const explained = (gone: readonly GoneOption[]) =>
    gone.filter(
      ({ answer, rule }) => agrees(asked, answer) && !(isMute(asked.result) && isOfFault({ rule })),
    );
  const all = explained(asked.gone);
  // What missed neither of two invalidations of everything is no entry that one of them left.
  const isOutlived = outlivedRules(asked);
  const left = all.filter(({ rule }) => !isOutlived(rule));
  const [first, ...others] = left.length > 0 ? left : all;
  // Bits that are to be ignored are set in few descriptors: what such a one was to drop is hardly there by chance.
  const minded = [...explained(asked.gone), ...explained(asked.goneBesideHeld())].find(isOfWidth);
  if (minded !== undefined) return minded;
  // A page that nobody has asked for yet comes from no whole translation, unless the unit fetched it on its own.
  const isLikelier = isRepeated(asked.testCase, asked.index) ? isOfPasidCache : isOfEntryCache;
  if (first === undefined || isLikelier(first)) return first;
  const further = [...others, ...explained(asked.goneBesideHeld())];
  return further.find((gone) => isLikelier(gone) && !isOutlived(gone.rule)) ?? first;
}

/** Which entry caches were emptied at least twice since memory changed: no unit fails to do so each time. */
function outlivedRules({ testCase, index }: RequestStep): (rule: string) => boolean {
  const isChange = (step: StreamStep) =>
    step.step === 'store' || (step.step === 'request' && step.during !== undefined);
  const since = testCase.steps.slice(0, index).findLastIndex(isChange);
  const done = invalidationsOf(testCase, since + 1, index);
  const times = (kind: 'context' | 'pasid') =>
    done.filter((one) => one.kind === kind && one.granularity === 'global').length;
  const [contexts, pasids] = [times('context') > 1, times('pasid') > 1];
  return (rule) => (contexts && isOfContextCache({ rule })) || (pasids && isOfPasidCache({ rule }));
}

/** Any fault explains a block of which nothing was recorded, and one that was held no better than others. */
function isMute(result: RequestStep['result']): boolean {
  return result.outcome === 'blocked' && result.code === undefined && result.record === null;
}

function isOfFault({ rule }: Pick<GoneOption, 'rule'>): boolean {
  return rule.includes('.caching-mode.');
}

function isOfWidth({ rule }: GoneOption): boolean {
  return rule.endsWith('-width');
}

function isOfPasidCache({ rule }: Pick<GoneOption, 'rule'>): boolean {
  return rule.endsWith('.pasid');
}

function isOfContextCache({ rule }: Pick<GoneOption, 'rule'>): boolean {
  return /\.(context|context-legacy|context-scalable)$/.test(rule);
}

function isOfEntryCache(gone: GoneOption): boolean {
  return isOfPasidCache(gone) || isOfContextCache(gone);
}

/** What area `translation` says of the result. */
function brokenTranslation(asked: RequestStep): readonly Mismatch[] {
  const { testCase, index, step, options, result } = asked;
  const fresh = options.filter(({ witness }) => witness === undefined);
  // Right but for how the fault is reported: what is cached may be what faults.
  const near = options.filter(({ answer }) => agrees({ ...asked, result: withoutReport(result) }, answer));
  const candidates = [near, fresh, options].find(({ length }) => length > 0) ?? [];
  const answers = candidates.map(({ answer }) => answer);
  const findings: Findings = { exercised: new Set(), mismatches: [] };
  const ground = stateBefore(testCase, index);
  judgeRequest(ground, step.request, isRepeated(testCase, index), answers, result, findings);
  return findings.mismatches.map((mismatch) => ({
    ...mismatch,
    expected: `step ${index}: ${mismatch.expected}`,
  }));
}

/** The device has asked for something before: there is what its request may have left. */
function hasAsked({ testCase: { steps }, index, step }: RequestStep): boolean {
  const { sourceId } = step.request;
  return steps
    .slice(0, index)
    .some((earlier) => earlier.step === 'request' && earlier.request.sourceId === sourceId);
}

/** Pages of 1 GiB are the largest (9.7, 9.8). */
const LARGEST_PAGE_BITS = 30n;

/** The device has asked for what may be the same page before: a cached translation may be what answers. */
function isRepeated({ steps }: InvalidationCase, index: number): boolean {
  const asked = steps[index];
  if (asked?.step !== 'request') return false;
  const { sourceId, pasid, address } = asked.request;
  return steps
    .slice(0, index)
    .some(
      (step) =>
        step.step === 'request' &&
        step.request.sourceId === sourceId &&
        step.request.pasid === pasid &&
        step.request.address >> LARGEST_PAGE_BITS === address >> LARGEST_PAGE_BITS,
    );
}
