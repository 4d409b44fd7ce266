/**
 * The findings of earlier runs in the folder that findings are saved in, of every implementation: a build with a
 * fix has another version in its name. The folder is ours by habit only, so that what is no finding there is a
 * warning and stops nothing: a run must not fail because of a file that happens to lie beside its results.
 */
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../../adapters/process/printable.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { Area } from '../../spec/schema.ts';
import type { RecordedFile } from '../../suites/core/try-recorded.ts';
import { CommandError } from '../exit.ts';
import { readFinding } from './read-finding.ts';

/** Tried at the start of every run: more is a case for vector files. */
const MOST_FILES = 1000;
/** Of all files together. */
const MOST_BYTES = 64 << 20;
const MOST_WARNINGS = 5;

export interface RecordedFindings {
  readonly recorded: readonly RecordedFile[];
  readonly warnings: readonly string[];
}

/** Reads `directory/<implementation>/*.json` in the order of their names; no folder holds no findings. */
export function recordedFindings(
  directory: string,
  areas: readonly Area[],
  implementation: string,
): RecordedFindings {
  const recorded: RecordedFile[] = [];
  const problems: string[] = [];
  const { files, left } = filesIn(directory);
  for (const file of files) {
    try {
      const { id, area, rule, aspect, case: testCase, implementation: foundIn } = readFinding(file);
      const isRemark = ruleOf(rule)?.level === 'may';
      if (areas.includes(area) && !isRemark) {
        const isOwn = withoutVersion(foundIn) === withoutVersion(implementation);
        recorded.push({ file: printable(file), id, isOwn, rule, aspect, case: testCase });
      }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(printable(error.message));
    }
  }
  const more = problems.length - MOST_WARNINGS;
  return {
    recorded,
    warnings: [
      ...problems.slice(0, MOST_WARNINGS).map((problem) => `not tried: ${problem}`),
      ...(more > 0 ? [`not tried: ${more} more files in ${directory} that are no findings`] : []),
      ...(left > 0
        ? [
            `not tried: ${left} more files in ${directory}: at most ${MOST_FILES} are, of ${MOST_BYTES >> 20} MiB in all`,
          ]
        : []),
    ],
  };
}

/** `qemu-7.2.22` and `qemu-10.0.2` are two versions of one implementation. */
function withoutVersion(name: string): string {
  return name.replace(/[-_ ]?v?\d[\w.+-]*$/, '');
}

/** Plain files alone: a link may lead anywhere, and a pipe may never end. */
function filesIn(directory: string): { readonly files: readonly string[]; readonly left: number } {
  const found = entries(directory)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const folder = path.join(directory, name);
      return entries(folder)
        .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
        .map((entry) => path.join(folder, entry.name));
    });
  let bytes = 0;
  const files = found.filter((file, index) => {
    bytes += lstatSync(file).size;
    return index < MOST_FILES && bytes <= MOST_BYTES;
  });
  return { files, left: found.length - files.length };
}

function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
