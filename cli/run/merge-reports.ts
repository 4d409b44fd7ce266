/** The action of `report`: results of several runs, known bugs and a benchmark, each told by what is in the file. */
import path from 'node:path';
import * as v from 'valibot';
import type { ReportData } from '../../reports/html/report-data.ts';
import { benchmarkSchema, yardstickSchema } from '../../reports/html/report-schemas.ts';
import { mergedResults } from '../../reports/merged-results.ts';
import { outcomeOf } from '../../reports/result-json.ts';
import { summedResults } from '../../reports/summed-results.ts';
import { type Result, resultSchema } from '../../spec/schema.ts';
import type { ReportArguments } from '../commands/report.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { parseJson, readTextFile } from '../read-file.ts';
import { refuseReport, writeReport } from './report-folder.ts';

/** What one file holds: one of these. */
interface Part extends Omit<ReportData, 'results'> {
  readonly file: string;
  readonly result?: Result;
}

export function runReport(files: readonly string[], { out, sum }: ReportArguments): ExitStatus {
  refuseReport(out, `--out ${out}`);
  const parts = files.map(partOf);
  const results = parts.flatMap(({ result }) => (result ? [result] : []));
  if (results.length === 0) throw wrongUse('report: none of the files is a result of check --json');
  const merged = sum ? summedResults(results) : mergedResults(results);
  if (typeof merged === 'string') throw wrongUse(`report: ${merged}`);
  const bugs = only(parts, 'bugs', 'figures of known bugs')?.bugs;
  const speed = only(parts, 'speed', 'benchmarks')?.speed;
  writeReport(out, merged.map(outcomeOf), { ...(bugs ? { bugs } : {}), ...(speed ? { speed } : {}) });
  console.log(`written to ${path.join(out, 'index.html')}`);
  return exitStatus.conforms;
}

/** The part that holds `kind`, if there is one; a second would stand in a page that has room for one. */
function only(parts: readonly Part[], kind: 'bugs' | 'speed', what: string): Part | undefined {
  const [first, second] = parts.filter((part) => part[kind] !== undefined);
  if (second === undefined) return first;
  throw wrongUse(`report: ${first?.file} and ${second.file} are both ${what}: a page shows one`);
}

function partOf(file: string): Part {
  const text = readTextFile(file, 'result');
  const shape = parseJson(text, v.looseObject({}), `result ${file}`);
  if ('bugs' in shape)
    return { file, bugs: parseJson(text, yardstickSchema, `figures of known bugs ${file}`).bugs };
  if ('figures' in shape) return { file, speed: parseJson(text, benchmarkSchema, `benchmark ${file}`) };
  return { file, result: parseJson(text, resultSchema, `result ${file}`) };
}
