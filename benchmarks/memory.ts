/** Resident memory over very many cases, each area in a process of its own, whose heap is that of a checking thread. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { youngGeneration } from '../cli/run/young-generation.ts';
import { areas } from '../spec/schema.ts';
import { tableOf } from './figures.ts';
import type { Resident } from './resident.ts';

const program = fileURLToPath(new URL('resident.ts', import.meta.url));
/** One process after the other, each for `seconds`. */
export async function residentMemory(seconds: number): Promise<readonly Resident[]> {
  const found: Resident[] = [];
  for (const area of areas) {
    const args = [...youngGeneration, program, area, `${seconds}`];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    found.push(JSON.parse(stdout) as Resident);
  }
  return found;
}

export function residentTable(found: readonly Resident[]): string {
  const rows = found.map(({ area, cases, ...megabytes }) => [
    area,
    cases.toLocaleString('en'),
    ...[megabytes.early, megabytes.late, megabytes.least, megabytes.most].map((value) => value.toFixed(0)),
  ]);
  return tableOf(['MB resident', 'cases', 'after a tenth', 'at the end', 'least', 'most'], rows);
}
