/**
 * `npm run mutation`: small changes to a model, one at a time, each of which the suites have to notice. What they do
 * not is a hole in them, or changes nothing that anybody could see: then equivalent.json says why.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { canaryOf } from './canary.ts';
import { judgeAll } from './crew.ts';
import { nameOf, readExplained } from './explained.ts';
import type { Outcome } from './judge-mutant.ts';
import { type Planned, planned } from './plan.ts';
import { rowOf, scoreOf, scoreTable, survivorLines } from './report.ts';
import { drawn, REVIEWED } from './sample.ts';
import { Store } from './store.ts';
import { type TargetName, targets } from './target.ts';

interface Options {
  readonly target: TargetName;
  readonly files: string;
  readonly reviewed?: boolean;
  readonly sample?: number;
  readonly seed: string;
  readonly workers: number;
  readonly least: number;
}

const STORE = fileURLToPath(new URL('../.cache/mutation.jsonl', import.meta.url));
const TOLD_EVERY = 100;

const { target, files, reviewed, sample, seed, workers, least } = new Command('mutation')
  .addOption(
    new Option('--target <model>', 'what is mutated').choices(Object.keys(targets)).default('optimized'),
  )
  .option('--files <glob>', 'files of the model', '**/*.ts')
  .option('--reviewed', 'only mutants whose survivors are explained')
  .option('--sample <n>', 'so many of the mutants, drawn', Number)
  .option('--seed <text>', 'what the sample is drawn by', 'a')
  .option('--workers <n>', 'threads', Number, availableParallelism())
  .option('--least <percent>', 'fails below this score', Number, 97)
  .parse()
  .opts<Options>();

const all = planned(target, files);
if (target === 'optimized') await askCanary();
const pool = reviewed === true ? drawn(all, REVIEWED.count, REVIEWED.seed) : all;
const chosen = sample === undefined ? pool : drawn(pool, sample, seed);
const outcomes = await judged(chosen);
const reasons = readExplained();
const report = chosen.map(({ mutant }, index) => {
  const why = reasons.get(nameOf(mutant));
  return { mutant, outcome: outcomes[index] as Outcome, ...(why === undefined ? {} : { why }) };
});
console.log(survivorLines(report).join('\n'));
console.log(scoreTable(report));
process.exitCode = 100 * scoreOf(rowOf(report)) >= least ? 0 : 1;

/** Asked anew each time, whatever is known of it. */
async function askCanary(): Promise<void> {
  const { task } = canaryOf(planned('optimized', 'entry-faults.ts'));
  let killed = false;
  await judgeAll([task], 1, (_index, outcome) => {
    killed = outcome.killed;
  });
  if (!killed) throw new Error('the canary lives: mutants are not judged, and no score is worth anything');
}

async function judged(wanted: readonly Planned[]): Promise<readonly Outcome[]> {
  const store = new Store(STORE);
  const open = wanted.filter(({ key }) => store.get(key) === undefined);
  console.error(`${all.length} mutants, ${wanted.length} chosen, ${open.length} not judged before`);
  let done = 0;
  await judgeAll(
    open.map(({ task }) => task),
    workers,
    (index, outcome) => {
      store.set((open[index] as Planned).key, outcome);
      if (++done % TOLD_EVERY === 0) console.error(`${done} of ${open.length}`);
    },
  );
  return wanted.map(({ key }) => store.get(key) as Outcome);
}
