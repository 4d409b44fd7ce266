/** The action of `check`: files are looked at before the work starts and written after it. */
import { writeFileSync } from 'node:fs';
import { paletteFor } from '../../reports/palette.ts';
import { resultJson } from '../../reports/result-json.ts';
import type { Area, ExpectationFile } from '../../spec/schema.ts';
import { exhaustiveAreas } from '../../suites/exhaustive-areas.ts';
import type { CheckArguments } from '../commands/check.ts';
import { CommandError, type ExitStatus, wrongUse } from '../exit.ts';
import { refuseNoFolder } from '../make-folder.ts';
import { type CheckOutcome, check } from './check.ts';
import { EventLog } from './event-log.ts';
import { readExpectations } from './expectations.ts';
import { githubLines } from './github.ts';
import { newSeed } from './new-seed.ts';
import { refuseOutputs } from './outputs.ts';
import { findingReport, strayErrorLines, summaryTable } from './report.ts';
import { type Page, pageIn } from './report-page.ts';
import { scriptMaker } from './script-maker.ts';
import { showOnInterrupt } from './show-on-interrupt.ts';
import { storedCases } from './stored-cases.ts';
import { updateExpectations } from './update-expectations.ts';
import { statusOf } from './verdict.ts';

export async function runCheck(options: CheckArguments): Promise<ExitStatus> {
  const { json, jsonl, junit } = options;
  refuseOutputs([json, jsonl === '-' ? undefined : jsonl, junit]);
  if (jsonl === '-') reserveStdout();
  const expectations = options.expect === undefined ? undefined : readExpectations(options.expect);
  const page = options.report === undefined ? undefined : await pageIn(options.report);
  refuseNoFolder(options.findings, `--findings ${options.findings}`);
  const log = jsonl === undefined ? undefined : new EventLog(jsonl);
  try {
    const status = await checkAndReport(options, expectations, log, page);
    log?.end(status);
    if (log?.problem !== undefined) throw wrongUse(log.problem);
    return status;
  } catch (error) {
    if (error instanceof CommandError) log?.end(error.status, error.message);
    throw error;
  }
}

async function checkAndReport(
  options: CheckArguments,
  expectations: ExpectationFile | undefined,
  log: EventLog | undefined,
  page: Page | undefined,
): Promise<ExitStatus> {
  const quiet = options.quiet === true;
  const allowUnexpectedPass = options.allowUnexpectedPass === true;
  const expectedFailures = expectations?.expectedFailures ?? [];
  const stored = storedCases(options);
  const seed = stored?.seed ?? options.seed ?? newSeed();
  const report = {
    impl: options.impl,
    qemuArgs: options.qemuArg,
    findingsDirectory: options.findings,
    expectedFailures,
    quiet,
    scriptOf: await scriptMaker(options.impl),
  };
  const stream = options.jsonl === '-' ? process.stderr : process.stdout;
  const say = (line: string) => void stream.write(`${line}\n`);
  const palette = paletteFor(stream, process.env);
  const found = showOnInterrupt(seed, report, palette, say, (status, told) => log?.end(status, told));
  const { impl, qemuArg: qemuArgs, time: timeMs, exhaustive, profile, shard, workers } = options;
  const outcome = await check({
    ...{ impl, qemuArgs, seed, timeMs, exhaustive, profile, shard, workers, log },
    ...{ expectedFailures, allowUnexpectedPass },
    areas: areasAsked(options),
    // With a time, at least one chunk of cases is drawn and the clock decides about more.
    runs: timeMs === undefined ? options.runs : 1,
    recordedIn: stored ? undefined : options.findings,
    progress: !quiet,
    onFinding: found.add,
    ...stored?.request,
  }).finally(found.stop);
  for (const line of await findingReport(outcome, report, palette)) say(line);
  say(`${outcome.implementation.name}, ${stored?.title ?? `seed ${seed}`}`);
  say(summaryTable([outcome], palette));
  if (options.json !== undefined) writeFileSync(options.json, resultJson(outcome));
  if (options.junit !== undefined) {
    const { junitXml } = await import('../../reports/junit.ts');
    writeFileSync(options.junit, junitXml([outcome], { allowUnexpectedPass }));
  }
  page?.write([outcome], { allowUnexpectedPass });
  for (const line of githubLines(outcome, { ...report, allowUnexpectedPass })) say(line);
  if (options.updateExpectations) {
    const old = expectations ?? emptyExpectations(outcome);
    const results = outcome.areas.flatMap(({ result }) => (result ? [result] : []));
    for (const line of updateExpectations(old, options.expect, results, palette)) say(line);
  }
  for (const line of strayErrorLines(outcome)) console.error(line);
  return statusOf(outcome, { allowUnexpectedPass });
}

/** The exhaustive mode is about the areas that have one: an other is refused. */
function areasAsked({ area, exhaustive }: CheckArguments): readonly Area[] | undefined {
  if (exhaustive === undefined) return area;
  const other = area?.find((one) => !exhaustiveAreas.includes(one));
  if (other === undefined) return area ?? exhaustiveAreas;
  throw wrongUse(`--exhaustive: area ${other} has no such mode: expected ${exhaustiveAreas.join(', ')}`);
}

function emptyExpectations({ implementation: { name, version } }: CheckOutcome): ExpectationFile {
  return {
    version: 1,
    implementation: version === undefined ? name : `${name} ${version}`,
    expectedFailures: [],
  };
}

/** The events have stdout to themselves: whatever else is written there, by a module too, goes to stderr. */
function reserveStdout(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}
