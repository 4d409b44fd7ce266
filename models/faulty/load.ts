/** The optimized model with a bug, or with any edits, as an implementation of its own. */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Case, Observation } from '../../spec/schema.ts';
import type { Bug, Edit } from './bug.ts';
import { importEdited } from './edited-sources.ts';

/** Where an area is answered: only what this imports is loaded again. */
export const entrances: Readonly<Record<Area, readonly [file: string, run: string]>> = {
  entry: ['entry.ts', 'runEntry'],
  'used-bits': ['used-bits.ts', 'runUsedBits'],
  'entry-sync': ['entry-sync.ts', 'runEntrySync'],
  translation: ['translation.ts', 'runTranslation'],
  'page-walk': ['page-walk.ts', 'runPageWalk'],
  invalidation: ['invalidation/run.ts', 'runInvalidation'],
  binding: ['binding/run.ts', 'runBinding'],
  'domain-replace': ['domain-replace.ts', 'runDomainReplace'],
  'smmu-nesting': ['smmu-nesting/run.ts', 'runSmmuNesting'],
};

/** The optimized model with one bug. It answers the area of the bug and no other. */
export function loadFaulty(bug: Bug): Promise<Implementation> {
  return loadEdited(bug.edits, [bug.area], bug.id);
}

/**
 * The optimized model with `edits`, answering `areas`. Each of the edited files must belong to one of them, and
 * each text to replace must be there exactly once: else a RangeError. Whatever the edited code throws when it
 * is loaded (a SyntaxError, say) comes through. Modules stay in memory: a thread that loads thousands grows.
 */
export async function loadEdited(
  edits: readonly Edit[],
  areas: readonly Area[],
  label = 'edited',
): Promise<Implementation> {
  const files = areas.map((area) => entrances[area][0]);
  const modules = await importEdited(files, edits, label);
  const runs = new Map(areas.map((area, index) => [area, modules[index]?.[entrances[area][1]] as Run]));
  return {
    name: `faulty:${label}`,
    profile: 'any',
    areas,
    run(testCase) {
      const answer = runs.get(testCase.area);
      if (answer === undefined) throw new RangeError(`faulty:${label} does not answer area ${testCase.area}`);
      return answer(testCase);
    },
  };
}

type Run = (testCase: Case) => Observation;
