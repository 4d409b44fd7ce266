/** Correct variants of area `translation`: other right answers to the same walk. */
import type { RequestResult, TranslationCase, TranslationObservation } from '../../../spec/schema.ts';
import { cachingUnit } from '../../optimized/invalidation/caching-unit.ts';
import type { CachingConfiguration } from '../../optimized/invalidation/configuration.ts';
import { runTranslation } from '../../optimized/translation.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { runFreeTranslation } from '../free-walk/run.ts';
import { keepsEverything } from '../invalidation/variants.ts';

type Change = (result: RequestResult) => RequestResult;

/** The optimized model, with each answer told in another way. */
function told(id: string, does: string, clause: string, change: Change, keepsMemory = true): CorrectVariant {
  const run = (testCase: TranslationCase): TranslationObservation => {
    const { results, memory } = runTranslation(testCase);
    const changed = results.map(change);
    return keepsMemory && memory !== undefined ? { results: changed, memory } : { results: changed };
  };
  return {
    id,
    areas: ['translation'],
    does,
    clause,
    open: async () => variantOfArea(id, 'translation', run),
  };
}

/** A unit whose caches live as long as the case. What it sets in memory is not told. */
function cached(
  id: string,
  does: string,
  clause: string,
  changes: Partial<CachingConfiguration>,
): CorrectVariant {
  const { run } = cachingUnit({ ...keepsEverything, ...changes });
  const translate = ({ profile, rtaddr, memory, requests }: TranslationCase): TranslationObservation => {
    const steps = requests.map((request) => ({ step: 'request', request }) as const);
    const { answers } = run({
      ...{ area: 'invalidation', profile, rtaddr, translationEnabled: true, memory, steps },
    });
    return { results: answers.filter((answer) => answer.outcome !== 'value') };
  };
  return {
    id,
    areas: ['translation'],
    does,
    clause,
    open: async () => variantOfArea(id, 'translation', translate),
  };
}

export const translationVariants: readonly CorrectVariant[] = [
  {
    id: 'free-walk',
    areas: ['translation'],
    does: 'Makes another choice for each case wherever orders, flags, page sizes or codes are left open.',
    clause: '3.6 to 3.8, 4.2, 6.2.4, 7, doubts D1 to D27',
    open: async () => variantOfArea('free-walk', 'translation', runFreeTranslation),
  },
  told(
    'fractured-pages',
    'Tells of every page, however large, 4 KiB: the one that was asked for.',
    '6.2.4',
    (result) => (result.outcome === 'translated' && result.pageBits ? { ...result, pageBits: 12 } : result),
  ),
  told(
    'terse-answers',
    'Tells only whether requests were let through: no address, no rights, no code, no record, no flags.',
    'contract: what an answer leaves out is not judged',
    ({ outcome }) => ({ outcome }),
    false,
  ),
  told(
    'aborting-completions',
    'Ends blocked untranslated requests with a completer abort.',
    '7.1.1, doubt D27',
    (result) =>
      result.outcome === 'blocked' && result.status === undefined ? { ...result, status: 'CA' } : result,
  ),
  cached('cached-translations', 'Answers later requests of a case from caches.', '6.2', {}),
  cached(
    'shared-translations',
    'Lets requests with PASID hit what requests without PASID left under RID_PASID, in pieces of 4 KiB.',
    '6.2.1, 6.2.4.1',
    { sharesRequesterPasid: true, largePages: 'fractured', passThrough: false },
  ),
  cached('refusing-translations', 'Refuses what a cached translation has no right for.', '6.2.4', {
    missingRights: 'refuse',
    caches: { iotlb: { sets: 1, ways: 4 } },
  }),
];
