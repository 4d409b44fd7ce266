/** Words without what debuggers, kernels and languages write around them. */

const steps: readonly (readonly [RegExp, string | ((match: string, ...groups: string[]) => string)])[] = [
  // Prompts, and what was typed behind them.
  [/^\s*(?:\(qemu\)|\(gdb\)|crash>|=>)(?=\s|$).*$/gm, ''],
  // The time of a log, and the name that print_hex_dump() was given.
  [/^\[\s*\d+\.\d+\] ?/gm, ''],
  [/^\S+: ?(?=[0-9a-f]{8}: )/gim, ''],
  // `0xffff888100105000 <table+16>:` of a debugger.
  [/ <[^<>\n]+>(?=:)/g, ''],
  // What od -z shows as text.
  [/ {2}>.*<$/gm, ''],
  // `0x0 <repeats 6 times>`.
  [
    /(\S+) <repeats (\d{1,3}) times>/g,
    (_, word = '', count = '') => Array(Number(count)).fill(word).join(' '),
  ],
  // `$1 = `, `val[0] = `, `.lo = `.
  [/(?<=^|[\s{,])[$.]?\w+(?:\[\d+\])?\s*=\s*(?=[\w{])/gm, ''],
  [/["']/g, ' '],
];

/** Two hex digits each, in the order of memory. */
const bytes = /^(?:(?:\\x|0x)[0-9a-f]{2}[\s,;]*){16,}$/i;
/** All bytes without anything between them, as xxd -p prints them. */
const onlyDigits = /^(?:[0-9a-f]{16}){2,}$/i;
/** The same as one number, the highest digit first. */
const number = /^0x(?:[0-9a-f]{16}){2,}$/i;

export function plainWords(text: string): string {
  let plain = text;
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
