/** Defects of each kind that can be planted in the tables of a machine: where, and which rule names it. */
import type { Choices } from '../../generators/choices.ts';
import { unitOf } from '../../models/reference/unit.ts';
import { bits, insert } from '../../spec/bits.ts';
import type { Row } from './dump-text.fixture.ts';
import { type Machine, widthOf } from './machine.fixture.ts';

/** Changes a row or adds one, and says which rule names it; undefined where the machine has no place for it. */
export type Plant = (
  machine: Machine,
  choices: Choices,
) => { readonly row: number; readonly rule: string } | undefined;

function rowWhere(machine: Machine, choices: Choices, fits: (row: Row) => boolean): number | undefined {
  const found = machine.rows.flatMap((row, index) => (fits(row) ? [index] : []));
  return found.length === 0 ? undefined : choices.one(found);
}

const pgtt = ({ entry }: Row): number => Number(((entry[0] ?? 0n) >> 6n) & 7n);
const usesSecond = (row: Row): boolean => pgtt(row) === 2 || pgtt(row) === 3;
const any = (): boolean => true;

/** Sets bits of a word of the PASID table entry of one row. */
const entryBits =
  (
    word: number,
    choose: (choices: Choices, machine: Machine) => bigint,
    rule: string,
    fits: (row: Row) => boolean = any,
  ): Plant =>
  (machine, choices) => {
    const row = rowWhere(machine, choices, fits);
    const set = choose(choices, machine);
    if (row === undefined || set === 0n) return undefined;
    const { entry } = machine.rows[row] as Row;
    entry[word] = (entry[word] ?? 0n) | set;
    return { row, rule };
  };

/** Sets a field of word 0 or 2 to a value. */
const entryField =
  (
    word: number,
    high: number,
    low: number,
    choose: (choices: Choices, machine: Machine) => number | undefined,
    rule: string,
    fits: (row: Row) => boolean,
  ): Plant =>
  (machine, choices) => {
    const row = rowWhere(machine, choices, fits);
    const value = choose(choices, machine);
    if (row === undefined || value === undefined) return undefined;
    const { entry } = machine.rows[row] as Row;
    entry[word] = insert(entry[word] ?? 0n, high, low, BigInt(value));
    return { row, rule };
  };

const one =
  (...positions: readonly number[]) =>
  (choices: Choices): bigint =>
    1n << BigInt(choices.one(positions));
const above = (choices: Choices, { profile }: Machine): bigint =>
  1n << BigInt(Math.min(52, unitOf(profile).capabilities.MGAW + 1) + choices.pick(11));
