/** Words as a user types them in a POSIX shell. */

/** `words` quoted where they need it. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
