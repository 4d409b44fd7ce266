/**
 * What tells more of a breach than the case that shows it: a failed call is left out, or is one that leaves tables in
 * two states; entries lead to tables of their own, so that one which was not read again shows in what is bound; what
 * changes is there from the start, so that it is no event; and tables are made before translation is on.
 */
import { extract } from '../../spec/bits.ts';
import { toJson } from '../../spec/json.ts';
import type { BindingCase, BindingStep, MemoryRun, Mismatch } from '../../spec/schema.ts';
import { trimmed } from '../core/trimmed-runs.ts';
import { caseOf } from './scene.ts';
import { trackingFails } from './scenes.ts';
import { withStored } from './with-stored.ts';

/** Present, first-stage. */
const FIRST_STAGE = 0x41n;
const PAGE = 0x1000n;
const FAR = 1n << 32n;

/** Each is a case that, when it breaks another rule, tells more. */
export function* questions(
  testCase: BindingCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly BindingCase[]> {
  if (testCase.failing.length > 0) yield [{ ...testCase, failing: [] }];
  if (!isShrunk) return;
  if (/\.(bind\.unsupported|invalidate\.\w+|unchanged)$/.test(rule))
    yield [withTellingEntries(testCase, ownTables()), withTellingEntries(testCase, farTables())];
  if (rule.startsWith('binding.event.')) yield [fromTheStart(testCase)];
  if (rule !== 'binding.dirty.children') return;
  yield [withTranslationOff(testCase)];
  const scene = caseOf(trackingFails, testCase.profile);
  if (testCase.failing.length > 0 && scene !== undefined) yield [scene];
}

/** Where the first-stage table of a PASID table entry is. */
type TableOf = (entry: readonly bigint[]) => bigint;

/** Each has one of its own. */
function ownTables(): TableOf {
  let tables = 0n;
  return () => tables++ * PAGE;
}

/** Equal entries have the same, and others differ in the upper half of the pointer alone. */
function farTables(): TableOf {
  const tables = new Map<string, bigint>();
  return (entry) => {
    const key = toJson(entry.slice(0, entry.findLastIndex((word) => word !== 0n) + 1));
    const table = tables.get(key) ?? BigInt(tables.size) * FAR;
    tables.set(key, table);
    return table;
  };
}

/** All PASID table entries are of first stage. */
function withTellingEntries(testCase: BindingCase, tableOf: TableOf): BindingCase {
  const telling = <R extends MemoryRun>(run: R): R => {
    const [low = 0n, did = 0n] = run.words;
    // Other entries have zeros where these have their type.
    if (extract(low, 0, 0) === 0n || extract(low, 8, 6) === 0n) return run;
    return { ...run, words: [FIRST_STAGE, did, tableOf(run.words)] };
  };
  const steps = testCase.steps.map((step) => (step.step === 'store' ? telling(step) : step));
  const memory = testCase.memory.map(telling).flatMap(({ address, words }) => trimmed(address, words));
  return { ...testCase, memory, steps };
}

/** Devices first, and tables as they are in the end: what is wrongly bound then was no old entry. */
function fromTheStart(testCase: BindingCase): BindingCase {
  let { memory, rtaddr } = testCase;
  const [plugs, others]: [BindingStep[], BindingStep[]] = [[], []];
  for (const step of testCase.steps) {
    if (step.step === 'store') memory = withStored(memory, step);
    else if (step.step === 'root') rtaddr = step.rtaddr;
    else if (step.step === 'plug') plugs.push(step);
    else if (step.step !== 'invalidate') others.push(step);
  }
  return { ...testCase, memory, rtaddr, steps: [...plugs, ...others] };
}

function withTranslationOff(testCase: BindingCase): BindingCase {
  return { ...testCase, steps: testCase.steps.filter(({ step }) => step !== 'enable') };
}
