/** Folders that a command writes to: refused before the work starts, made when there is something to write. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { wrongUse } from './exit.ts';

/** Refuses `folder` when something else stands there or above it; `place` names it, such as `--out x`. */
export function refuseNoFolder(folder: string, place: string): void {
  let nearest = path.resolve(folder);
  while (!existsSync(nearest)) nearest = path.dirname(nearest);
  if (statSync(nearest).isDirectory()) return;
  throw wrongUse(`${place}: ${nearest === path.resolve(folder) ? 'it' : nearest} is no folder`);
}

/**
 * Makes `folder` and what is missing above it, one by one: `recursive` of Node tries for ever where the system
 * says that a folder can't be made since it is not there, as below /proc.
 */
export function makeFolder(folder: string): void {
  const full = path.resolve(folder);
  if (existsSync(full)) return;
  makeFolder(path.dirname(full));
  try {
    mkdirSync(full);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(full)) throw error;
  }
}
