/** The yardstick as tables: one an area, a line a known bug. */
import Table from 'cli-table3';
import type { BugFigures, Spread } from '../suites/faulty/figures.ts';
import type { Palette } from './palette.ts';

const head = [
  'known bug',
  'found',
  'cases',
  'ms',
  'blamed on',
  'size',
  'by hand',
  'forms',
  'tries',
  'ms',
  'before',
];
const right = ['found', 'cases', 'ms', 'size', 'by hand', 'forms', 'tries', 'before'];

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
      String(bug.failedExamples.length),
    ]);
  }
  return table.toString();
}

const legend = [
  'found: seeds that found the bug; cases and ms until then, median and worst; ms of the processor',
  'blamed on: rule and aspect that most seeds name, and how many others are named',
  'size: steps and non-zero words of the shrunk case, median; by hand: of the smallest case known',
  'forms: different shrunk cases of one rule and aspect; tries and ms: what it takes to shrink one',
  'before: examples of upstream test suites (KUnit pairs of SMMUv3, qtest cases of VT-d) that fail with the bug',
];

function summary(all: readonly BugFigures[]): string {
  const count = (is: (bug: BugFigures) => boolean) => all.filter(is).length;
  const historical = count(({ history }) => history !== undefined);
  const always = count(({ found, seeds }) => found === seeds);
  const rightly = count(({ found, misnamed }) => found > 0 && misnamed === 0);
  const oneForm = count(({ forms }) => forms === 1);
  const before = count(({ failedExamples }) => failedExamples.length > 0);
  return [
    `${all.length} known bugs, ${historical} of them historical: found under every seed ${always}`,
    `always blamed on a rule that names them rightly ${rightly}, one form ${oneForm}`,
    `found by the examples that people had before ${before}`,
  ].join(', ');
}

function pair({ median, worst }: Spread): string {
  const shown = (value: number) => String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
  return `${shown(median)} ${shown(worst)}`;
}
