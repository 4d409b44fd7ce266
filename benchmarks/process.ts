/**
 * Cases a second through the process adapter, with the C example at the other end: what the pipe, JSON and the
 * checking of replies cost beside the same check in process.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench } from 'tinybench';
import { openProcess } from '../adapters/process/open-process.ts';
import { drawCases } from '../generators/drawing.ts';
import { profilePool } from '../generators/profiles.ts';
import type { BatchAnswer } from '../spec/implementation.ts';
import type { UsedBitsObservation } from '../spec/schema.ts';
import { usedBitsSuite } from '../suites/used-bits/suite.ts';
import { CASES_PER_ROUND, SEED } from './areas.ts';
import { type Figure, perSecondOf, type Unit } from './figures.ts';

const program = fileURLToPath(new URL('../examples/c/conformance-c', import.meta.url));
const answers = 'used-bits through a process: answers';
const check = 'used-bits through a process: check';

/** Adds two tasks: the answers alone, and the whole check. Returns how to end the process. */
export async function addProcess(bench: Bench, units: Map<string, Unit>): Promise<() => Promise<void>> {
  if (!existsSync(program)) {
    console.log('no figures of the process adapter: the C example is not built (make -C examples/c)');
    return async () => {};
  }
  const implementation = await openProcess(`'${program}'`);
  const arbitrary = usedBitsSuite.arbitrary(profilePool);
  const draw = () => drawCases(arbitrary, SEED, CASES_PER_ROUND);
  const cases = draw();
  for (const task of [answers, check]) units.set(task, { perRound: CASES_PER_ROUND });
  bench.add(answers, async () => void (await implementation.runBatch?.(cases)));
  bench.add(check, async () => {
    const drawn = draw();
    const given = (await implementation.runBatch?.(drawn)) ?? [];
    drawn.forEach((testCase, index) => void usedBitsSuite.judge(testCase, observed(given[index])));
  });
  return async () => implementation.close?.();
}

/** What the adapter adds to the check of a case in process, in microseconds; undefined when not measured. */
export function addedMicroseconds(figures: readonly Figure[]): number | undefined {
  const perCase = (task: string) => {
    const perSecond = perSecondOf(figures, task);
    return perSecond === undefined ? undefined : 1e6 / perSecond;
  };
  const [through, within] = [perCase(check), perCase('used-bits: check')];
  return through === undefined || within === undefined ? undefined : through - within;
}

function observed(answer: BatchAnswer | undefined): UsedBitsObservation {
  if (answer === undefined || !('observation' in answer)) throw new Error('the C example gave no answer');
  return answer.observation as UsedBitsObservation;
}
