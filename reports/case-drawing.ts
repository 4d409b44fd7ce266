/** A case drawn the way that its area is best understood, with the answer of an implementation. */
import { walkTrace } from '../models/reference/translation.ts';
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
import { usedBitsKnowledge } from '../spec/used-bits/formats.ts';
import { bindingDrawing } from './binding-lines.ts';
import { decidingEntry } from './deciding-entry.ts';
import { domainReplaceDrawing } from './domain-replace-lines.ts';
import { entryDrawing } from './entry-drawing.ts';
import { hex } from './hex.ts';
import { masksAt } from './needed-bits.ts';
import { pageWalkDrawing } from './page-walk-drawing.ts';
import type { Palette } from './palette.ts';
import { smmuNestingDrawing } from './smmu-nesting-lines.ts';
import { streamDrawing } from './stream-drawing.ts';
import { knowledgeOf, quantumWordsOf, traceDrawing } from './trace-drawing.ts';
import { usedBitsDrawing } from './used-bits-drawing.ts';
import { walkDrawing } from './walk-drawing.ts';

/** `observation` is null when the implementation gave none; `needed` are the bits that the case needs, if tried. */
export function caseDrawing(
  testCase: Case,
  observation: Observation | null,
  palette: Palette,
  needed?: Finding['bits'],
): readonly string[] {
  switch (testCase.area) {
    case 'entry':
      return [
        ...entryDrawing(testCase.format, testCase.words, testCase.profile, palette, {
          needed: masksOf('word', needed),
        }),
        ...answered(observation),
      ];
    case 'used-bits':
      return [
        ...usedBitsDrawing(
          usedBitsKnowledge[testCase.format],
          testCase.entry,
          palette,
          masksOf('entry', needed),
        ),
        ...(testCase.target?.map((word, index) => `target[${index}] ${hex(word)}`) ?? []),
        ...answered(observation),
      ];
    case 'entry-sync':
      return observation === null
        ? []
        : traceDrawing(
            testCase,
            (observation as EntrySyncObservation).trace,
            quantumWordsOf(testCase),
            palette,
            knowledgeOf(testCase.format),
          );
    case 'translation':
      return translationDrawing(testCase, observation as TranslationObservation | null, palette, needed);
    case 'page-walk':
      return pageWalkDrawing(testCase, observation as PageWalkObservation | null, palette);
    case 'invalidation':
      return streamDrawing(testCase, observation as InvalidationObservation | null, palette);
    case 'binding':
      return bindingDrawing(testCase, observation as BindingObservation | null);
    case 'domain-replace':
      return domainReplaceDrawing(testCase, observation as DomainReplaceObservation | null);
    case 'smmu-nesting':
      return smmuNestingDrawing(testCase, observation as SmmuNestingObservation | null);
  }
}

function translationDrawing(
  testCase: TranslationCase,
  observation: TranslationObservation | null,
  palette: Palette,
  needed: Finding['bits'],
): readonly string[] {
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
