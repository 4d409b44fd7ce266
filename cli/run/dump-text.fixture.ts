/** Tables of a machine as Linux prints them below /sys/kernel/debug/iommu/intel. */
import { keptSource } from '../../adapters/dumps/read-dump.ts';
import { lintLines } from '../../reports/lint-lines.ts';
import { plain } from '../../reports/palette.ts';
import { requester } from '../../spec/hex.ts';
import type { Profile } from '../../spec/schema.ts';
import { lint } from './lint.ts';

export interface Row {
  readonly sourceId: number;
  root: bigint[];
  context: bigint[];
  readonly pasid?: number;
  entry: bigint[];
}

export interface Page {
  pageNumber: bigint;
  /** PML5 entry first, as it is printed. */
  path: bigint[];
}

const hex = (value: bigint, digits = 16): string => value.toString(16).padStart(digits, '0');
const prefixed = (value: bigint): string => `0x${hex(value)}`;

export function registersText(unit: string, registers: Readonly<Record<string, bigint>>): string {
  const lines = Object.entries(registers).map(
    ([name, value]) => `${name.padEnd(16)}\t0x08\t\t${prefixed(value)}`,
  );
  return [
    `IOMMU: ${unit} Register Base Address: fed90000`,
    'Name\t\t\tOffset\t\tContents',
    ...lines,
    '',
    '',
  ].join('\n');
}

/** Registers of the only unit there is: those of its profile, and `more`. */
export function profileText(
  { cap, ecap }: Pick<Profile, 'cap' | 'ecap'>,
  more: Readonly<Record<string, bigint>> = {},
): string {
  return registersText('dmar0', { CAP: cap, ECAP: ecap, ...more });
}

/** The first row stands in line 3. */
export const FIRST_ROW = 3;

export function tablesText(unit: string, rows: readonly Row[]): string {
  return [
    `IOMMU ${unit}: Root Table Address: 0x1000`,
    'B.D.F\tRoot_entry\t\t\t\tContext_entry\t\t\t\tPASID\tPASID_table_entry',
    ...rows.map(rowText),
    '',
    '',
  ].join('\n');
}

function rowText({ sourceId, root, context, pasid, entry }: Row): string {
  const pair = ([low = 0n, high = 0n]: readonly bigint[]): string => `${prefixed(high)}:${prefixed(low)}`;
  const [first = 0n, second = 0n, third = 0n] = entry;
  const last = [third, second, first].map(prefixed).join(':');
  return `${requester(sourceId)}\t${pair(root)}\t${pair(context)}\t${String(pasid ?? -1).padEnd(6)}\t${last}`;
}

/** Linux 5.0: the same tables with a line for each entry; the line of each row's context entry. */
export function olderTablesText(unit: string, rows: readonly Row[]): string {
  const lines = [`IOMMU ${unit}: Root Table Address:1000`, 'Root Table Entries:'];
  for (const { sourceId, root, context } of rows) {
    const [low = 0n, high = 0n] = root;
    lines.push(
      ` Bus: ${sourceId >> 8} H: ${high.toString(16)} L: ${low.toString(16)}`,
      ` Context Table Entries for Bus: ${sourceId >> 8}`,
      '  Entry\tB:D.F\tHigh\tLow',
      `  ${String(sourceId & 0xff).padEnd(5)}\t${requester(sourceId)}\t${context[1]?.toString(16).padEnd(6)}\t${context[0]?.toString(16)}`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** `form` is how columns after the page are shown: as zeros, or since Linux 6.6 not at all. */
export function pagesText(
  sourceId: number,
  table: bigint,
  pages: readonly Page[],
  form: 'older' | 'newer',
): string {
  const rows = pages.map(({ pageNumber, path }) => {
    const leaf = Math.max(
      2,
      path.findLastIndex((entry) => entry !== 0n),
    );
    const shown = form === 'older' ? path : path.slice(0, leaf + 1);
    return `0x${hex(pageNumber, 13)} |\t${shown.map(prefixed).join('\t')}`;
  });
  const heading = 'IOVA_PFN\t\tPML5E\t\t\tPML4E\t\t\tPDPE\t\t\tPDE\t\t\tPTE';
  return [`Device 0000:${requester(sourceId)} @0x${table.toString(16)}`, heading, ...rows, '', ''].join('\n');
}

export function queueText(
  unit: string,
  head: number,
  tail: number,
  slots: readonly (readonly bigint[])[],
): string {
  const rows = slots.map(
    (words, index) => `${String(index).padStart(5)}\t${[...words, 2n].map((word) => hex(word)).join('\t')}`,
  );
  const heading =
    slots[0]?.length === 4
      ? 'Index\t\tqw0\t\t\tqw1\t\t\tqw2\t\t\tqw3\t\t\tstatus'
      : 'Index\t\tqw0\t\t\tqw1\t\t\tstatus';
  const registers = ` Base: 0x100000\tHead: ${head}\tTail: ${tail}`;
  return [`Invalidation queue on IOMMU: ${unit}`, registers, heading, ...rows, '', ''].join('\n');
}

/** Files by their names. */
export function linting(texts: Readonly<Record<string, string>>): ReturnType<typeof lint> {
  return lint(Object.entries(texts).map(([name, text]) => keptSource(name, [Buffer.from(text)])));
}

/** What the command prints of them. */
export function lintShown(texts: Readonly<Record<string, string>>): string {
  return lintLines(linting(texts).linted, plain).join('\n');
}

/** What lint says of files with these texts: `LINE RULE` for a finding, `LINE RULE may` for a note. */
export function lintTexts(texts: Readonly<Record<string, string>>): readonly string[] {
  const { linted, problems } = linting(texts);
  const told = linted.flatMap(({ findings }) =>
    findings.map(({ place, rule, level }) => `${place.line} ${rule}${level === 'may' ? ' may' : ''}`),
  );
  return [...told, ...problems];
}
