/** The action of `diff`. */
import { writeFileSync } from 'node:fs';
import { resultDiff } from '../../reports/diff/result-diff.ts';
import { resultDiffLines } from '../../reports/diff/result-diff-lines.ts';
import { paletteFor } from '../../reports/palette.ts';
import { toJson } from '../../spec/json.ts';
import { resultSchema } from '../../spec/schema.ts';
import type { DiffArguments } from '../commands/diff.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import { readJsonFile } from '../read-file.ts';
import { refuseUnwritable } from '../write-file.ts';

export function runDiff(before: string, after: string, { json }: DiffArguments): ExitStatus {
  if (json !== undefined) refuseUnwritable(json);
  const diff = resultDiff(
    readJsonFile(before, resultSchema, 'result'),
    readJsonFile(after, resultSchema, 'result'),
  );
  for (const line of resultDiffLines(diff, paletteFor(process.stdout, process.env))) console.log(line);
  if (json !== undefined) writeFileSync(json, `${toJson(diff, 2)}\n`);
  return diff.isWorse ? exitStatus.findings : exitStatus.conforms;
}
