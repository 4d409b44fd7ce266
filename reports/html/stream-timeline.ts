/**
 * A stream as a timeline to step through: what each step does, what memory, the queue and the caches hold after it,
 * what may be answered and what was. Each step is a link of its own.
 */

import { type ComponentChild, h } from 'preact';
import { GuestMemory } from '../../models/memory.ts';
import type { CachedEntry } from '../../models/reference/invalidation/expectation.ts';
import { registerNamed } from '../../spec/registers.ts';
import type { InvalidationCase, InvalidationObservation, StreamStep } from '../../spec/schema.ts';
import { nameOf } from '../../suites/invalidation/cache-facts.ts';
import { isAnswered, type JudgedStep, judgeInvalidation } from '../../suites/invalidation/judge.ts';
import { hex, shortHex } from '../hex.ts';
import { answerText, expectationLines, nothingObserved, seenUnasked, walkAt } from '../stream-drawing.ts';
import { stepLines } from '../stream-lines.ts';
import { legends } from './legends.ts';
import { walkPicture } from './walk.ts';

/** Drawn from the end of a longer stream: what is wrong stands last. */
const MOST_STEPS = 60;
const MOST_HELD = 12;

/** What is drawn of a step, taken while the model stands right after it. */
interface Moment {
  readonly judged: JudgedStep;
  readonly queue: string;
  readonly held: readonly string[];
  readonly stored: readonly string[];
}

/** `anchor`: the id of the finding's article; its steps are `anchor-step-N`. `names`: fields that it is about. */
export function streamTimeline(
  testCase: InvalidationCase,
  observation: InvalidationObservation | null,
  anchor: string,
  names: ReadonlySet<string>,
): ComponentChild {
  const moments = momentsOf(testCase, observation ?? nothingObserved(testCase));
  const shown = moments.slice(-MOST_STEPS);
  return [
    h('p', { class: 'dim' }, legends.invalidation),
    shown.length < moments.length
      ? h('p', { class: 'dim' }, `The last ${shown.length} of ${moments.length} steps.`)
      : null,
    h(
      'ol',
      { class: 'stream', start: shown[0]?.judged.index ?? 0 },
      shown.map((moment) => stepItem(testCase, moment, { anchor, names })),
    ),
  ];
}

function momentsOf(testCase: InvalidationCase, observation: InvalidationObservation): readonly Moment[] {
  const memory = new GuestMemory();
  memory.reset(testCase.profile.backed, testCase.memory);
  const moments: Moment[] = [];
  judgeInvalidation(testCase, observation, (judged) => {
    moments.push({
      judged,
      queue: queueText(judged),
      held: [...new Set(judged.model.held().map(heldText))],
      stored: storedLines(judged.step, memory),
    });
  });
  return moments;
}

/** IQH and IQT as they may stand. */
function queueText({ model }: JudgedStep): string {
  const values = (register: 'IQH' | 'IQT') =>
    [...new Set(model.valuesOf(register).map(({ value, mask }) => shortHex(value & mask)))].join(' or ');
  return `IQH ${values('IQH')}, IQT ${values('IQT')}`;
}

function heldText(entry: CachedEntry): string {
  return `${nameOf(entry)}, read before step ${entry.filledBefore}`;
}

/** Each word that the step stores, before and after. */
function storedLines(step: StreamStep, memory: GuestMemory): readonly string[] {
  const stores = step.step === 'store' ? [step] : step.step === 'request' ? (step.during ?? []) : [];
  return stores.flatMap(({ address, words }) =>
    words.map((word, index) => {
      const at = address + BigInt(8 * index);
      const before = memory.read(at);
      memory.store(at, word);
      return `[${shortHex(at)}] ${before === undefined ? 'no memory' : hex(before)} → ${hex(word)}`;
    }),
  );
}

function stepItem(
  testCase: InvalidationCase,
  { judged, queue, held, stored }: Moment,
  { anchor, names }: { readonly anchor: string; readonly names: ReadonlySet<string> },
): ComponentChild {
  const { index, step, expectation, answer, mismatches } = judged;
  const isWrong = mismatches.length > 0;
  const [head = '', ...more] = stepLines(step, index).map((line) => line.slice(5));
  const asked = isAnswered(step) ? expectationLines(expectation) : [];
  const seen = answer === undefined || answer.outcome === 'unobserved' ? [] : [answerText(answer)];
  const unasked = answer === undefined ? mismatches.map(seenUnasked) : [];
  return h(
    'li',
    { id: `${anchor}-step-${index}`, class: isWrong ? 'wrong-step' : '' },
    h('div', { class: 'step-head' }, h('code', null, head), stepLinks(anchor, index, testCase.steps.length)),
    more.map((line) => h('div', null, h('code', null, line.trim()))),
    h(
      'dl',
      null,
      asked.map(({ label, text }) => [h('dt', null, label), h('dd', null, text)]),
      [...seen.map((text) => `${text}${bitNames(judged)}`), ...unasked].map((text) => [
        h('dt', null, 'answered'),
        h('dd', { class: isWrong ? 'wrong' : '' }, text),
      ]),
      listOf('stored', stored),
      testCase.iqa === undefined ? null : [h('dt', null, 'queue'), h('dd', null, queue)],
      listOf('stale, may be cached', cutTo(MOST_HELD, held)),
    ),
    isWrong && step.step === 'request'
      ? h(
          'details',
          { open: true },
          h('summary', null, 'The walk that this request takes through memory now'),
          walkPicture(walkAt(testCase, index, step.request), testCase.profile, names),
        )
      : null,
  );
}

/** Names of the flags that a register was read with, such as ` (IQE)`. */
function bitNames({ step, answer }: JudgedStep): string {
  if (step.step !== 'read' || answer?.outcome !== 'value') return '';
  const fields = registerNamed(step.register)?.fields ?? [];
  const set = fields.filter(({ high, low }) => high === low && ((answer.value >> BigInt(low)) & 1n) === 1n);
  return set.length === 0 ? '' : ` (${set.map(({ name }) => name).join(', ')})`;
}

function stepLinks(anchor: string, index: number, steps: number): ComponentChild {
  const link = (to: number, text: string, label: string) =>
    h('a', { href: `#${anchor}-step-${to}`, 'aria-label': label }, text);
  return h(
    'span',
    { class: 'step-links' },
    index > 0 ? link(index - 1, '↑', `step ${index - 1}`) : null,
    link(index, `step ${index}`, `link to step ${index}`),
    index + 1 < steps ? link(index + 1, '↓', `step ${index + 1}`) : null,
  );
}

function listOf(title: string, lines: readonly string[]): ComponentChild {
  return lines.length === 0 ? null : [h('dt', null, title), lines.map((line) => h('dd', null, line))];
}

function cutTo(limit: number, lines: readonly string[]): readonly string[] {
  return lines.length <= limit ? lines : [...lines.slice(0, limit), `… and ${lines.length - limit} more`];
}
