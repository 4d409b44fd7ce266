/** The action of `replay`: the file is looked at first, then the case runs once and is judged. */
import { caseDrawing } from '../../reports/case-drawing.ts';
import { caseLines } from '../../reports/case-lines.ts';
import { withNeededBits } from '../../reports/needed-bits.ts';
import type { Palette } from '../../reports/palette.ts';
import { wrap } from '../../reports/wrap.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Finding, Mismatch } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../../suites/core/answer.ts';
import { judgeOfRule } from '../../suites/core/judge-of-rule.ts';
import { isAboutChance, repeatOften } from '../../suites/core/repeat.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { opened } from './open-implementation.ts';
import { readFinding } from './read-finding.ts';

const WIDTH = 96;
const CASE_LINES = 40;

export interface Replayed {
  readonly lines: readonly string[];
  readonly status: ExitStatus;
}

export async function replay(
  file: string,
  impl: string,
  qemuArgs: readonly string[],
  palette: Palette,
): Promise<Replayed> {
  const finding = readFinding(file);
  const implementation = await opened(impl, qemuArgs);
  try {
    if (!implementation.areas.includes(finding.area)) {
      throw wrongUse(`${implementation.name} does not claim area ${finding.area}`);
    }
    return await runAgain(finding, implementation, palette);
  } finally {
    await implementation.close?.();
  }
}

async function runAgain(
  finding: Finding,
  implementation: Implementation,
  palette: Palette,
): Promise<Replayed> {
  const suite = judgeOfRule(await suiteOf(finding.area), finding.rule);
  const judged = judgeAnswer(suite, finding.case, await ask(implementation, finding.case));
  const { verdict, observation, failure, skip } = judged;
  const rule = ruleOf(finding.rule);
  const byChance = isAboutChance(finding.area, finding.rule)
    ? await repeatOften(suite, implementation, finding.case, judged)
    : [];
  const mismatches = [...verdict.mismatches, ...byChance];
  const isFailing = mismatches.some((mismatch) => ruleOf(mismatch.rule)?.level !== 'may');
  const lines = [
    palette.bold(`${finding.id}, ${finding.area}, against ${implementation.name}`),
    ...wrap(`${rule?.statement} (${rule?.clause})`, WIDTH, 4),
    '',
    ...withNeededBits(caseLines(finding.case, CASE_LINES), finding.case, finding.bits),
    '',
    ...(await caseDrawing(finding.case, observation, palette, finding.bits)),
    '',
    ...(await noteOnProfile(finding, implementation)),
    ...mismatches.flatMap((mismatch) => mismatchLines(mismatch, palette)),
    ...(failure?.stderr ? ['stderr of the implementation:', failure.stderr.trimEnd()] : []),
    ...(skip === undefined ? [] : [`skipped by ${implementation.name}, which is no pass: ${skip}`]),
    ...(isFailing ? [palette.red('it still fails')] : []),
    ...(isFailing || skip !== undefined ? [] : [palette.green('it passes now')]),
  ];
  const died = failure?.kind === 'crash' || failure?.kind === 'hang';
  const failing = died ? exitStatus.implementationFailed : exitStatus.findings;
  if (isFailing) return { lines, status: failing };
  // As of `check --failed`: only what was asked and passes is mended.
  return { lines, status: skip === undefined ? exitStatus.conforms : exitStatus.findings };
}

function mismatchLines({ rule, aspect, expected, observed }: Mismatch, palette: Palette): readonly string[] {
  return [
    palette.bold(`${rule} (${ruleOf(rule)?.level ?? 'must'}), ${aspect}`),
    ...wrap(expected, WIDTH, 8).map((line, index) => `${index === 0 ? 'expected' : '        '}  ${line}`),
    ...wrap(observed, WIDTH, 8).map((line, index) => `${index === 0 ? 'observed' : '        '}  ${line}`),
  ];
}

/** A case speaks of one unit; another one may rightly answer otherwise. */
async function noteOnProfile(
  { case: testCase }: Finding,
  implementation: Implementation,
): Promise<readonly string[]> {
  const { profile } = testCase;
  // What is drawn for those who take any unit has some without policies: not drawn only to see that.
  if (implementation.profile === 'any' && Object.keys(profile.policies).length === 0) return [];
  const { offeredProfile } = await import('../../suites/core/offered-profile.ts');
  if (offeredProfile(implementation, profile) !== undefined) return [];
  return [`note: ${implementation.name} is not the unit of the case (profile ${profile.name})`];
}
