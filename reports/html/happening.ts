/** What happened, for somebody who sees it for the first time: the case drawn the way that its area is best understood. */
import { type ComponentChild, h } from 'preact';
import * as v from 'valibot';
import { walkTrace } from '../../models/reference/translation.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import { resolveLayout } from '../../spec/layouts/resolve.ts';
import {
  type Finding,
  type InvalidationObservation,
  type Observation,
  observationSchemas,
  type TranslationCase,
} from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import { caseDrawing } from '../case-drawing.ts';
import { isPresent, placed } from '../entry-drawing.ts';
import { plain } from '../palette.ts';
import { requestLine } from '../request-line.ts';
import { usedFields } from '../used-bits-drawing.ts';
import { entryPicture } from './bit-fields.ts';
import { streamTimeline } from './stream-timeline.ts';
import { walkPicture } from './walk.ts';
import { writeTimeline } from './write-timeline.ts';

const MOST_WALKS = 3;

/** `anchor`: the id of the finding's article. */
export function happening(finding: Finding, anchor: string): ComponentChild {
  const { case: testCase } = finding;
  const observation = observationOf(finding);
  switch (testCase.area) {
    case 'entry': {
      const layout = entryLayouts[testCase.format];
      const present = isPresent(layout, testCase.words);
      const { parts } = resolveLayout(layout, testCase.profile);
      const fields = parts.map((part) => placed(layout, part, testCase.words, present));
      return entryPicture(layout, testCase.words, fields);
    }
    case 'used-bits': {
      const knowledge = usedBitsKnowledge[testCase.format];
      return entryPicture(knowledge.layout, testCase.entry, usedFields(knowledge, testCase.entry));
    }
    case 'entry-sync':
      return observation !== null && 'trace' in observation
        ? writeTimeline(testCase, observation.trace)
        : drawn(finding, observation);
    case 'translation':
      return walks(testCase, finding.rule);
    case 'invalidation':
      return streamTimeline(testCase, observation as InvalidationObservation | null, anchor);
    default:
      return drawn(finding, observation);
  }
}

/** All walks, or of many requests those that the rule decides. */
function walks(testCase: TranslationCase, rule: string): ComponentChild {
  const all = testCase.requests.map((request, index) => ({ request, steps: walkTrace(testCase, index) }));
  const decided = all.filter(({ steps }) => steps.some(({ verdict }) => verdict.includes(rule)));
  const telling = all.length <= MOST_WALKS || decided.length === 0 ? all : decided;
  const shown = telling.slice(0, MOST_WALKS);
  return [
    shown.map(({ request, steps }) => [
      h('p', null, h('b', null, requestLine(request))),
      walkPicture(steps, testCase.profile),
    ]),
    shown.length < all.length
      ? h('p', { class: 'dim' }, `${shown.length} of ${all.length} requests are drawn.`)
      : null,
  ];
}

/** As on a terminal. */
function drawn({ case: testCase }: Finding, observation: Observation | null): ComponentChild {
  const lines = caseDrawing(testCase, observation, plain);
  return lines.length === 0 ? null : h('pre', { tabIndex: 0 }, lines.join('\n'));
}

/** A result may come from a stranger, and an answer that is a finding need not be one that can be read. */
function observationOf({ area, observation }: Finding): Observation | null {
  const parsed = v.safeParse(observationSchemas[area], observation);
  return parsed.success ? (parsed.output as Observation) : null;
}
