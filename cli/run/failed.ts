/** The action of `check --failed`: the cases of an earlier run's findings, asked again; nothing is drawn. */
import { type Palette, paletteFor } from '../../reports/palette.ts';
import { wrap } from '../../reports/wrap.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Finding } from '../../spec/schema.ts';
import { offeredProfile } from '../../suites/core/offered-profile.ts';
import { type Rechecked, recheck } from '../../suites/core/recheck.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import { opened } from './open-implementation.ts';
import { readFailed } from './read-failed.ts';

const WIDTH = 96;

/** 0 when each was asked and passes, 3 when one ended the implementation, else 1. */
export async function checkFailed(
  file: string,
  impl: string,
  qemuArgs: readonly string[],
): Promise<ExitStatus> {
  const findings = readFailed(file);
  const palette = paletteFor(process.stdout, process.env);
  const implementation = await opened(impl, qemuArgs);
  try {
    const results: Rechecked[] = [];
    for (const finding of findings) {
      const result = await askAgain(finding, implementation);
      results.push(result);
      for (const line of resultLines(finding, result, palette)) console.log(line);
    }
    console.log(summary(implementation.name, file, results));
    return statusOf(results);
  } finally {
    await implementation.close?.();
  }
}

async function askAgain(finding: Finding, implementation: Implementation): Promise<Rechecked> {
  const { area, case: testCase } = finding;
  if (!implementation.areas.includes(area))
    return { state: 'skipped', reason: `area ${area} is not claimed` };
  const profile = offeredProfile(implementation, testCase.profile);
  if (profile === undefined) {
    return { state: 'skipped', reason: `profile ${testCase.profile.name} is not offered` };
  }
  const suite = await suiteOf(area);
  const [result] = await recheck(suite, implementation, [{ ...finding, case: { ...testCase, profile } }]);
  return result ?? { state: 'skipped', reason: 'it gave no answer' };
}

function resultLines({ id, area }: Finding, result: Rechecked, palette: Palette): readonly string[] {
  if (result.state === 'fixed') return [`${palette.green('fixed')}        ${area}: ${id}`];
  if (result.state === 'skipped')
    return [`${palette.yellow('not asked')}    ${area}: ${id}: ${result.reason}`];
  const { rule, aspect, expected, observed } = result.mismatch;
  const otherwise = result.state === 'fails' ? '' : ` now breaks ${rule}/${aspect}`;
  return [
    `${palette.red('still fails')}  ${area}: ${id}${otherwise}`,
    ...wrap(`expected ${expected}, observed ${observed}`, WIDTH, 4).map((line) => `             ${line}`),
  ];
}

function summary(name: string, file: string, results: readonly Rechecked[]): string {
  if (results.length === 0) return `${name}: nothing failed in ${file}`;
  const count = (...states: readonly string[]) =>
    results.filter(({ state }) => states.includes(state)).length;
  return `${name}: ${count('fixed')} of ${results.length} fixed, ${count('fails', 'fails-otherwise')} still fail, ${count('skipped')} not asked`;
}

function statusOf(results: readonly Rechecked[]): ExitStatus {
  const died = results.some(
    (result) => 'failure' in result && (result.failure?.kind === 'crash' || result.failure?.kind === 'hang'),
  );
  if (died) return exitStatus.implementationFailed;
  return results.every(({ state }) => state === 'fixed') ? exitStatus.conforms : exitStatus.findings;
}
