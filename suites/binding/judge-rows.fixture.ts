/** Right reports that are made wrong: what the judge must blame, and what it must let be. */
import { expect, test } from 'vitest';
import type { HostCall } from '../../spec/schema.ts';
import {
  bindingCase,
  blamed,
  type Change,
  entryOf,
  firstStage,
  on,
  type Parts,
  pasidCache,
  plug,
  store,
  unit,
} from './hand-made.fixture.ts';

export const OLD = 0x4_0000n;
export const NEW = 0x5_0000n;
export const PAGES = 0x8_0003n;
export const nothing: Change = () => ({ calls: [] });
/** As it was. */
export const same: Change = (report) => report;
export const calls =
  (change: (calls: HostCall[]) => HostCall[]): Change =>
  (report) => ({ calls: change(report.calls) });
export const without = (...kinds: HostCall['call'][]) =>
  calls((all) => all.filter(({ call }) => !kinds.includes(call)));
export const edited = <K extends HostCall['call']>(kind: K, edit: Partial<Extract<HostCall, { call: K }>>) =>
  calls((all) => all.map((call) => (call.call === kind ? ({ ...call, ...edit } as HostCall) : call)));
export const and = (more: HostCall) => calls((all) => [...all, more]);
export const before = (more: HostCall) => calls((all) => [more, ...all]);
export const memory = [{ address: entryOf(0), words: firstStage(OLD) }];
export const start = [plug(0), on];
export const change = (words: bigint[], invalidation = pasidCache(5n, 0n)): Parts => ({
  memory,
  steps: [...start, store(entryOf(0), words), invalidation],
});
export const lacking = (field: Parameters<typeof unit>[0]): Parts => {
  const { cap, ecap } = unit(field);
  return { units: [{ cap, ecap }], steps: [plug(0)] };
};
export const plugged: Change = () => ({
  calls: [
    { call: 'create-parent', table: 1, iommufd: 0, coherent: true, readOnly: true },
    { call: 'attach', device: 0, table: 1 },
  ],
  refused: null,
});

/** What was reported wrongly of the last step, the case, the change, and what is blamed for it. */
export type Row = readonly [title: string, parts: Parts, change: Change, blamed: string];

/** One test a row. */
export function describeRows(rows: readonly Row[]): void {
  test.for(rows)('%s', ([, parts, how, expected]) => {
    expect(blamed(bindingCase(parts), parts.steps.length - 1, how)).toBe(expected);
  });
}
