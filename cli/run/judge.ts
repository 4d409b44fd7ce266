/** The action of `judge`: a trace file is read and judged case by case, then reported as a check is. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { paletteFor } from '../../reports/palette.ts';
import { resultJson } from '../../reports/result-json.ts';
import { toJson } from '../../spec/json.ts';
import { type Area, areas, type ExpectedFailure, type Profile } from '../../spec/schema.ts';
import { RECORDED_SEED, RecordedTally } from '../../suites/core/recorded.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import type { JudgeArguments } from '../commands/judge.ts';
import type { ExitStatus } from '../exit.ts';
import { refuseNoFolder } from '../make-folder.ts';
import { refuseUnwritable } from '../write-file.ts';
import type { CheckOutcome } from './check.ts';
import { readExpectations } from './expectations.ts';
import { emptyTrace, RecordedCases } from './recorded-cases.ts';
import { findingReport, summaryTable } from './report.ts';
import { statusOf } from './verdict.ts';

/** More than any implementation offers; a file with more is one of cases under any profile. */
const MOST_PROFILES = 256;

export async function runJudge(file: string, options: JudgeArguments): Promise<ExitStatus> {
  if (options.json !== undefined) refuseUnwritable(options.json);
  refuseNoFolder(options.findings, `--findings ${options.findings}`);
  const expectedFailures =
    options.expect === undefined ? [] : readExpectations(options.expect).expectedFailures;
  const outcome = await judgeTrace(file, expectedFailures);
  const palette = paletteFor(process.stdout, process.env);
  const lines = findingReport(
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
  return statusOf(outcome);
}

export async function judgeTrace(
  file: string,
  expectedFailures: readonly ExpectedFailure[],
): Promise<CheckOutcome> {
  const cases = new RecordedCases(file);
  const tallies = new Map<Area, RecordedTally<Area>>();
  const profiles = new Map<string, Profile>();
  for await (const recorded of cases.read()) {
    const { area, profile } = recorded.testCase;
    const tally = tallies.get(area) ?? new RecordedTally(await suiteOf(area));
    tallies.set(area, tally);
    if (profiles.size <= MOST_PROFILES) profiles.set(toJson(profile), profile);
    tally.add(recorded);
  }
  if (tallies.size === 0) throw emptyTrace(file);
  const { name = path.basename(file), version } = cases.named;
  const source = { implementation: name, file, expectedFailures };
  return {
    implementation: {
      name,
      ...(version === undefined ? {} : { version }),
      profile: profiles.size > MOST_PROFILES ? 'any' : [...profiles.values()],
    },
    seed: RECORDED_SEED,
    areas: areas.flatMap((area) => {
      const tally = tallies.get(area);
      return tally === undefined ? [] : [{ area, result: tally.result(source) }];
    }),
    strayErrors: [],
  };
}
