/** A request to the unit: through caches and tables, or past them while translation is off (VT-d 6.9, 11.4.4). */
import type { Request, RequestResult, Store } from '../../../spec/schema.ts';
import { current, PAGE_REQUEST } from '../current-request.ts';
import { answerRequest } from '../translation.ts';
import type { CachingConfiguration } from './configuration.ts';
import type { Executor } from './executor.ts';
import { applyStore, finishStores, interleave } from './interleaving.ts';
import type { RemappingState } from './remapping-state.ts';

const none: readonly Store[] = [];

/** Answers `request`; the stores of `during` have happened when it is over. */
export function request(
  state: RemappingState,
  executor: Executor,
  when: CachingConfiguration['during'],
  asked: Request,
  during: readonly Store[] | undefined,
): RequestResult {
  if (!state.translating) {
    during?.forEach(applyStore);
    return untranslated(asked);
  }
  if (during !== undefined && when === 'before') during.forEach(applyStore);
  interleave(during !== undefined && when === 'between' ? during : none);
  const result = answerRequest(state.unit, state.rootHigh, state.rootLow, asked);
  finishStores();
  if (during !== undefined && when === 'after') during.forEach(applyStore);
  if (current.kind === PAGE_REQUEST && result.outcome === 'queued') {
    executor.pageRequest(current.high, current.low);
  }
  return result;
}

/** Translation is off: untranslated requests go where they point, the others are not served (4.2.1). */
function untranslated({ kind, address }: Request): RequestResult {
  if (kind === undefined || kind === 'untranslated') return { outcome: 'translated', address };
  return { outcome: 'blocked', status: 'UR', record: null };
}
