/** The action of `report`: results of several runs, known bugs and a benchmark, each told by what is in the file. */
import path from 'node:path';
import * as v from 'valibot';
import { mergedResults } from '../../reports/html/merged-results.ts';
import type { ReportData } from '../../reports/html/report-data.ts';
import { benchmarkSchema, yardstickSchema } from '../../reports/html/report-schemas.ts';
import { type Result, resultSchema } from '../../spec/schema.ts';
import type { ReportArguments } from '../commands/report.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { parseJson, readTextFile } from '../read-file.ts';
import { refuseReport, writeReport } from './report-folder.ts';

type Part = { readonly result: Result } | Pick<ReportData, 'bugs'> | Pick<ReportData, 'speed'>;

export function runReport(files: readonly string[], { out }: ReportArguments): ExitStatus {
  refuseReport(out, `--out ${out}`);
  const parts = files.map(partOf);
  const results = parts.flatMap((part) => ('result' in part ? [part.result] : []));
  if (results.length === 0) throw wrongUse('report: none of the files is a result of check --json');
  const merged = mergedResults(results);
  if (typeof merged === 'string') throw wrongUse(`report: ${merged}`);
  const others = parts.filter((part) => !('result' in part));
  writeReport(out, Object.assign({ results: merged }, ...others));
  console.log(`written to ${path.join(out, 'index.html')}`);
  return exitStatus.conforms;
}

function partOf(file: string): Part {
  const text = readTextFile(file, 'result');
  const shape = parseJson(text, v.looseObject({}), `result ${file}`);
  if ('bugs' in shape)
    return { bugs: parseJson(text, yardstickSchema, `figures of known bugs ${file}`).bugs };
  if ('figures' in shape) return { speed: parseJson(text, benchmarkSchema, `benchmark ${file}`) };
  return { result: parseJson(text, resultSchema, `result ${file}`) };
}
