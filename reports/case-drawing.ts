/**
 * A case drawn the way that its area is best understood, with the answer of an implementation. What draws an area is
 * loaded when it is asked for: a replay needs one, and fast.
 */
import { toJson } from '../spec/json.ts';
import type {
  BindingObservation,
  Case,
  DomainReplaceObservation,
  EntrySyncObservation,
  Finding,
  InvalidationObservation,
  Observation,
  PageWalkObservation,
  SmmuNestingObservation,
  TranslationCase,
  TranslationObservation,
} from '../spec/schema.ts';
import { hex } from './hex.ts';
import { masksAt } from './needed-bits.ts';
import type { Palette } from './palette.ts';

/** `observation` is null when the implementation gave none; `needed` are the bits that the case needs, if tried. */
export async function caseDrawing(
  testCase: Case,
  observation: Observation | null,
  palette: Palette,
  needed?: Finding['bits'],
): Promise<readonly string[]> {
  switch (testCase.area) {
    case 'entry': {
      const { entryDrawing } = await import('./entry-drawing.ts');
      const { format, words, profile } = testCase;
      const lines = entryDrawing(format, words, profile, palette, { needed: masksOf('word', needed) });
      return [...lines, ...answered(observation)];
    }
    case 'used-bits': {
      const { usedBitsKnowledge } = await import('../spec/used-bits/formats.ts');
      const { usedBitsDrawing } = await import('./used-bits-drawing.ts');
      const { format, entry, target } = testCase;
      const lines = usedBitsDrawing(usedBitsKnowledge[format], entry, palette, masksOf('entry', needed));
      const wanted = target?.map((word, index) => `target[${index}] ${hex(word)}`) ?? [];
      return [...lines, ...wanted, ...answered(observation)];
    }
    case 'entry-sync': {
      if (observation === null) return [];
      const { knowledgeOf, quantumWordsOf, traceDrawing } = await import('./trace-drawing.ts');
      const { trace } = observation as EntrySyncObservation;
      return traceDrawing(testCase, trace, quantumWordsOf(testCase), palette, knowledgeOf(testCase.format));
    }
    case 'translation':
      return translationDrawing(testCase, observation as TranslationObservation | null, palette, needed);
    case 'page-walk': {
      const { pageWalkDrawing } = await import('./page-walk-drawing.ts');
      return pageWalkDrawing(testCase, observation as PageWalkObservation | null, palette);
    }
    case 'invalidation': {
      const { streamDrawing } = await import('./stream-drawing.ts');
      return streamDrawing(testCase, observation as InvalidationObservation | null, palette);
    }
    case 'binding': {
      const { bindingDrawing } = await import('./binding-lines.ts');
      return bindingDrawing(testCase, observation as BindingObservation | null);
    }
    case 'domain-replace': {
      const { domainReplaceDrawing } = await import('./domain-replace-lines.ts');
      return domainReplaceDrawing(testCase, observation as DomainReplaceObservation | null);
    }
    case 'smmu-nesting': {
      const { smmuNestingDrawing } = await import('./smmu-nesting-lines.ts');
      return smmuNestingDrawing(testCase, observation as SmmuNestingObservation | null);
    }
  }
}

async function translationDrawing(
  testCase: TranslationCase,
  observation: TranslationObservation | null,
  palette: Palette,
  needed: Finding['bits'],
): Promise<readonly string[]> {
  const { walkTrace } = await import('../models/reference/translation.ts');
  const { walkDrawing } = await import('./walk-drawing.ts');
  const { decidingEntry } = await import('./deciding-entry.ts');
  return testCase.requests.flatMap((request, index) => {
    const steps = walkTrace(testCase, index);
    return [
      ...walkDrawing(request, steps, palette),
      ...decidingEntry(steps, testCase.profile, palette, needed),
      ...(observation ? answered(observation.results[index]) : []),
    ];
  });
}

/** Of an entry that a case holds as `name`. */
function masksOf(name: string, needed: Finding['bits']): ReturnType<typeof masksAt> {
  return masksAt(
    needed,
    Array.from({ length: 8 }, (_, word) => `${name}[${word}]`),
  );
}

function answered(answer: unknown): readonly string[] {
  return answer === null || answer === undefined ? [] : [`answer: ${toJson(answer)}`];
}
