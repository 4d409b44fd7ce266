/** The report of a run: the score of each file, and every survivor that nobody has explained. */
import Table from 'cli-table3';
import type { Outcome } from './judge-mutant.ts';
import type { Mutant } from './mutants.ts';

export interface Judged {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  /** Why the survivor is no hole. */
  readonly why?: string;
}

interface Row {
  readonly killed: number;
  readonly explained: number;
  readonly survived: number;
}

export function rowOf(judged: readonly Judged[]): Row {
  const killed = judged.filter(({ outcome }) => outcome.killed).length;
  const explained = judged.filter(({ outcome, why }) => !outcome.killed && why !== undefined).length;
  return { killed, explained, survived: judged.length - killed - explained };
}

/** Of the mutants that are not explained: the share that was killed, from 0 to 1. */
export function scoreOf({ killed, survived }: Row): number {
  return killed + survived === 0 ? 1 : killed / (killed + survived);
}

export function scoreTable(judged: readonly Judged[]): string {
  const table = new Table({
    head: ['file', 'mutants', 'killed', 'equivalent', 'survived', 'score'],
    style: { head: [], border: [], compact: true },
  });
  const add = (name: string, of: readonly Judged[]) => {
    const row = rowOf(of);
    const score = `${(100 * scoreOf(row)).toFixed(1)} %`;
    table.push([name, of.length, row.killed, row.explained, row.survived, score]);
  };
  const files = Map.groupBy(judged, ({ mutant }) => mutant.file);
  for (const [file, of] of files) add(file, of);
  if (files.size > 1) add('all', judged);
  return table.toString();
}

export function survivorLines(judged: readonly Judged[]): readonly string[] {
  return judged
    .filter(({ outcome, why }) => !outcome.killed && why === undefined)
    .flatMap(({ mutant: { file, line, operator, before, after }, outcome: { differing = 0 } }) => {
      const shown = differing === 0 ? 'no answer differs' : `${differing} answers differ, all permitted`;
      return [`${file}:${line}  ${operator}; ${shown}`, `  - ${before}`, `  + ${after}`];
    });
}
