/** Files that a command writes are looked at before the work starts. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { wrongUse } from './exit.ts';

/** Results replace those of an earlier run, as a compiler's output does; a folder stays a folder. */
export function refuseUnwritable(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (!existsSync(folder)) throw wrongUse(`${file} cannot be written: there is no folder ${folder}`);
  if (existsSync(file) && !statSync(file).isFile())
    throw wrongUse(`${file} cannot be written: it is no file`);
  try {
    accessSync(existsSync(file) ? file : folder, constants.W_OK);
  } catch {
    throw wrongUse(`${file} cannot be written: no permission`);
  }
}
