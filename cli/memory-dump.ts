/**
 * Words out of a dump of memory: hexdump -C, xxd, od -tx8, od -tx4, the md of boot loaders, x/8gx of a debugger.
 * What is shown byte by byte is put together little-endian, as hardware reads it.
 */

interface Line {
  readonly offset: string;
  readonly tokens: readonly string[];
  /** In the order of memory, not as numbers. */
  readonly isBytes: boolean;
}

type Order = 'memory' | 'numbers';

/** `00000010  89 a0 … |…|`, `00000010: 89a0 …  …`, `0000020 00aaa089 …`, `0xffff8881:\t0x…`. */
const offset = /^\s*(?:(?:0x)?([0-9a-f]{6,16})(:)|([0-9a-f]{6,12})(?=\s))\s+(.*)$/i;
/** Bytes alone. */
const onlyBytes = /^\s*[0-9a-f]{2}(?:\s+[0-9a-f]{2}){7,}\s*$/i;
const withText = /\s\s+\|.*$/;
const groups = /^(?:0x)?(?:[0-9a-f]{2}|[0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{16})$/i;
/** xxd shows bytes so, and other programs numbers. */
const unclear = /^\s*[0-9a-f]+: +(?:[0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{16})(?:\s|$)/i;
const noLine: Line = { offset: '', tokens: [], isBytes: true };
const BYTES = 8;
/** Far above any entry or table that somebody looks at. */
const MOST_BYTES = 1 << 16;

/** The words, undefined when `text` is no dump of memory. */
export function wordsOfMemoryDump(text: string): readonly bigint[] | undefined {
  const bytes: number[] = [];
  let last: readonly number[] = [];
  let repeats: number | undefined;
  let isOctal: boolean | undefined;
  const rows = text.split(/\r?\n/);
  const order = orderOf(rows);
  for (const raw of rows) {
    if (raw.trim() === '') continue;
    if (raw.trim() === '*') {
      repeats = bytes.length;
      continue;
    }
    const end = /^\s*(?:0x)?([0-9a-f]{6,16})\s*$/i.exec(raw);
    const line = end === null ? lineOf(raw, order) : undefined;
    if (line === undefined && end === null) return undefined;
    // A star stands for as many copies of the line before it as the next offset leaves room for.
    if (repeats !== undefined && last.length > 0) {
      const place = Number.parseInt(line?.offset ?? end?.[1] ?? '', isOctal === true ? 8 : 16);
      while (bytes.length < Math.min(place, MOST_BYTES)) bytes.push(...last);
    }
    repeats = undefined;
    if (line === undefined) continue;
    // od counts in octal, hexdump in hex: the second line tells, or the groups of the first.
    const isSecond = bytes.length > 0 && bytes.length === last.length;
    if (isSecond) isOctal = Number.parseInt(line.offset, 8) === bytes.length;
    else isOctal ??= /^[0-7]{7}$/.test(line.offset) && line.tokens[0]?.length !== 4;
    last = bytesOf(line);
    bytes.push(...last);
  }
  if (bytes.length === 0 || bytes.length % BYTES !== 0 || bytes.length > MOST_BYTES) return undefined;
  return Array.from({ length: bytes.length / BYTES }, (_, index) =>
    bytes
      .slice(BYTES * index, BYTES * (index + 1))
      .reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n),
  );
}

/** What the text beside the groups tells: whether they show bytes as they lie in memory, or numbers. */
function orderOf(rows: readonly string[]): Order | undefined {
  for (const raw of rows) {
    const [inMemory, asNumbers] = (['memory', 'numbers'] as const).map((order) => {
      const line = lineOf(raw, order);
      return line !== undefined && raw.endsWith(textOf(bytesOf(line)));
    });
    if (inMemory !== asNumbers) return inMemory ? 'memory' : 'numbers';
  }
  return rows.some((raw) => unclear.test(raw)) ? likelyOrder(rows) : undefined;
}

/** Words of entries are addresses and flags below: the highest byte of each is 0, and bit 0 of the first is set. */
const likely: readonly ((bytes: readonly number[]) => boolean)[] = [
  (bytes) => bytes.every((byte, index) => index % BYTES !== BYTES - 1 || byte === 0),
  ([first = 0]) => first % 2 === 1,
];

function likelyOrder(rows: readonly string[]): Order | undefined {
  const [inMemory = [], asNumbers = []] = (['memory', 'numbers'] as const).map((order) =>
    rows.flatMap((raw) => bytesOf(lineOf(raw, order) ?? noLine)),
  );
  const telling = likely.find((isLikely) => isLikely(inMemory) !== isLikely(asNumbers));
  if (telling === undefined) return undefined;
  return telling(inMemory) ? 'memory' : 'numbers';
}

function textOf(bytes: readonly number[]): string {
  return bytes.map((byte) => (byte < 0x20 || byte > 0x7e ? '.' : String.fromCharCode(byte))).join('');
}

function lineOf(raw: string, order: Order | undefined): Line | undefined {
  if (onlyBytes.test(raw)) return { offset: '', tokens: raw.trim().split(/\s+/), isBytes: true };
  const [, before, colon, alone, rest = ''] = offset.exec(raw) ?? [];
  const at = before ?? alone;
  if (at === undefined) return undefined;
  const shown = rest.replace(withText, '');
  // Text stands behind two blanks or more; hexdump -C has two between its halves too.
  const values = colon === ':' ? (shown.split(/ {2,}/)[0] ?? '') : shown;
  const tokens = values.trim().split(/\s+/);
  const width = tokens[0]?.replace(/^0x/i, '').length;
  const isRegular = tokens.every((token) => groups.test(token) && token.replace(/^0x/i, '').length === width);
  if (!isRegular) return undefined;
  // Groups of xxd are of 4 digits, unless it was told otherwise; a debugger writes 0x before numbers.
  const isXxd = width === 4 && colon === ':' && !/^0x/i.test(tokens[0] ?? '');
  return { offset: at, tokens, isBytes: width === 2 || (order === undefined ? isXxd : order === 'memory') };
}

function bytesOf({ tokens, isBytes }: Line): readonly number[] {
  return tokens.flatMap((token) => {
    const pairs = token.replace(/^0x/i, '').match(/../g) ?? [];
    const values = pairs.map((pair) => Number.parseInt(pair, 16));
    return isBytes ? values : values.reverse();
  });
}
