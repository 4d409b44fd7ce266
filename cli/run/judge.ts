/** The action of `judge`: a trace file is judged, then reported as a check is; an interrupted one as far as it went. */
import { writeFileSync } from 'node:fs';
import { paletteFor } from '../../reports/palette.ts';
import { plural } from '../../reports/plural.ts';
import { resultJson } from '../../reports/result-json.ts';
import type { ExpectedFailure } from '../../spec/schema.ts';
import type { JudgeArguments } from '../commands/judge.ts';
import type { ExitStatus } from '../exit.ts';
import { refuseNoFolder } from '../make-folder.ts';
import { refuseUnwritable } from '../write-file.ts';
import type { CheckOutcome } from './check.ts';
import { readExpectations } from './expectations.ts';
import { onInterrupt } from './interrupt.ts';
import { findingReport, summaryTable } from './report.ts';
import { TraceJudge } from './trace-judge.ts';
import { statusOf } from './verdict.ts';

export async function runJudge(file: string, options: JudgeArguments): Promise<ExitStatus> {
  if (options.json !== undefined) refuseUnwritable(options.json);
  refuseNoFolder(options.findings, `--findings ${options.findings}`);
  const expectedFailures =
    options.expect === undefined ? [] : readExpectations(options.expect).expectedFailures;
  const trace = new TraceJudge(file, expectedFailures);
  const interruption = onInterrupt(async () => {
    const outcome = trace.soFar();
    await report(outcome, file, expectedFailures, options);
    const cases = outcome.areas.reduce((sum, { result }) => sum + (result?.cases ?? 0), 0);
    process.stderr.write(`interrupted after ${plural(cases, 'case')} of ${file}\n`);
  });
  const outcome = await trace.judge().finally(interruption.stop);
  await report(outcome, file, expectedFailures, options);
  return statusOf(outcome);
}

async function report(
  outcome: CheckOutcome,
  file: string,
  expectedFailures: readonly ExpectedFailure[],
  options: JudgeArguments,
): Promise<void> {
  const palette = paletteFor(process.stdout, process.env);
  const lines = await findingReport(
    outcome,
    {
      impl: 'optimized',
      qemuArgs: [],
      findingsDirectory: options.findings,
      expectedFailures,
      quiet: options.quiet === true,
    },
    palette,
  );
  for (const line of lines) console.log(line);
  console.log(`${outcome.implementation.name}, recorded in ${file}`);
  console.log(summaryTable([outcome], palette));
  if (options.json !== undefined) writeFileSync(options.json, resultJson(outcome));
}
