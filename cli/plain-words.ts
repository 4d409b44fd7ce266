/** Words without what debuggers, kernels and languages write around them. */

const steps: readonly (readonly [RegExp, string | ((match: string, ...groups: string[]) => string)])[] = [
  // Prompts, and what was typed behind them.
  [/^\s*(?:\(qemu\)|\(gdb\)|crash>|=>)(?=\s|$).*$/gm, ''],
  // A quotation.
  [/^(?:> ?)+/gm, ''],
  // The time of a log, what a journal has there, and the name that print_hex_dump() was given.
  [/^\[\s*\d+\.\d+\] ?/gm, ''],
  [/^\w{3} [ \d]\d [\d:]{8} \S+ kernel: /gm, ''],
  [/^\S+: ?(?=[0-9a-f]{8}: )/gim, ''],
  // `0xffff888100105000 <table+16>:` of a debugger.
  [/ <[^<>\n]+>(?=:)/g, ''],
  // What od -z shows as text.
  [/ {2}>.*<$/gm, ''],
  // `0x0 <repeats 6 times>`.
  [
    /(?<!\S)(\S+) <repeats (\d{1,3}) times>/g,
    (_, word = '', count = '') => Array(Number(count)).fill(word).join(' '),
  ],
  // `$1 = `, `val[0] = `, `.lo = `.
  [/(?<=^|[\s{,])[$.]?\w+(?:\[\d+\])?\s*=\s*(?=[\w{])/gm, ''],
  // Not in the text that a hexdump has beside its bytes.
  [/^(?!\s*(?:0x)?[\da-f]{6,16}:?\s).*$/gim, (line) => line.replaceAll(/["']/g, ' ')],
];

/** Two hex digits each, in the order of memory. */
const bytes = /^(?:(?:\\x|0x)[0-9a-f]{2}[\s,;]*){16,}$/i;
/** All bytes without anything between them, as xxd -p prints them. */
const onlyDigits = /^(?:[0-9a-f]{16}){2,}$/i;
/** The same as one number, the highest digit first. */
const number = /^0x(?:[0-9a-f]{16}){2,}$/i;

/** A word with its place in the entry: `val[3] = 0x1`, `qw1=0x1`, `.hi = 0x1`, `low 0x1`. */
const placed =
  /(?:(?<!\w)\w*\[(\d{1,2})\]|\b(?:qw|val|word)(\d)\b|\b(?:(lo|low)|hi|high)\b)\s*[:=]?\s*(0x[\da-f]{1,16}|[\da-f]{16}|0)(?![\dx])/gi;
const anyWord = /0x[\da-f]|[\da-f]{9}/i;

/** The words in the order of their places, where each has one. */
function inOrder(text: string): string | undefined {
  const found = [...text.matchAll(placed)].map(([, index, digit, low, word = '']) => ({
    place: Number(index ?? digit ?? (low === undefined ? 1 : 0)),
    word,
  }));
  const sorted = found.toSorted((one, other) => one.place - other.place);
  const isWhole = found.length > 1 && sorted.every(({ place }, index) => place === index);
  if (!isWhole || anyWord.test(text.replaceAll(placed, ' '))) return undefined;
  return sorted.map(({ word }) => word).join(' ');
}

export function plainWords(text: string): string {
  let plain = inOrder(text) ?? text;
  for (const [found, by] of steps) plain = plain.replaceAll(found, by as string);
  const bare = plain
    .trim()
    .replace(/^[{[(](.*)[}\])];?$/s, '$1')
    .trim();
  if (bytes.test(bare)) return bare.replaceAll(/(?:\\x|0x)/gi, ' ').replaceAll(/[,;]/g, ' ');
  const joined = bare.replaceAll(/[\s_]/g, '');
  if (number.test(joined)) return (joined.slice(2).match(/.{16}/g) ?? []).reverse().join(' ');
  const isLong = bare.split(/\s+/).some((line) => line.length > 16);
  return isLong && onlyDigits.test(joined) ? (joined.match(/../g) ?? []).join(' ') : plain;
}
