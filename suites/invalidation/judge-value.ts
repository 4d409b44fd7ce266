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
    const rule =
      (hasClearedErrors(steps.slice(0, index)) && rules.find(isRecovery)) ||
      (rules[0] ?? 'invalidation.fresh');
    const expected = `step ${index}: ${[...new Set(options.map(describeOption))].join(' or ')}`;
    mismatches.push({ rule, aspect: aspectOf(step), expected, observed: hex(value) });
  }
  return agreeing;
}

/** The last that software asked of the queue was to go on: what it did not do then is of that. */
function hasClearedErrors(before: readonly StreamStep[]): boolean {
  const last = before.findLast(({ step }) => step === 'write' || step === 'submit');
  return last?.step === 'write' && last.register === 'FSTS';
}

function isRecovery(rule: string): boolean {
  return rule === 'invalidation.queue.recovery';
}

export function describeOption({ value, mask }: ValueOption): string {
  return mask === ALL ? hex(value) : `${hex(value & mask)} in bits ${hex(mask)}`;
}

const ALL = 0xffff_ffff_ffff_ffffn;

function aspectOf(step: StreamStep): Aspect {
  if (step.step === 'load') return 'memory';
  return step.step === 'read' && step.register === 'IQERCD' ? 'code' : 'outcome';
}
