/** A stream with the answer of an implementation beside what the architecture allows at each step. */
import type {
  GoneOption,
  RequestOption,
  StepExpectation,
} from '../models/reference/invalidation/expectation.ts';
import { walkTrace } from '../models/reference/translation.ts';
import type { Step } from '../models/reference/walk.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  Mismatch,
  Request,
  StreamAnswer,
} from '../spec/schema.ts';
import { nameOf } from '../suites/invalidation/cache-facts.ts';
import { stateBefore } from '../suites/invalidation/history.ts';
import { isAnswered, type JudgedStep, judgeInvalidation } from '../suites/invalidation/judge.ts';
import { describeOption } from '../suites/invalidation/judge-value.ts';
import { describe, describeResult } from '../suites/translation/describe.ts';
import { decidingEntry } from './deciding-entry.ts';
import { shortHex } from './hex.ts';
import type { Palette } from './palette.ts';
import { stepLines } from './stream-lines.ts';
import { walkDrawing } from './walk-drawing.ts';

/** Drawn from the end of a longer stream: what is wrong stands last. */
const MOST_STEPS = 60;

/** `observation` is null when the implementation gave none: only what is allowed is drawn then. */
export function streamDrawing(
  testCase: InvalidationCase,
  observation: InvalidationObservation | null,
  palette: Palette,
): readonly string[] {
  const judged: JudgedStep[] = [];
  judgeInvalidation(testCase, observation ?? nothingObserved(testCase), (step) => judged.push(step));
  const shown = judged.slice(-MOST_STEPS);
  const unknown = testCase.steps.length - judged.length;
  return [
    ...(shown.length < judged.length ? [`… ${judged.length - shown.length} steps before these`] : []),
    ...shown.flatMap((step) => judgedLines(step, palette)),
    ...(unknown > 0 ? [`… ${unknown} more steps, of which nothing is known`] : []),
    ...judged.flatMap((step) => failingWalk(testCase, step, palette)),
  ];
}

export function nothingObserved({ steps }: InvalidationCase): InvalidationObservation {
  return { answers: steps.filter(isAnswered).map(() => ({ outcome: 'unobserved' })) };
}

function judgedLines(
  { index, step, expectation, answer, mismatches }: JudgedStep,
  palette: Palette,
): string[] {
  const isWrong = mismatches.length > 0;
  const head = stepLines(step, index);
  const asked = isAnswered(step) ? expectationLines(expectation) : undefinedLines(expectation);
  const seen = answer === undefined || answer.outcome === 'unobserved' ? [] : [answerText(answer)];
  const unasked = answer === undefined ? mismatches.map(seenUnasked) : [];
  return [
    ...head.map((line) => (isWrong ? palette.bold(line) : line)),
    ...asked.map(({ label, text }) => palette.dim(`       ${label.padEnd(13)}${text}`)),
    ...[...seen, ...unasked].map((text) => {
      const line = `       ${'answered'.padEnd(13)}${text}`;
      return isWrong ? palette.red(line) : line;
    }),
  ];
}

/** What an adapter saw after a step that asks for nothing. */
export function seenUnasked({ expected, observed, rule }: Mismatch): string {
  return `${observed}, not ${expected.replace(/^step \d+: /, '')} (${rule})`;
}

interface Labelled {
  readonly label: string;
  readonly text: string;
}

export function expectationLines(expectation: StepExpectation): readonly Labelled[] {
  switch (expectation.kind) {
    case 'request':
      return unique([
        ...expectation.options.map(optionLine),
        ...expectation.gone.map(({ answer, rule }: GoneOption) => ({
          label: 'dropped',
          text: `${describe(answer)} (${rule})`,
        })),
      ]);
    case 'value':
      return unique(
        expectation.options.map((option) => ({
          label: 'allowed',
          text: `${describeOption(option)} (${option.rules[0]})`,
        })),
      );
    case 'open':
      return [{ label: 'allowed', text: 'anything' }];
    default:
      return undefinedLines(expectation);
  }
}

function undefinedLines({ kind }: StepExpectation): readonly Labelled[] {
  return kind === 'undefined' ? [{ label: 'undefined', text: 'nothing is known from here on' }] : [];
}

/** What memory says, or from which entries a stale answer comes. */
function optionLine({ answer, witness }: RequestOption): Labelled {
  if (witness === undefined) return { label: 'memory', text: describe(answer) };
  const entries = witness.entries.map((entry) => `${nameOf(entry)} from before step ${entry.filledBefore}`);
  return { label: 'may be stale', text: `${describe(answer)}: ${entries.join(', ')}` };
}

function unique(lines: readonly Labelled[]): readonly Labelled[] {
  return [...new Map(lines.map((line) => [`${line.label} ${line.text}`, line])).values()];
}

export function answerText(answer: StreamAnswer): string {
  return answer.outcome === 'value' ? shortHex(answer.value) : describeResult(answer);
}

/** Where the walk of a request that was answered wrongly leads now. */
function failingWalk(testCase: InvalidationCase, judged: JudgedStep, palette: Palette): string[] {
  const { step, index, mismatches } = judged;
  if (step.step !== 'request' || mismatches.length === 0) return [];
  const steps = walkAt(testCase, index, step.request);
  return [
    '',
    ...walkDrawing(step.request, steps, palette),
    ...decidingEntry(steps, testCase.profile, palette),
  ];
}

/** Where the walk of `request` leads when step `index` begins and nothing is cached. */
export function walkAt(testCase: InvalidationCase, index: number, request: Request): readonly Step[] {
  return walkTrace({ ...stateBefore(testCase, index), area: 'translation', requests: [request] }, 0);
}
