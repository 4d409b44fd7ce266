/** Why a file or folder can't be read or written, in words: what the system says is a code and a call. */
import { messageOf } from './open-error.ts';

const words: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EISDIR: 'it is a folder',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
};

/** `thrown` by a call of `node:fs`. */
export function fileProblem(thrown: unknown): string {
  const { code = '' } = thrown as NodeJS.ErrnoException;
  return words[code] ?? messageOf(thrown);
}
