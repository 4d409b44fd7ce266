/**
 * The main job: the optimized model over every area, then every QEMU binary that is found, each with the
 * known failures of its version; one table at the end.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findQemuBinaries } from '../../adapters/qemu/binaries.ts';
import { type Palette, paletteFor } from '../../reports/palette.ts';
import type { ExpectedFailure } from '../../spec/schema.ts';
import type { ConformanceArguments } from '../commands/conformance.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import { refuseNoFolder } from '../make-folder.ts';
import { packageRoot } from '../package-root.ts';
import { type CheckOutcome, check } from './check.ts';
import { readExpectations } from './expectations.ts';
import { githubLines } from './github.ts';
import { findingReport, strayErrorLines, summaryTable } from './report.ts';
import { pageIn } from './report-page.ts';
import { scriptMaker } from './script-maker.ts';
import { showOnInterrupt } from './show-on-interrupt.ts';
import { statusOf, worst } from './verdict.ts';

interface Candidate {
  readonly impl: string;
  readonly expectedFailures: readonly ExpectedFailure[];
  /** Why findings of this candidate do not fail the run, when they do not. */
  readonly unjudged?: string;
}

export async function runConformance(options: ConformanceArguments): Promise<ExitStatus> {
  const page = options.report === undefined ? undefined : await pageIn(options.report);
  refuseNoFolder(options.findings, `--findings ${options.findings}`);
  const palette = paletteFor(process.stdout, process.env);
  const outcomes: CheckOutcome[] = [];
  const statuses: ExitStatus[] = [];
  const notes: string[] = [];
  for (const candidate of await candidates()) {
    const outcome = await checkCandidate(candidate, options, palette);
    outcomes.push(outcome);
    const status = statusOf(outcome);
    if (candidate.unjudged === undefined) statuses.push(status);
    else if (status !== exitStatus.conforms) notes.push(candidate.unjudged);
  }
  if (outcomes.length === 1) notes.push('no QEMU binary found: the models alone were checked');
  page?.write(outcomes);
  console.log(`seed ${options.seed}`);
  console.log(summaryTable(outcomes, palette));
  for (const note of notes) console.log(note);
  return worst(statuses);
}

async function candidates(): Promise<readonly Candidate[]> {
  const binaries = await findQemuBinaries(packageRoot);
  return [
    { impl: 'optimized', expectedFailures: [] },
    ...binaries.map(({ path: binary, version }) => {
      const [series = version] = /^\d+\.\d+/.exec(version) ?? [];
      const name = `expectations/qemu-${series}.json`;
      const file = path.join(packageRoot, name);
      const impl = `qemu:${binary}`;
      if (existsSync(file)) return { impl, expectedFailures: readExpectations(file).expectedFailures };
      const unjudged = `QEMU ${version} has no ${name}: its findings are reported and do not fail the run`;
      return { impl, expectedFailures: [], unjudged };
    }),
  ];
}

async function checkCandidate(
  { impl, expectedFailures, unjudged }: Candidate,
  { seed, findings }: ConformanceArguments,
  palette: Palette,
): Promise<CheckOutcome> {
  const scriptOf = await scriptMaker(impl);
  const report = {
    impl,
    qemuArgs: [],
    findingsDirectory: findings,
    expectedFailures,
    quiet: false,
    scriptOf,
  };
  const found = showOnInterrupt(seed, report, palette, (line) => console.log(line));
  const outcome = await check({
    impl,
    qemuArgs: [],
    seed,
    expectedFailures,
    progress: true,
    onFinding: found.add,
  }).finally(found.stop);
  for (const line of await findingReport(outcome, report, palette)) console.log(line);
  if (unjudged === undefined) for (const line of githubLines(outcome, report)) console.log(line);
  for (const line of strayErrorLines(outcome)) console.error(line);
  return outcome;
}
