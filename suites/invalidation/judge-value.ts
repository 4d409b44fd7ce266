/** Judges what was read from a register or from memory, bit by bit as far as bits are known. */
import type { ValueOption } from '../../models/reference/invalidation/expectation.ts';
import type { Aspect, StreamAnswer, StreamStep } from '../../spec/schema.ts';
import { hex } from '../translation/describe.ts';
import type { StreamFindings } from './judge.ts';

/** The options that the answer agrees with; none when a mismatch is reported. */
export function judgeValue(
  step: StreamStep,
  index: number,
  options: readonly ValueOption[],
  answer: StreamAnswer,
  { exercised, mismatches }: StreamFindings,
  steps: readonly StreamStep[] = [],
): readonly ValueOption[] {
  if (answer.outcome !== 'value') return options;
  const { value } = answer;
  const agreeing = options.filter((option) => ((option.value ^ value) & option.mask) === 0n);
  const [likeliest] = agreeing.length > 0 ? agreeing : options;
  for (const rule of likeliest?.rules ?? []) exercised.add(rule);
  if (agreeing.length === 0) {
    const rules = likeliest?.rules ?? [];
    const cleared = ruleOfClearing(step, steps.slice(0, index), rules);
    const rule = cleared ?? rules[0] ?? 'invalidation.fresh';
    const expected = `step ${index}: ${[...new Set(options.map(describeOption))].join(' or ')}`;
    mismatches.push({ rule, aspect: aspectOf(step), expected, observed: hex(value) });
  }
  return agreeing;
}

/** The last that software did was to clear what the register tells of: what did not follow is of that. */
function ruleOfClearing(
  read: StreamStep,
  before: readonly StreamStep[],
  rules: readonly string[],
): string | undefined {
  const last = before.findLast(({ step }) => step === 'write' || step === 'submit');
  if (last?.step !== 'write' || read.step !== 'read') return undefined;
  // A descriptor that is to be taken again, not one that stops the queue once more.
  const isTaken = /^invalidation\.descriptor\.[a-z-]+$/.test(rules[0] ?? '');
  if (last.register === 'FSTS' && isTaken)
    return rules.find((rule) => rule === 'invalidation.queue.recovery');
  if (last.register !== 'ICS' || read.register !== 'ICS') return undefined;
  return rules.find((rule) => rule === 'invalidation.register.completion-status');
}

export function describeOption({ value, mask }: ValueOption): string {
  return mask === ALL ? hex(value) : `${hex(value & mask)} in bits ${hex(mask)}`;
}

const ALL = 0xffff_ffff_ffff_ffffn;

function aspectOf(step: StreamStep): Aspect {
  if (step.step === 'load') return 'memory';
  return step.step === 'read' && step.register === 'IQERCD' ? 'code' : 'outcome';
}
