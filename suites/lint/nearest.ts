/**
 * Files of several machines may be given at once, whose units have the same names: what a file leaves out is taken
 * from the nearest one.
 */
import { posix } from 'node:path';
import { fileOf } from './parts.ts';

/** Ends in a slash, as no name of a file does. */
export function folderOf(file: string): string {
  return `${posix.dirname(posix.normalize(file))}/`;
}

/** Of `found` what `file` itself says, else what stands nearest to it and is of no other machine. */
export function nearest<Found extends { readonly file: string }>(
  found: readonly Found[],
  file: string,
  isOfAnother: (other: string) => boolean,
): readonly Found[] {
  const usable = found.filter((one) => !isOfAnother(one.file));
  const own = usable.filter((one) => fileOf(one.file) === fileOf(file));
  if (own.length > 0) return own;
  const others = usable.map((one) => ({ one, shared: sharedParts(folderOf(one.file), folderOf(file)) }));
  const most = Math.max(...others.map(({ shared }) => shared));
  return others.filter(({ shared }) => shared === most).map(({ one }) => one);
}

export function isAbove(upper: string, folder: string): boolean {
  return upper === './' ? !folder.startsWith('/') && !folder.startsWith('../') : folder.startsWith(upper);
}

function sharedParts(one: string, other: string): number {
  const [parts, others] = [one.split('/'), other.split('/')];
  const differing = parts.findIndex((part, index) => part !== others[index]);
  return differing < 0 ? parts.length : differing;
}