const unsupportedWidths = ({ profile }: Machine): readonly number[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter(
    (aw) => aw < 1 || aw > 3 || ((unitOf(profile).capabilities.SAGAW >> aw) & 1) === 0,
  );

/** Adds a device after all others, made by `change` out of a row that fits. */
const addedRow =
  (
    rule: string,
    fits: (row: Row, machine: Machine) => boolean,
    change: (entry: bigint[], row: Row) => number,
  ): Plant =>
  (machine, choices) => {
    const like = rowWhere(machine, choices, (row) => fits(row, machine));
    if (like === undefined) return undefined;
    const row = machine.rows[like] as Row;
    const entry = [...row.entry];
    const pasid = change(entry, row);
    const sourceId = 0x700 + machine.rows.length;
    const first = [0x4_0000_0001n, 0x4_0000_1001n];
    machine.rows.push({ sourceId, root: first, context: [0x5_0000_0401n, 0n], pasid, entry });
    return { row: machine.rows.length - 1, rule };
  };
const has = (name: 'FS5LP' | 'SSADS' | 'FSTS' | 'PT' | 'SSTS', { profile }: Machine): boolean =>
  unitOf(profile).capabilities[name] === 1;
const OTHER_TABLE = 0x6_0000_0000n;
const FREE_DID = 9n;

export const scalablePlants: Readonly<Record<string, Plant>> = {
  'root bits': (machine, choices) => {
    const row = rowWhere(machine, choices, any) as number;
    const { sourceId, root } = machine.rows[row] as Row;
    const half = (sourceId & 0x80) >> 7;
    const set = one(1, 5, 11)(choices);
    // The same entry in every row of the bus; the first that goes through it is named.
    for (const other of machine.rows)
      if (other.sourceId >> 8 === sourceId >> 8) other.root[half] = (root[half] ?? 0n) | set;
    const first = machine.rows.findIndex(
      (other) => other.sourceId >> 8 === sourceId >> 8 && (other.sourceId & 0x80) === (sourceId & 0x80),
    );
    return { row: first, rule: 'SRT.3' };
  },
  'context bits': (machine, choices) => {
    const row = rowWhere(machine, choices, any) as number;
    const { sourceId } = machine.rows[row] as Row;
    const set = one(7, 8)(choices);
    const rows = machine.rows.filter((other) => other.sourceId === sourceId);
    for (const { context } of rows) context[0] = (context[0] ?? 0n) | set;
    return { row: machine.rows.findIndex((other) => other.sourceId === sourceId), rule: 'SCT.3' };
  },
  'context, second word': (machine, choices) => {
    const row = rowWhere(machine, choices, any) as number;
    const { sourceId } = machine.rows[row] as Row;
    const set = one(21, 40, 63)(choices);
    for (const other of machine.rows) if (other.sourceId === sourceId) other.context[1] = set;
    return { row: machine.rows.findIndex((other) => other.sourceId === sourceId), rule: 'SCT.3' };
  },
  'PASID entry, word 0': entryBits(0, one(5, 10, 11), 'SPT.3'),
  'PASID entry, word 1': entryBits(1, one(16, 22, 27, 31), 'SPT.3'),
  'PASID entry, word 2': entryBits(2, one(1, 8, 11), 'SPT.3'),
  'above the host width': entryBits(0, above, 'SPT.3', usesSecond),
  'wide domain id': entryBits(
    1,
    (_, { profile }) => bits(15, 4 + 2 * unitOf(profile).capabilities.ND),
    'SPT.3',
  ),
  'reserved PGTT': entryField(0, 8, 6, (choices) => choices.one([0, 5, 6, 7]), 'SPT.4.2', any),
  'unsupported width': entryField(
    0,
    4,
    2,
    (choices, machine) => choices.one(unsupportedWidths(machine)),
    'SPT.4.1',
    usesSecond,
  ),
  'unsupported paging mode': entryField(
    2,
    3,
    2,
    (choices) => choices.one([2, 3]),
    'SPT.4.3',
    (row) => pgtt(row) === 1,
  ),
  'R1, another table': addedRow('R1', usesSecond, (entry) => {
    entry[0] = insert(entry[0] ?? 0n, 40, 12, OTHER_TABLE >> 12n);
    return 77;
  }),
  'R2, a first-stage domain': addedRow(
    'R2',
    (row, machine) => usesSecond(row) && has('FSTS', machine),
    (entry) => {
      [entry[0], entry[2]] = [0x41n, OTHER_TABLE];
      return 77;
    },
  ),
  'R2, pass-through': addedRow(
    'R2',
    (row, machine) => usesSecond(row) && has('PT', machine),
    (entry) => {
      [entry[0], entry[2]] = [0x101n, 0n];
      return 77;
    },
  ),
  'R3, another first-stage table': addedRow(
    'R3',
    (row) => pgtt(row) === 1,
    (entry, row) => {
      entry[2] = OTHER_TABLE;
      return row.pasid ?? 0;
    },
  ),
  'R4, another paging mode': addedRow(
    'R4',
    (row, machine) => pgtt(row) === 1 && has('FS5LP', machine),
    (entry) => {
      entry[1] = FREE_DID;
      entry[2] = (entry[2] ?? 0n) ^ 4n;
      return 77;
    },
  ),
  'R5, other flags': addedRow(
    'R5',
    (row, machine) => usesSecond(row) && has('SSADS', machine),
    (entry) => {
      entry[0] = (entry[0] ?? 0n) ^ 0x200n;
      entry[1] = FREE_DID;
      return 77;
    },
  ),
};

/** Sets bits of the context entry of one row. */
const contextBits =
  (
    word: number,
    high: number,
    low: number,
    choose: (choices: Choices, machine: Machine) => number,
    rule: string,
    fits: (row: Row) => boolean = any,
  ): Plant =>
  (machine, choices) => {
    const row = rowWhere(machine, choices, fits);
    if (row === undefined) return undefined;
    const { context } = machine.rows[row] as Row;
    context[word] = insert(context[word] ?? 0n, high, low, BigInt(choose(choices, machine)));
    return { row, rule };
  };
const translates = ({ context }: Row): boolean => (((context[0] ?? 0n) >> 2n) & 3n) < 2n;

export const legacyPlants: Readonly<Record<string, Plant>> = {
  'context, word 0': contextBits(0, 11, 4, (choices) => 1 << choices.pick(8), 'LCT.3'),
  'context, word 1': contextBits(1, 63, 24, (choices) => 1 << choices.pick(20), 'LCT.3'),
  'reserved TT': contextBits(0, 3, 2, () => 3, 'LCT.4.2'),
  'unsupported width': contextBits(
    1,
    2,
    0,
    (choices, machine) => choices.one(unsupportedWidths(machine)),
    'LCT.4.1',
    translates,
  ),
  'pass-through of less than the largest width': (machine, choices) => {
    const row = rowWhere(machine, choices, (one) => !translates(one));
    const { SAGAW } = unitOf(machine.profile).capabilities;
    const smaller = [1, 2].find((aw) => ((SAGAW >> aw) & 1) === 1 && BigInt(aw) !== widthOf(machine.profile));
    if (row === undefined || smaller === undefined) return undefined;
    const { context } = machine.rows[row] as Row;
    context[1] = insert(context[1] ?? 0n, 2, 0, BigInt(smaller));
    return { row, rule: 'lint.pass-through-width' };
  },
  'R1, another table': (machine, choices) => {
    const like = rowWhere(machine, choices, translates);
    if (like === undefined) return undefined;
    const { context } = machine.rows[like] as Row;
    const other = [(OTHER_TABLE | (context[0] ?? 0n)) & ~bits(31, 12), context[1] ?? 0n];
    machine.rows.push({ sourceId: 0x777, root: [0x4_0000_0001n, 0n], context: other, entry: [] });
    return { row: machine.rows.length - 1, rule: 'R1' };
  },
};
