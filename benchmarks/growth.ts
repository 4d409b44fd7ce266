/** How what a thing costs grows with its size: 1 is linear. */
import { type Figure, perSecondOf, tableOf } from './figures.ts';

export interface Growth {
  readonly of: string;
  readonly with: string;
  readonly from: number;
  readonly to: number;
  readonly exponent: number;
}

/** A series of figures that count the same thing a second, each at another size. */
export interface Series {
  readonly of: string;
  readonly with: string;
  readonly sizes: readonly number[];
  readonly nameOf: (size: number) => string;
}

/** Between the smallest size and the largest. Throws when one was not measured. */
export function growthOf(figures: readonly Figure[], series: Series): Growth {
  const { sizes, nameOf } = series;
  const [from, to] = [Math.min(...sizes), Math.max(...sizes)];
  const [few, many] = [perSecondOf(figures, nameOf(from)), perSecondOf(figures, nameOf(to))];
  if (few === undefined || many === undefined) throw new RangeError(`${series.of} was not measured`);
  const exponent = 1 + Math.log(few / many) / Math.log(to / from);
  return { of: series.of, with: series.with, from, to, exponent };
}

export function growthTable(growths: readonly Growth[]): string {
  const rows = growths.map((growth) => [
    `${growth.of}, with ${growth.with}`,
    growth.from.toLocaleString('en'),
    growth.to.toLocaleString('en'),
    growth.exponent.toFixed(2),
  ]);
  return tableOf(['what it costs', 'from', 'to', 'exponent'], rows);
}
