/** The yardstick as tables: one an area, a line a known bug. */
import Table from 'cli-table3';
import type { BugFigures, Spread } from '../suites/faulty/figures.ts';
import type { Palette } from './palette.ts';

const head = ['known bug', 'found', 'cases', 'ms', 'blamed on', 'size', 'by hand', 'forms', 'tries', 'ms'];
const right = ['found', 'cases', 'ms', 'size', 'by hand', 'forms', 'tries'];

/** The tables, and what they mean, line by line. */
export function faultyTables(all: readonly BugFigures[], palette: Palette): readonly string[] {
  const lines = [...Map.groupBy(all, ({ area }) => area)].flatMap(([area, bugs]) => [
    palette.bold(area),
    tableOf(bugs, palette),
    '',
  ]);
  return [...lines, ...legend.map(palette.dim), '', summary(all)];
}

function tableOf(bugs: readonly BugFigures[], palette: Palette): string {
  const table = new Table({
    head,
    colAligns: head.map((title) => (right.includes(title) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const bug of bugs) {
    const { id, found, seeds, misnamed, blamed, smallest, forms } = bug;
    const first = (blamed[0] ?? '').replace(`${bug.area}.`, '');
    const more = blamed.length > 1 ? ` +${blamed.length - 1}` : '';
    table.push([
      id,
      (found < seeds ? palette.red : palette.green)(`${found}/${seeds}`),
      pair(bug.cases),
      pair(bug.times.findMs),
      misnamed > 0 ? palette.red(`${first}${more}`) : `${first}${more}`,
      `${bug.steps.median}+${bug.words.median}`,
      `${smallest.steps}+${smallest.words}`,
      forms > 1 ? palette.yellow(String(forms)) : String(forms),
      pair(bug.executions),
      pair(bug.times.shrinkMs),
    ]);
  }
  return table.toString();
}

const legend = [
  'found: seeds that found the bug; cases and ms until then, median and worst; ms of the processor',
  'blamed on: rule and aspect that most seeds name, and how many others; size: steps and non-zero words of the',
  'shrunk case, median; by hand: of the smallest case known; forms: different shrunk cases of one rule and aspect; tries and ms to shrink',
];

function summary(all: readonly BugFigures[]): string {
  const always = all.filter(({ found, seeds }) => found === seeds).length;
  const oneForm = all.filter(({ forms }) => forms === 1).length;
  const historical = all.filter(({ history }) => history !== undefined).length;
  return `${all.length} known bugs, ${historical} of them historical: found under every seed ${always}, one form ${oneForm}`;
}

function pair({ median, worst }: Spread): string {
  const shown = (value: number) => String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
  return `${shown(median)} ${shown(worst)}`;
}
