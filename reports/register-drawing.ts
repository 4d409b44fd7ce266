/** A register field by field (11.4). */
import { ALL_ONES } from '../spec/all-ones.ts';
import { bits as bitMask, extract } from '../spec/bits.ts';
import type { Register } from '../spec/registers.ts';
import { shortHex } from './hex.ts';
import type { Palette } from './palette.ts';

export function registerDrawing(
  { name, title, section, bits, fields }: Register,
  value: bigint,
  palette: Palette,
): readonly string[] {
  return [
    `${palette.bold(`${name}, ${title.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())}`)} (${section})  ${palette.bold(`0x${value.toString(16).padStart(bits / 4, '0')}`)}`,
    ...fields
      .toSorted((one, other) => other.high - one.high)
      .map((field) => {
        const found = extract(value, field.high, field.low);
        const range = (field.high === field.low ? `${field.high}` : `${field.high}:${field.low}`).padStart(7);
        const shown = field.high - field.low > 3 ? shortHex(found) : `${found}`;
        const line = `${range}  ${shown.padEnd(14)}  ${field.name.padEnd(8)}  ${field.meaning}`;
        return found === 0n ? palette.dim(line) : line;
      }),
    ...(value === bitMask(bits - 1, 0) ? [palette.yellow(ALL_ONES)] : []),
  ];
}
