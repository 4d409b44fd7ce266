/**
 * Judges that follow an implementation step by step: the first breach of a binding rule ends it, since what comes
 * after it is not known; remarks on what `may` be done are kept.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import type { Mismatch } from '../../spec/schema.ts';
import type { Verdict } from './area-suite.ts';

const isRemark = ({ rule }: Mismatch): boolean => ruleOf(rule)?.level === 'may';

/** `follow`: what a step breaks; `open` where nothing is known from there on. `name`: of a step, for the report. */
export function followSteps<S>(
  steps: readonly S[],
  follow: (step: S, index: number) => readonly Mismatch[] | 'open',
  name: (step: S, index: number) => string,
): readonly Mismatch[] {
  const remarks = new Map<string, Mismatch>();
  for (const [index, step] of steps.entries()) {
    const wrong = follow(step, index);
    if (wrong === 'open') break;
    for (const mismatch of wrong) if (isRemark(mismatch)) remarks.set(mismatch.rule, mismatch);
    const first = wrong.find((mismatch) => !isRemark(mismatch));
    if (first === undefined) continue;
    return [...remarks.values(), { ...first, observed: `${first.observed} (${name(step, index)})` }];
  }
  return [...remarks.values()];
}

/** What was broken is exercised too. */
export function verdictOf(exercised: Iterable<string>, mismatches: readonly Mismatch[]): Verdict {
  return { exercised: [...new Set([...exercised, ...mismatches.map(({ rule }) => rule)])], mismatches };
}
