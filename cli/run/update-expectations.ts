/**
 * `--update-expectations`: a new expectation file out of an old one and what a run gave, for a person to
 * review. It stands beside the old one, never in its place, and what is new in it has no reason yet:
 * `--expect` refuses it until somebody has judged each entry.
 */
import { fileProblem } from '../../adapters/file-problem.ts';
import { isSurprise } from '../../reports/finding-kind.ts';
import type { Palette } from '../../reports/palette.ts';
import {
  type AreaResult,
  areas,
  type ExpectationFile,
  type ExpectedFailure,
  type Finding,
} from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { UNJUDGED } from './expectations.ts';
import { fileName } from './file-name.ts';
import { writeToFreeFile } from './free-file.ts';
import { type StaleExpectation, staleExpectations } from './stale-expectations.ts';

/** Characters of what was expected and of what was observed. */
const LONGEST_QUOTE = 300;

export interface Update {
  readonly file: ExpectationFile;
  readonly added: readonly ExpectedFailure[];
  /** Passed although their rule was exercised. */
  readonly removed: readonly StaleExpectation[];
}

/** `old` without what passed and with what is new; areas that were given up take nothing away. */
export function updatedExpectations(old: ExpectationFile, results: readonly AreaResult[]): Update {
  const whole = results.filter(({ givenUp }) => givenUp === undefined);
  const removed = staleExpectations(whole, old.expectedFailures);
  const expectedFailures = old.expectedFailures.filter(
    (entry) => !removed.some((stale) => stale.entry === entry),
  );
  const added = results.flatMap(({ findings }) => findings.filter(isSurprise).map(unjudged));
  for (const entry of added) {
    const later = expectedFailures.findIndex((other) => order(entry, other) < 0);
    expectedFailures.splice(later < 0 ? expectedFailures.length : later, 0, entry);
  }
  return { file: { ...old, expectedFailures }, added, removed };
}

/** Writes the update where there is one, and gives the lines that say so. `oldFile`: where `old` stands. */
export function updateExpectations(
  old: ExpectationFile,
  oldFile: string | undefined,
  results: readonly AreaResult[],
  palette: Palette,
): readonly string[] {
  const { file, added, removed } = updatedExpectations(old, results);
  if (added.length === 0 && removed.length === 0) {
    return [`expectations: nothing to change in ${oldFile ?? 'none'}`];
  }
  const stem =
    oldFile === undefined
      ? `expectations-${fileName(old.implementation)}`
      : oldFile
          .replace(/\.json$/, '')
          .replace(/\.new(-\d+)?$/, '')
          .concat('.new');
  const written = write(stem, `${JSON.stringify(file, undefined, 2)}\n`);
  return [
    `expectations: ${written} written, ${added.length} to be judged, ${removed.length} that passed left out`,
    ...removed.map(({ entry }) => `  ${palette.green('-')} ${named(entry)}`),
    ...added.map((entry) => `  ${palette.red('+')} ${named(entry)}`),
  ];
}

function write(stem: string, text: string): string {
  try {
    return writeToFreeFile(stem, text);
  } catch (error) {
    throw wrongUse(`expectation file ${stem}.json cannot be written: ${fileProblem(error)}`);
  }
}

function unjudged({ id, area, rule, aspect, expected, observed }: Finding): ExpectedFailure {
  const reason = `${UNJUDGED}: expected ${quote(expected)}, observed ${quote(observed)} (finding ${id})`;
  return { area, rule, aspect, reason };
}

function quote(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

function named({ area, rule, aspect }: ExpectedFailure): string {
  return `${area}: ${rule}/${aspect}`;
}

/** By area as the schema lists them, then by rule and aspect. */
function order(a: ExpectedFailure, b: ExpectedFailure): number {
  if (a.area !== b.area) return areas.indexOf(a.area) - areas.indexOf(b.area);
  const [left, right] = [`${a.rule} ${a.aspect}`, `${b.rule} ${b.aspect}`];
  return left < right ? -1 : Number(left > right);
}
