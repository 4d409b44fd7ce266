/**
 * What tells more of a breach than the case that shows it: a failed call is left out, or is one that leaves tables in
 * two states; entries lead to tables of their own, so that one which was not read again shows in what is bound; and
 * tables are made before translation is on.
 */
import { extract } from '../../spec/bits.ts';
import type { BindingCase, MemoryRun, Mismatch } from '../../spec/schema.ts';
import { trimmed } from '../core/trimmed-runs.ts';
import { caseOf } from './scene.ts';
import { trackingFails } from './scenes.ts';

/** Present, first-stage. */
const FIRST_STAGE = 0x41n;
const PAGE = 0x1000n;

/** Each is a case that, when it breaks another rule, tells more. */
export function* questions(
  testCase: BindingCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly BindingCase[]> {
  if (testCase.failing.length > 0) yield [{ ...testCase, failing: [] }];
  if (!isShrunk) return;
  if (/\.(bind\.unsupported|invalidate\.\w+|unchanged)$/.test(rule)) yield [withTellingEntries(testCase)];
  if (rule !== 'binding.dirty.children') return;
  yield [withTranslationOff(testCase)];
  const scene = caseOf(trackingFails, testCase.profile);
  if (testCase.failing.length > 0 && scene !== undefined) yield [scene];
}

/** Each PASID table entry has a first-stage table of its own. */
function withTellingEntries(testCase: BindingCase): BindingCase {
  let tables = 0n;
  const telling = <R extends MemoryRun>(run: R): R => {
    const [low = 0n, did = 0n] = run.words;
    // Other entries have zeros where these have their type.
    if (extract(low, 0, 0) === 0n || extract(low, 8, 6) === 0n) return run;
    return { ...run, words: [FIRST_STAGE, did, tables++ * PAGE] };
  };
  const steps = testCase.steps.map((step) => (step.step === 'store' ? telling(step) : step));
  const memory = testCase.memory.map(telling).flatMap(({ address, words }) => trimmed(address, words));
  return { ...testCase, memory, steps };
}

function withTranslationOff(testCase: BindingCase): BindingCase {
  return { ...testCase, steps: testCase.steps.filter(({ step }) => step !== 'enable') };
}
