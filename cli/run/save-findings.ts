/** Findings as files that `replay` reads: named by their id, and no file is ever overwritten. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { messageOf } from '../../adapters/open-error.ts';
import { toJson } from '../../spec/json.ts';
import { type Finding, findingSchema } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';

/** Saves `finding` in `directory` and returns the path; the same finding of an earlier run stays as it is. */
export function saveFinding(finding: Finding, directory: string): string {
  const folder = path.join(directory, fileName(finding.implementation));
  const stem = path.join(folder, fileName(finding.id));
  try {
    mkdirSync(folder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const file = `${stem}${attempt === 1 ? '' : `-${attempt}`}.json`;
      if (existsSync(file)) {
        if (isSame(file, finding)) return file;
        continue;
      }
      writeFileSync(file, `${toJson(finding, 2)}\n`, { flag: 'wx' });
      return file;
    }
  } catch (error) {
    throw wrongUse(`a finding cannot be saved in ${folder}: ${messageOf(error)}`);
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

function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]+/g, '-');
}
