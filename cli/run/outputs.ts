/** Files that a run is going to write: looked at before the work starts. */
import path from 'node:path';
import { wrongUse } from '../exit.ts';
import { refuseUnwritable } from '../write-file.ts';

/** Refuses what can't be written, and one name for two things; `undefined` stands for what nobody asked for. */
export function refuseOutputs(files: readonly (string | undefined)[]): void {
  const named = files.filter((file) => file !== undefined);
  for (const [index, file] of named.entries()) {
    refuseUnwritable(file);
    const isTwice = named.slice(0, index).some((other) => path.resolve(other) === path.resolve(file));
    if (isTwice) throw wrongUse(`${file} cannot be written: it is named for two results`);
  }
}
