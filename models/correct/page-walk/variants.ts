/** Correct variants of area `page-walk`: other permitted calls for the same tables. */
import type { PageWalkCase, PageWalkObservation } from '../../../spec/schema.ts';
import { runPageWalk } from '../../optimized/page-walk.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';

type Change = (observation: PageWalkObservation, testCase: PageWalkCase) => PageWalkObservation;

/** The optimized model, with its calls told in another way. */
function told(id: string, does: string, clause: string, change: Change): CorrectVariant {
  const run = (testCase: PageWalkCase): PageWalkObservation => change(runPageWalk(testCase), testCase);
  return { id, areas: ['page-walk'], does, clause, open: async () => variantOfArea(id, 'page-walk', run) };
}

export const pageWalkVariants: readonly CorrectVariant[] = [
  told(
    'calls-alone',
    'Tells of the calls and how the walk ended, and counts nothing.',
    'contract: what an answer leaves out is not judged',
    ({ events, result }) => ({ events, result }),
  ),
];
