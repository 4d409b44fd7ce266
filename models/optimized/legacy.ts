/** Legacy mode: root entry, context entry, second stage or pass-through (3.4.2). */
import { current, missingRight, TRANSLATED, TRANSLATION, UNTRANSLATED } from './current-request.ts';
import { contextFault, rootFault } from './entry-faults.ts';
import { isInterruptPage, page } from './paging.ts';
import { passThrough } from './pass-through.ts';
import { FOUND, useSecondStage, walkSecondStage } from './second-stage.ts';
import { legacyFault, legacyRightsFault } from './stage-faults.ts';
import { INTERRUPT_COMPLETION, meetEntry, memory, pointerLow } from './tables-memory.ts';
import { caching, NOT_CACHED } from './translation-caches.ts';
import type { TranslationUnit } from './translation-unit.ts';

/** Translates the current request from the root table at `rootHigh`:`rootLow`; 0 or a fault code. */
export function translateLegacy(unit: TranslationUnit, rootHigh: number, rootLow: number): number {
  const { kind, sourceId, high, low } = current;
  const { entries: caches } = caching;
  let fault = 0;
  let context = caches === undefined ? NOT_CACHED : caches.findContext();
  if (context === NOT_CACHED) {
    const { halves } = memory;
    const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
    if (root < 0) return 0x08;
    fault = rootFault(unit.entries, halves, root);
    if (fault !== 0) return fault;
    const table = pointerLow(halves, root);
    const at = memory.locate(halves[root + 1] as number, table + 16 * (sourceId & 0xff));
    if (at < 0) return 0x09;
    context = caches === undefined ? at : caches.readContext(at, 4);
  }
  const words = caches === undefined ? memory.halves : caches.words;
  const contextLow = words[context] as number;
  meetEntry(contextLow);
  fault = contextFault(unit.entries, words, context);
  const type = (contextLow >>> 2) & 3;
  if (fault === 0 && kind !== UNTRANSLATED && type !== 1) return 0x0d;
  if (caches !== undefined) caches.keepContext(fault);
  if (fault !== 0) return fault;
  if (kind === TRANSLATED) return passThrough(unit, 0x04, 0x0e);
  if (type === 2) return passThrough(unit, 0x04, 0x0e);
  if (kind === TRANSLATION && high === 0 && low >>> 20 === 0xfee) return INTERRUPT_COMPLETION;

  const levels = 2 + ((words[context + 2] as number) & 7);
  const topHigh = words[context + 1] as number;
  useSecondStage(unit, levels, topHigh, pointerLow(words, context), false, true);
  const end = walkSecondStage(unit, memory, high, low);
  if (end !== FOUND) return legacyFault(end);
  fault = legacyRightsFault(missingRight(page.rights));
  if (fault !== 0) return fault;
  return isInterruptPage(kind === TRANSLATION) ? 0x0e : 0;
}
