/** Asks any implementation some cases of each area that it claims: alone, together, and again for the time. */
import { isDeepStrictEqual } from 'node:util';
import { type BatchAnswer, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { repeatableRuleId } from '../../spec/rules/answers.ts';
import type { Area, Case } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../../suites/core/answer.ts';
import { difference } from '../../suites/core/repeat.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import { adviceFor } from './advice.ts';
import type { Probe, Report } from './probe.ts';
import { sampleCases } from './sample-cases.ts';
import { shown, shownCase } from './shown.ts';

/** For the time per case: batches are asked until so much time has passed. */
const TIMED_MS = 50;

/** What came in reply to a case, as it was written, where that can be seen. */
type Reply = (testCase: Case) => Promise<string | undefined>;

/** False when something is wrong with the answers. */
export async function examineAnswers(
  implementation: Implementation,
  report: Report,
  reply: Reply = async () => undefined,
): Promise<boolean> {
  let isWell = true;
  for (const area of implementation.areas) {
    for await (const probe of probesOf(implementation, area, reply)) {
      report(probe);
      isWell &&= probe.condition !== 'ill';
    }
  }
  return isWell;
}

async function* probesOf(implementation: Implementation, area: Area, reply: Reply): AsyncGenerator<Probe> {
  const cases = await sampleCases(implementation, area);
  const first = await firstAnswers(implementation, cases);
  const failed = first.findIndex(isFailed);
  if (failed >= 0) {
    yield await failure(`${area}: one by one`, cases[failed]!, first[failed]!, reply);
    return;
  }
  yield answered(area, first);
  // The other way round: what an answer owes to the cases before it would show.
  const backwards = (await askTogether(implementation, [...cases].reverse())).toReversed();
  const different = await comparison(area, cases, first, backwards, reply);
  yield different ?? same(area, cases.length);
  if (different?.condition !== 'ill') yield await speed(implementation, area, cases);
}

/** True when there is no answer, or when the process failed while it had the case. */
function isFailed(answer: BatchAnswer): boolean {
  return 'error' in answer || ('observation' in answer && answer.unrepeated !== undefined);
}

/** One by one, up to the first failure; all at once where one alone costs as much as many. */
async function firstAnswers(
  implementation: Implementation,
  cases: readonly Case[],
): Promise<readonly BatchAnswer[]> {
  if (implementation.costlyAlone) return askTogether(implementation, cases);
  const answers: BatchAnswer[] = [];
  for (const testCase of cases) {
    const [answer] = await askTogether(implementation, [testCase]);
    answers.push(answer!);
    if (isFailed(answer!)) break;
  }
  return answers;
}

async function askTogether(
  implementation: Implementation,
  cases: readonly Case[],
): Promise<readonly BatchAnswer[]> {
  if (implementation.runBatch) return implementation.runBatch(cases);
  return Promise.all(cases.map((testCase) => ask(implementation, testCase)));
}

function answered(area: Area, answers: readonly BatchAnswer[]): Probe {
  const skips = answers.flatMap((answer) => ('skip' in answer ? [answer.skip] : []));
  const subject = `${area}: one by one`;
  const number = answers.length - skips.length;
  if (skips.length === 0) return { condition: 'well', subject, found: `${number} cases answered` };
  const why = [...new Set(skips)].slice(0, 3).join('; ');
  const found = `${number} cases answered, ${skips.length} skipped: ${why}`;
  return number > 0
    ? { condition: 'well', subject, found }
    : {
        condition: 'remark',
        subject,
        found: `all ${skips.length} cases skipped, so that nothing is judged: ${why}`,
      };
}

function same(area: Area, number: number): Probe {
  return {
    condition: 'well',
    subject: `${area}: together`,
    found: `the same answers with ${number} in flight`,
  };
}

/** A case that is answered otherwise when it is asked together with others: a fault before what may be. */
async function comparison(
  area: Area,
  cases: readonly Case[],
  alone: readonly BatchAnswer[],
  together: readonly BatchAnswer[],
  reply: Reply,
): Promise<Probe | undefined> {
  const subject = `${area}: together`;
  const suite = await suiteOf(area);
  let remark: Probe | undefined;
  for (const [index, testCase] of cases.entries()) {
    const [before, after] = [alone[index]!, together[index]!];
    if (isFailed(after)) return failure(subject, testCase, after, reply);
    if (isDeepStrictEqual(before, after)) continue;
    const [first, second] = [before, after].map((answer) => judgeAnswer(suite, testCase, answer));
    const change = difference(suite, first!, second!);
    const isFault = 'skip' in before !== 'skip' in after || change?.rule === repeatableRuleId(area);
    const probe = {
      subject,
      sent: shownCase(testCase),
      came: `first ${shown(before)}, then ${shown(after)}`,
      expected: 'the same answer to the same case',
    };
    const found = 'a case is answered otherwise the second time';
    if (isFault) return { condition: 'ill', found, ...probe, ...exchanged(alone, together) };
    remark ??= { condition: 'remark', found: `${found}, as right or wrong as the first`, ...probe };
  }
  return remark;
}

/** What to do about answers that differ: all of them may be there, at other cases. */
function exchanged(
  alone: readonly BatchAnswer[],
  together: readonly BatchAnswer[],
): Pick<Probe, 'advice'> & Partial<Pick<Probe, 'found'>> {
  return isDeepStrictEqual(sortedTexts(alone), sortedTexts(together))
    ? {
        found: 'the answers of some cases are exchanged',
        advice: 'reply with the id of the request that the answer belongs to',
      }
    : { advice: 'start each case from an empty unit, caches included; chance must not decide' };
}

function sortedTexts(answers: readonly BatchAnswer[]): readonly string[] {
  return answers.map((answer) => ('error' in answer ? answer.error.message : toJson(answer))).sort();
}

async function failure(subject: string, testCase: Case, answer: BatchAnswer, reply: Reply): Promise<Probe> {
  const unrepeated = 'observation' in answer ? answer.unrepeated : undefined;
  const error = unrepeated ?? ('error' in answer ? answer.error : new Error('no answer'));
  const reason =
    error instanceof ImplementationFailure ? error : new ImplementationFailure('crash', error.message);
  const { kind, message, stderr } = reason;
  return {
    condition: 'ill',
    subject,
    found: kind === 'protocol' ? message : `${kind}: ${message}`,
    sent: shownCase(testCase),
    // A hang is not waited for again, and what else was written is told in the failure.
    came: /^bad (observation|reply)/.test(message) ? await reply(testCase) : undefined,
    expected: 'one reply, an observation of the right form',
    advice: adviceFor(reason, unrepeated !== undefined),
    stderr,
  };
}

async function speed(implementation: Implementation, area: Area, cases: readonly Case[]): Promise<Probe> {
  const started = performance.now();
  let asked = 0;
  while (performance.now() - started < TIMED_MS) {
    await askTogether(implementation, cases);
    asked += cases.length;
  }
  const each = (performance.now() - started) / asked;
  const seconds = Math.ceil((each * 20_000) / 1000);
  const micros = each * 1000;
  const found = `${micros.toFixed(micros < 10 ? 1 : 0)} µs a small case: 20,000 take ${seconds} s`;
  return { condition: 'well', subject: `${area}: time`, found };
}
