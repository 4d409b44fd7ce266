/** Commands as a user types them, where this one was started. */
import { isSource } from '../package-root.ts';

/** `words` in a POSIX shell, quoted where they need it. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** A command of ours with these arguments. */
export function ownCommand(...words: readonly string[]): string {
  return `${isSource ? 'npm run conformance --' : 'npx iommu-conformance'} ${shellCommand(...words)}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
