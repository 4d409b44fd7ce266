/**
 * Cases of area `translation` as operations. A list runs cases one after the other: load the case's lines,
 * latch its root table (which also empties QEMU's caches), make each request and read the fault recording
 * register after it, restore the lines.
 */
import { extract } from '../../spec/bits.ts';
import type { Request, TranslationCase } from '../../spec/schema.ts';
import { type CaseMemory, freePlace, LINE_WORDS, layOut, targetsOf } from './case-memory.ts';
import { isObserved } from './layout.ts';
import { ListBuilder, type ListProgram, type Probe, type UnitState } from './list-builder.ts';
import * as unit from './registers.ts';

/** A word of a case's tables that is read again after all its requests. */
export interface TableWord {
  readonly address: bigint;
  /** What the case gave it. */
  readonly value: bigint;
  /** Index of the result. */
  readonly result: number;
}

export interface CaseProgram extends ListProgram {
  /** By case; undefined where its tables are not looked at. */
  readonly tables: readonly (readonly TableWord[] | undefined)[];
}

/** RTADDR.TTM of a case (11.4.6). */
export function modeOf({ rtaddr }: Pick<TranslationCase, 'rtaddr'>): bigint {
  return extract(rtaddr, 11, 10);
}

/** Builds the list for `cases`, whose requests are at most MAX_REQUESTS together. */
export function buildProgram(cases: readonly TranslationCase[], state: UnitState): CaseProgram {
  const list = new ListBuilder(state);
  list.begin(cases.flatMap(({ requests }) => requests));
  const answers = cases.map((testCase) => addCase(list, testCase));
  list.end();
  return {
    operations: list.operations,
    probes: answers.map(({ probes }) => probes),
    tables: answers.map(({ tables }) => tables),
    ownFaults: list.ownFaults,
    ttm: list.ttm,
  };
}

function addCase(
  list: ListBuilder,
  testCase: TranslationCase,
): { readonly probes: readonly Probe[]; readonly tables: readonly TableWord[] | undefined } {
  const memory = layOut(testCase);
  for (const [address, words] of memory.lines) list.words(address, words);
  list.latch(testCase.rtaddr);
  const probes = testCase.requests.map((request) => addRequest(list, request, memory));
  const tables = keepsFlags(list, testCase, memory) ? readTables(list, memory) : undefined;
  for (const address of memory.lines.keys()) list.mark(address, LINE_WORDS);
  return { probes, tables };
}

/**
 * Whether the unit keeps accessed and dirty flags in the case's tables: a first stage does (3.6.2). Where no
 * place is free the requests' own writes are among the tables, so nothing is known.
 */
function keepsFlags({ capabilities }: ListBuilder, { rtaddr }: TranslationCase, memory: CaseMemory): boolean {
  const firstStage = (capabilities.ecap & unit.FSTS) !== 0n && extract(rtaddr, 10, 10) === 1n;
  return firstStage && freePlace(memory, 0n) !== undefined;
}

/** Words that are zero are no entries that could be marked. */
function readTables(list: ListBuilder, { lines }: CaseMemory): readonly TableWord[] {
  const words = [...lines].flatMap(([line, values]) =>
    values.map((value, index) => ({ address: line + BigInt(8 * index), value })),
  );
  const entries = words.filter(({ value }) => value !== 0n);
  return entries.map((word) => ({ ...word, result: list.read64(word.address) }));
}

function addRequest(list: ListBuilder, request: Request, memory: CaseMemory): Probe {
  const address = freePlace(memory, request.address) ?? request.address & ~7n;
  const targets = request.op === 'write' ? targetsOf(memory, address).filter(isObserved) : [];
  return list.request(request, memory, address, targets);
}
