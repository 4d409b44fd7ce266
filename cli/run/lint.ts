/** The action of `lint`: reads the files twice, first for what they say of the units, then to judge them. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { type DumpSource, fileSource, keptSource, readDump } from '../../adapters/dumps/read-dump.ts';
import { printable } from '../../adapters/process/printable.ts';
import { lintJson } from '../../reports/lint-json.ts';
import { type LintedFile, lintLines } from '../../reports/lint-lines.ts';
import { paletteFor } from '../../reports/palette.ts';
import type { LintFinding } from '../../suites/lint/finding.ts';
import { FileLinter, type LintCounts } from '../../suites/lint/linter.ts';
import { fileOf, Parts } from '../../suites/lint/parts.ts';
import { Survey } from '../../suites/lint/units.ts';
import type { LintArguments } from '../commands/lint.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { allOfStdin } from '../stdin.ts';

/** More of one file is counted, and not kept. */
const MOST_FINDINGS = 10_000;

export async function runLint(files: readonly string[], options: LintArguments): Promise<ExitStatus> {
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw wrongUse(`${twice} is given twice`);
  const sources: DumpSource[] = [];
  for (const file of files) sources.push(await sourceOf(file));
  const { linted, problems } = lint(sources);
  const palette = paletteFor(process.stdout, process.env);
  if (options.json === true) console.log(lintJson(linted, problems));
  else if (linted.length > 0) {
    for (const line of lintLines(linted, palette, problems.length)) console.log(line);
  }
  for (const problem of problems) console.error(`error: ${printable(problem)}`);
  if (problems.length > 0) return exitStatus.wrongUse;
  const fails = linted.some(({ findings }) => findings.some(({ level }) => level !== 'may'));
  return fails ? exitStatus.findings : exitStatus.conforms;
}

export interface Linted {
  readonly linted: readonly LintedFile[];
  /** One sentence for each file that could not be read to its end. */
  readonly problems: readonly string[];
}

/** Judges the files together: each as far as it can be read. */
export function lint(sources: readonly DumpSource[]): Linted {
  const survey = new Survey();
  const surveyed = sources.map((source) => surveyFile(survey, source));
  const judged = sources.map((source) => judge(survey, source));
  // A file of a live machine may be another one by the time that it is read again.
  const problems = new Set(sources.flatMap((_, index) => [surveyed[index], judged[index]?.problem]));
  return {
    linted: judged.flatMap(({ file }) => (file.kinds.size === 0 ? [] : [file])),
    problems: [...problems].filter((problem) => problem !== undefined),
  };
}

/** One sentence when the file cannot be read to its end. */
function surveyFile(survey: Survey, source: DumpSource): string | undefined {
  const parts = new Parts(source.name);
  const names = new Set<string>();
  const { problem } = readDump(source, (record, line) => {
    const part = parts.partOf(record);
    names.add(part);
    survey.add(part, record, line);
  });
  const [unit] = [...names].flatMap((part) => survey.incomplete(part));
  if (problem !== undefined || unit === undefined) return problem;
  return `${source.name} breaks off: the registers of ${unit} have no CAP and ECAP`;
}

function judge(survey: Survey, source: DumpSource): { file: LintedFile; problem: string | undefined } {
  const findings: LintFinding[] = [];
  let left = 0;
  const report = (finding: LintFinding): void => {
    if (findings.length < MOST_FINDINGS) findings.push(ofFiles(finding));
    else left++;
  };
  const parts = new Parts(source.name);
  const linters = new Map<string, FileLinter>();
  let linter: FileLinter | undefined;
  const { problem, ...read } = readDump(source, (record, line) => {
    const part = parts.partOf(record);
    if (!linters.has(part)) {
      linter?.end();
      linter = new FileLinter(survey, part, report);
      linters.set(part, linter);
    }
    linter?.add(record, line);
  });
  linter?.end();
  findings.sort((one, other) => one.place.line - other.place.line);
  const all = [...linters.values()];
  const sum = (name: keyof LintCounts): number => all.reduce((total, { counts }) => total + counts[name], 0);
  const file = {
    ...{ name: source.name, ...read, entries: sum('entries'), faults: sum('faults') },
    ...{ units: all.flatMap(({ units }) => units), findings, left: left + sum('left') },
  };
  return { file, problem };
}

/** Lines are those of the file, whatever part they are of. */
function ofFiles({ place, other, ...finding }: LintFinding): LintFinding {
  return {
    ...{ ...finding, place: { ...place, file: fileOf(place.file) } },
    ...(other === undefined ? {} : { other: { ...other, file: fileOf(other.file) } }),
  };
}

/** A file is read anew each time; what can be read only once is kept. */
async function sourceOf(file: string): Promise<DumpSource> {
  if (file === '-') return keptSource('stdin', [await allOfStdin()]);
  const source = fileSource(file);
  return isReadOnce(file)
    ? keptSource(
        file,
        Array.from(source.pieces(), (piece) => Buffer.from(piece)),
      )
    : source;
}

function isReadOnce(file: string): boolean {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const status = fstatSync(descriptor);
      return status.isFIFO() || status.isSocket() || status.isCharacterDevice();
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The sentence comes when it is read.
    return false;
  }
}
