/** Right reports that are made wrong: what the judge must blame, and what it must let be. */
import { expect, test } from 'vitest';
import type { SmmuCall } from '../../spec/schema.ts';
import {
  blamed,
  type Command,
  cfgiSte,
  commands,
  EATS,
  entryAt,
  on,
  type Parts,
  plug,
  type Report,
  smmuCase,
  stage1,
  store,
  sync,
} from './hand-made.fixture.ts';

export type Change = (report: Report) => Partial<Report>;

export const OLD = 0x4_0000n;
export const NEW = 0x5_0000n;
export const nothing: Change = () => ({ calls: [] });
export const only =
  (...calls: SmmuCall[]): Change =>
  () => ({ calls });
export const attach = (device: number, to: 'abort' | 'bypass' | number): SmmuCall => ({
  call: 'attach',
  device,
  to,
});
export const create = (table: number, ste: bigint[], unit = 0): SmmuCall => ({
  call: 'create',
  table,
  unit,
  ste,
});
export const free = (table: number): SmmuCall => ({ call: 'free', table });
export const issue = (...all: Command[]): SmmuCall => ({ call: 'issue', unit: 0, commands: all });
export const edited = <K extends SmmuCall['call']>(
  kind: K,
  edit: Partial<Extract<SmmuCall, { call: K }>>,
): Change => {
  return ({ calls }) => ({
    calls: calls.map((call) => (call.call === kind ? ({ ...call, ...edit } as SmmuCall) : call)),
  });
};
export const without = (kind: SmmuCall['call']): Change => {
  return ({ calls }) => ({ calls: calls.filter(({ call }) => call !== kind) });
};

export const memory = [{ address: entryAt(0), words: stage1(OLD) }];
export const withAts = [{ address: entryAt(0), words: stage1(OLD, EATS) }];
export const start = [plug(0), on];
/** Table 1 is attached; its entry becomes `words`. */
export const change = (words: bigint[], ...all: Command[]): Parts => ({
  memory,
  steps: [...start, store(entryAt(0), words), commands(...(all.length > 0 ? all : [cfgiSte(0), sync]))],
});
export const same = (...all: Command[]): Parts => ({ memory, steps: [...start, commands(...all)] });
export const ats = (...all: Command[]): Parts => ({ memory: withAts, steps: [...start, commands(...all)] });
/** The last call of `parts` fails, or the one before it. */
export const failing = (parts: Parts, call: number, handled?: number): Parts => ({
  ...parts,
  failing: [handled === undefined ? { call } : { call, handled }],
});

/** What was reported wrongly of the last step, the case, the change, and what is blamed for it. */
export type Row = readonly [title: string, parts: Parts, change: Change, blamed: string];

/** One test a row. */
export function describeRows(rows: readonly Row[]): void {
  test.for(rows)('%s', ([, parts, how, expected]) => {
    expect(blamed(smmuCase(parts), parts.steps.length - 1, how)).toBe(expected);
  });
}
