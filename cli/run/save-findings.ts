/** Findings as files that `replay` reads: named by their id, and no file is ever overwritten. */
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { fileProblem } from '../../adapters/file-problem.ts';
import { toJson } from '../../spec/json.ts';
import { type Finding, findingSchema } from '../../spec/schema.ts';
import { CommandError, wrongUse } from '../exit.ts';
import { makeFolder } from '../make-folder.ts';
import { fileName } from './file-name.ts';
import { numberedNames, writeIfFree } from './free-file.ts';
import type { ScriptOf } from './script-maker.ts';

/** Saves `finding` in `directory` and returns the path; the same finding of an earlier run stays as it is. */
export function saveFinding(finding: Finding, directory: string): string {
  const folder = path.join(directory, fileName(finding.implementation));
  const stem = path.join(folder, fileName(finding.id));
  try {
    makeFolder(folder);
    // A link that somebody put there may lead anywhere.
    if (!lstatSync(folder).isDirectory()) throw new Error('it is no folder');
    const text = `${toJson(finding, 2)}\n`;
    const names = numberedNames(stem);
    for (;;) {
      const { value: file } = names.next();
      if (writeIfFree(file, text) || isSame(file, finding)) return file;
    }
  } catch (error) {
    throw wrongUse(`a finding cannot be saved in ${folder}: ${fileProblem(error)}`);
  }
}

/** Saves what `scriptOf` makes of the finding in `file`, beside it; undefined where there is no script. */
export function saveScript(
  finding: Finding,
  file: string,
  scriptOf: ScriptOf | undefined,
): string | undefined {
  const script = scriptOf?.(finding);
  if (script === undefined) return undefined;
  const beside = file.replace(/\.json$/, '.py');
  try {
    return writeIfFree(beside, script) || readFileSync(beside, 'utf8') === script ? beside : undefined;
  } catch {
    // The finding itself is saved.
    return undefined;
  }
}

/** The file that `finding` is in, or why it could not be saved: a report goes on without. */
export function trySaving(
  finding: Finding,
  directory: string,
): { readonly file?: string; readonly problem?: string } {
  try {
    return { file: saveFinding(finding, directory) };
  } catch (error) {
    if (error instanceof CommandError) return { problem: error.message };
    throw error;
  }
}

/** The id holds a hash of the case: with the same observation it is the same finding. */
function isSame(file: string, finding: Finding): boolean {
  try {
    const parsed = v.safeParse(findingSchema, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success && parsed.output.id === finding.id && parsed.output.observed === finding.observed;
  } catch {
    return false;
  }
}
