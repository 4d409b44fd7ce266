/** The folder of an HTML report: looked at before the work starts, written after it. */
import { closeSync, existsSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { badge } from '../../reports/badge.ts';
import { GENERATOR, htmlReport } from '../../reports/html/page.ts';
import type { ReportData } from '../../reports/html/report-data.ts';
import { junitXml } from '../../reports/junit.ts';
import { type RunOutcome, resultOf } from '../../reports/result-json.ts';
import { toJson } from '../../spec/json.ts';
import type { Result } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { makeFolder, refuseNoFolder } from '../make-folder.ts';
import { refuseUnwritable } from '../write-file.ts';
import { fileName } from './file-name.ts';

/** So much of a file tells whether a report of ours begins there. */
const HEAD_BYTES = 4096;

/** A report replaces one of an earlier run, and no other page. `place` names the folder, such as `--report x`. */
export function refuseReport(folder: string, place: string): void {
  refuseNoFolder(folder, place);
  if (!existsSync(folder)) return;
  const page = path.join(folder, 'index.html');
  refuseUnwritable(page);
  if (existsSync(page) && statSync(page).size > 0 && !headOf(page).includes(GENERATOR)) {
    throw wrongUse(`${place}: ${page} is a page of something else, and is not overwritten`);
  }
}

/** What fails no run although it is not as expected. */
export interface Verdicts {
  readonly allowUnexpectedPass?: boolean;
}

/** Writes `index.html`, `junit.xml`, `badge.svg` and the results: those of one run as `results.json`. */
export function writeReport(
  folder: string,
  runs: readonly RunOutcome[],
  besides: Omit<ReportData, 'results'> = {},
  verdicts: Verdicts = {},
): void {
  makeFolder(folder);
  const results = runs.map(resultOf);
  writeFileSync(path.join(folder, 'index.html'), htmlReport({ ...besides, results }));
  writeFileSync(path.join(folder, 'junit.xml'), junitXml(runs, verdicts));
  writeFileSync(path.join(folder, 'badge.svg'), badge(runs));
  for (const [index, result] of results.entries()) {
    const name = results.length === 1 ? 'results.json' : `results-${index + 1}-${nameOf(result)}.json`;
    writeFileSync(path.join(folder, name), `${toJson(result, 2)}\n`);
  }
}

function nameOf({ implementation: { name, version } }: Result): string {
  return fileName(version === undefined ? name : `${name}-${version}`);
}

function headOf(file: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    return head.toString('utf8', 0, readSync(descriptor, head));
  } finally {
    closeSync(descriptor);
  }
}
