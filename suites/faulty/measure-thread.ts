/** A thread that measures one known bug after another, as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { failedExamples } from './examples/examples.ts';
import { type BugFigures, figuresOf } from './figures.ts';
import { measureBug } from './measure.ts';
import { slowness } from './yardstick.ts';

/** What every bug is measured with. */
export interface Measuring {
  readonly seeds: readonly string[];
}

/** The id of a bug comes in, its figures go out. */
const { seeds }: Measuring = workerData;
let before = slowness();
parentPort?.on('message', async (id: string) => {
  const bug = bugCalled(id);
  if (bug === undefined) throw new RangeError(`no known bug is called ${id}`);
  const [sightings, failed] = [await measureBug(bug, seeds), await failedExamples(bug)];
  const after = slowness();
  const figures: BugFigures = figuresOf(bug, seeds.length, sightings, failed, (before + after) / 2);
  before = after;
  parentPort?.postMessage(figures);
});
