/** The action of `check`: files are looked at before the work starts and written after it. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { paletteFor } from '../../reports/palette.ts';
import { resultJson } from '../../reports/result-json.ts';
import type { CheckArguments } from '../commands/check.ts';
import type { ExitStatus } from '../exit.ts';
import { refuseUnwritable } from '../write-file.ts';
import { check } from './check.ts';
import { readExpectations } from './expectations.ts';
import { findingReport, strayErrorLines, summaryTable } from './report.ts';
import { statusOf } from './verdict.ts';

export async function runCheck(options: CheckArguments): Promise<ExitStatus> {
  for (const file of [options.json, options.junit]) if (file !== undefined) refuseUnwritable(file);
  const quiet = options.quiet === true;
  const expectedFailures = options.expect === undefined ? [] : readExpectations(options.expect);
  const seed = options.seed ?? randomBytes(4).toString('hex');
  const outcome = await check({
    impl: options.impl,
    qemuArgs: options.qemuArg,
    ...(options.area ? { areas: options.area } : {}),
    ...(options.runs === undefined ? {} : { runs: options.runs }),
    // With a time, at least one chunk of cases is drawn and the clock decides about more.
    ...(options.time === undefined ? {} : { timeMs: options.time, runs: 1 }),
    seed,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    expectedFailures,
    ...(options.shard ? { shard: options.shard } : {}),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.junit === undefined ? {} : { junit: path.resolve(options.junit) }),
    progress: !quiet,
  });
  const palette = paletteFor(process.stdout, process.env);
  const lines = findingReport(
    outcome,
    {
      impl: options.impl,
      qemuArgs: options.qemuArg,
      findingsDirectory: options.findings,
      expectedFailures,
      quiet,
    },
    palette,
  );
  for (const line of lines) console.log(line);
  console.log(`${outcome.implementation.name}, seed ${seed}`);
  console.log(summaryTable([outcome], palette));
  if (options.json !== undefined) writeFileSync(options.json, resultJson(outcome));
  for (const line of strayErrorLines(outcome)) console.error(line);
  return statusOf(outcome);
}
