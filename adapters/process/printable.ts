/** Text of a stranger, made safe for a terminal: control characters are shown instead of obeyed. */

/** Everything but tab and newline that a terminal may obey, and what turns the direction of text. */
const control = /[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

export function printable(text: string): string {
  return text.replaceAll(control, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The start of `text` in quotes, on one line. */
export function quoted(text: string, longest = 120): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return printable(JSON.stringify(shown));
}
