/** The action of `faulty`: which bugs, measured on all cores, shown, and held against limits. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Bug } from '../../models/faulty/bug.ts';
import { bugs } from '../../models/faulty/bugs.ts';
import { inexpressible } from '../../models/faulty/inexpressible.ts';
import { faultyTables } from '../../reports/faulty-table.ts';
import { paletteFor } from '../../reports/palette.ts';
import { toJson } from '../../spec/json.ts';
import type { BugFigures } from '../../suites/faulty/figures.ts';
import { breaches, type Limits, limitsSchema, strayExceptions } from '../../suites/faulty/limits.ts';
import { measureAll } from '../../suites/faulty/measure-all.ts';
import type { FaultyArguments } from '../commands/faulty.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { readJsonFile } from '../read-file.ts';
import { refuseUnwritable } from '../write-file.ts';
import { noText, showText } from './progress.ts';

export async function runFaulty(options: FaultyArguments): Promise<ExitStatus> {
  const wanted = chosen(options);
  if (options.list === true) {
    for (const { id, area, wrong } of wanted) console.log(`${area}  ${id}  ${wrong}`);
    if (options.area === undefined && options.bug === undefined) listInexpressible();
    return exitStatus.conforms;
  }
  if (options.json !== undefined) refuseUnwritable(options.json);
  const limits = options.limits === undefined ? undefined : readLimits(options.limits);
  const figures = await measured(wanted, options);
  const palette = paletteFor(process.stdout, process.env);
  for (const line of faultyTables(figures, palette)) console.log(line);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${toJson({ version: 1, seeds: options.seeds, bugs: figures }, 2)}\n`);
  }
  if (limits === undefined) {
    return figures.every(({ found }) => found > 0) ? exitStatus.conforms : exitStatus.findings;
  }
  const beyond = breaches(figures, limits);
  for (const line of beyond) console.log(palette.red(line));
  return beyond.length === 0 ? exitStatus.conforms : exitStatus.findings;
}

function listInexpressible(): void {
  console.log('\nNot expressed:');
  for (const { history, reason } of inexpressible) console.log(`${history}\n  ${reason}`);
}

function chosen({ bug: ids, area: areas }: FaultyArguments): readonly Bug[] {
  const unknown = ids?.find((id) => !bugs.some((bug) => bug.id === id));
  if (unknown !== undefined)
    throw wrongUse(`--bug ${unknown}: no known bug has this name, see faulty --list`);
  const wanted = bugs.filter(
    ({ id, area }) => (ids?.includes(id) ?? true) && (areas?.includes(area) ?? true),
  );
  if (wanted.length > 0) return wanted;
  throw wrongUse(`--area ${areas?.join(',')}: none of these bugs is of such an area`);
}

function readLimits(file: string): Limits {
  const limits = readJsonFile(file, limitsSchema, 'file of limits');
  const stray = strayExceptions(
    limits,
    bugs.map(({ id }) => id),
  );
  if (stray.length > 0) throw wrongUse(`file of limits ${file}: no known bug is called ${stray.join(', ')}`);
  return limits;
}

async function measured(wanted: readonly Bug[], options: FaultyArguments): Promise<readonly BugFigures[]> {
  const display = options.quiet === true ? noText : await showText('known bugs', process.stderr);
  const seeds = Array.from({ length: options.seeds }, (_, index) => `${index + 1}`);
  let done = 0;
  let found = 0;
  try {
    return await measureAll(
      wanted.map(({ id }) => id),
      { seeds },
      options.workers ?? availableParallelism(),
      (figures) => {
        done++;
        if (figures.found > 0) found++;
        display.show(`${done}/${wanted.length} measured, ${found} found, last ${figures.id}`);
      },
    );
  } finally {
    display.stop();
  }
}
