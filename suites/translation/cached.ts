/** Whether a translation cache may hold what a request meets (6.2.4): only who is to blame depends on it. */
import type { Expected } from '../../models/reference/translation.ts';
import type { Request, RequestResult, TranslationCase } from '../../spec/schema.ts';

/** The largest page: a translation that should not have been made may be of any size. */
const LARGEST_PAGE_BITS = 30;

/** Whether one of the requests before it left a translation that a cache may still hold. */
export function mayBeCached(
  { requests }: TranslationCase,
  before: readonly (Expected | undefined)[],
  results: readonly RequestResult[],
  { sourceId, address, pasid }: Request,
): boolean {
  return before.some((expected, index) => {
    const earlier = requests[index];
    if (earlier?.sourceId !== sourceId || earlier.pasid !== pasid) return false;
    if (results[index]?.outcome !== 'translated') return false;
    const answer = expected?.alternatives.find((alternative) => alternative.outcome === 'translated');
    const page = BigInt(answer?.pageBits ?? LARGEST_PAGE_BITS);
    return earlier.address >> page === address >> page;
  });
}
