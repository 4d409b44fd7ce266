/** A name of a file out of a stranger's text, such as the id of a finding or the name of an implementation. */

/** Far below what any file system takes, a number and a suffix included. */
const LONGEST = 120;

/** Letters, digits, `_`, `-` and `.` within: it leads to no other folder and is not hidden. */
export function fileName(text: string): string {
  const safe = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '-');
  return safe === '' ? '-' : safe.slice(0, LONGEST);
}
