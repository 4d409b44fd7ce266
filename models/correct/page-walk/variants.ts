/** Correct variants of area `page-walk`: other permitted calls for the same tables. */
import type { PageWalkCase, PageWalkObservation } from '../../../spec/schema.ts';
import { runPageWalk } from '../../optimized/page-walk.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { runFreePageWalk } from '../free-walk/page-walk.ts';

type Change = (observation: PageWalkObservation, testCase: PageWalkCase) => PageWalkObservation;

/** The optimized model, with its calls told in another way. */
function told(id: string, does: string, clause: string, change: Change): CorrectVariant {
  const run = (testCase: PageWalkCase): PageWalkObservation => change(runPageWalk(testCase), testCase);
  return { id, areas: ['page-walk'], does, clause, open: async () => variantOfArea(id, 'page-walk', run) };
}

export const pageWalkVariants: readonly CorrectVariant[] = [
  {
    id: 'free-page-walk',
    areas: ['page-walk'],
    does: 'Makes another choice for each case of the calls, counts and endings that are left open.',
    clause: 'page-walk.*: notes of the rules',
    open: async () => variantOfArea('free-page-walk', 'page-walk', runFreePageWalk),
  },
  told(
    'calls-alone',
    'Tells of the calls and how the walk ended, and counts nothing.',
    'contract: what an answer leaves out is not judged',
    ({ events, result }) => ({ events, result }),
  ),
];
