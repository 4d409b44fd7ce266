/** Which mutants there are, who is asked of each, and what its outcome depends on. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Area, areas } from '../spec/schema.ts';
import { graphOf } from './module-graph.ts';
import { type Mutant, mutantsOf, mutated } from './mutants.ts';
import { digest } from './store.ts';
import { type TargetName, targets } from './target.ts';
import type { Task } from './worker.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Those whose cases are judged fastest first. */
const cheapestFirst: readonly Area[] = [
  ...(['used-bits', 'entry', 'entry-sync', 'page-walk', 'translation'] as const),
  ...(['domain-replace', 'smmu-nesting', 'binding', 'invalidation'] as const),
];

export interface Planned {
  readonly mutant: Mutant;
  readonly task: Task;
  /** The same as long as the outcome is. */
  readonly key: string;
}

/** The mutants of the files of a model that match `files`, a glob from its folder on. */
export function planned(target: TargetName, files: string): readonly Planned[] {
  const { folder, entryOf } = targets[target];
  const graphs = new Map(areas.map((area) => [area, graphOf(ROOT, entryOf(area))]));
  const prints = new Map(areas.map((area) => [area, fingerprint(entryOf(area), area)]));
  return globSync(files, { cwd: path.join(ROOT, folder) })
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .toSorted()
    .flatMap((file) => {
      const asked = cheapestFirst.filter((area) => graphs.get(area)?.has(folder + file));
      if (asked.length === 0) return [];
      const print = digest(asked.map((area) => prints.get(area) ?? ''));
      return mutantsIn(target, folder + file, asked, print);
    });
}

function mutantsIn(
  target: TargetName,
  file: string,
  asked: readonly Area[],
  print: string,
): readonly Planned[] {
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  const edited = path.relative(targets.optimized.folder, file);
  return mutantsOf(file, source).map((mutant) => {
    const task = { target, file: edited, source, mutated: mutated(source, mutant.replacement), areas: asked };
    return { mutant, task, key: digest([target, file, task.mutated, print]) };
  });
}

/** All that an area's verdicts depend on: its cases, its judge, and both models. */
function fingerprint(entry: string, area: Area): string {
  const entries = [entry, `suites/${area}/suite.ts`, targets.optimized.entryOf(area), 'mutation/worker.ts'];
  const files = new Set(entries.flatMap((one) => [...graphOf(ROOT, one)]));
  return digest([...files].toSorted().map((file) => readFileSync(path.join(ROOT, file), 'utf8')));
}
