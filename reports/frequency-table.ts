/** How often the cases of an area decide each of its rules, the rarest first. */
import Table from 'cli-table3';
import { percent } from './percent.ts';

export interface FrequencyRow {
  readonly id: string;
  /** How many of the cases that were drawn decided it. */
  readonly exercised: number;
  readonly perThousand: number;
  /** The chance that a run of `npm test` has no such case. */
  readonly missed: number;
  /** The share of such cases in which it may fail all the same, at 95 % confidence. */
  readonly failsBelow: number;
}

export function frequencyTable(title: string, rows: readonly FrequencyRow[]): string {
  const table = new Table({
    head: [title, 'cases', 'per 1,000', 'missed by npm test', 'fails below'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, exercised, perThousand, missed, failsBelow } of rows) {
    table.push([id, String(exercised), perThousand.toFixed(1), chance(missed), percent(failsBelow)]);
  }
  return table.toString();
}

/** What is below one in a million is not worth its digits. */
function chance(value: number): string {
  return value < 1e-6 ? '< 1e-6' : value.toPrecision(2);
}
