/**
 * Node keeps what it made of the sources (types stripped, code compiled): the second start takes half the time. It does
 * so in the folder of the package, or where that may not be written, in the one that it has for all programs. From
 * source this is loaded by `node --import` too, before `main.ts`, and is JavaScript: what strips types takes 60 ms to
 * load.
 */
import { constants, enableCompileCache, findPackageJSON } from 'node:module';
import path from 'node:path';

// A model with a bug is loaded under a new name each time: what was made of it would never be asked for again.
const isOfBugs = process.argv.slice(2).some((word) => word.includes('faulty'));
if (!isOfBugs) {
  const root = path.dirname(findPackageJSON(import.meta.url) ?? '');
  const { status } = enableCompileCache(path.join(root, '.cache', 'compile'));
  if (status === constants.compileCacheStatus.FAILED) enableCompileCache();
}
