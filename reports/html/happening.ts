/** What happened, for somebody who sees it for the first time: the case drawn the way that its area is best understood. */
import { type ComponentChild, h } from 'preact';
import * as v from 'valibot';
import { walkTrace } from '../../models/reference/translation.ts';
import {
  type BindingObservation,
  type Case,
  type DomainReplaceObservation,
  type Finding,
  type InvalidationObservation,
  type Observation,
  observationSchemas,
  type PageWalkObservation,
  type SmmuNestingObservation,
  type TranslationCase,
} from '../../spec/schema.ts';
import { bindingDrawing } from '../binding-lines.ts';
import { decidingStructure } from '../deciding-structure.ts';
import { domainReplaceDrawing } from '../domain-replace-lines.ts';
import { namedFields } from '../named-fields.ts';
import { pageWalkDrawing } from '../page-walk-drawing.ts';
import { plain } from '../palette.ts';
import { requestLine } from '../request-line.ts';
import { smmuNestingDrawing } from '../smmu-nesting-lines.ts';
import { entryPicture } from './bit-fields.ts';
import { legends } from './legends.ts';
import { streamTimeline } from './stream-timeline.ts';
import { walkPicture } from './walk.ts';
import { writeTimeline } from './write-timeline.ts';

const MOST_WALKS = 3;

/** `anchor`: the id of the finding's article. */
export function happening(finding: Finding, anchor: string): ComponentChild {
  const { case: testCase } = finding;
  const observation = observationOf(finding);
  switch (testCase.area) {
    case 'entry':
    case 'used-bits':
      return decidingPicture(finding, observation);
    case 'entry-sync':
      return observation !== null && 'trace' in observation
        ? [writeTimeline(testCase, observation.trace), decidingPicture(finding, observation)]
        : null;
    case 'translation': {
      const isWalked = testCase.requests.some((_, index) => walkTrace(testCase, index).length > 0);
      return isWalked ? walks(testCase, finding) : decidingPicture(finding, observation);
    }
    case 'invalidation':
      return [
        streamTimeline(testCase, observation as InvalidationObservation | null, anchor, namedFields(finding)),
        // The walk of a request stands at its step.
        isOfRequest(finding) ? null : decidingPicture(finding, observation),
      ];
    default:
      return [drawn(finding, linesOf(testCase, observation)), decidingPicture(finding, observation)];
  }
}

/** True when what is wrong is the answer to a request. */
function isOfRequest({ observed }: Finding): boolean {
  return /^(?:translated|blocked|queued)/.test(observed);
}

/** The structure that decides, where there is one. */
function decidingPicture(finding: Finding, observation: Observation | null): ComponentChild {
  const structure = decidingStructure(finding, observation);
  return structure === undefined ? null : entryPicture(structure, namedFields(finding));
}

/** All walks, or of many requests those that the rule decides. */
function walks(testCase: TranslationCase, finding: Finding): ComponentChild {
  const { rule } = finding;
  const all = testCase.requests.map((request, index) => ({ request, steps: walkTrace(testCase, index) }));
  const decided = all.filter(({ steps }) => steps.some(({ verdict }) => verdict.includes(rule)));
  const telling = all.length <= MOST_WALKS || decided.length === 0 ? all : decided;
  const shown = telling.slice(0, MOST_WALKS);
  return [
    shown.map(({ request, steps }) => [
      h('p', null, h('b', null, requestLine(request))),
      walkPicture(steps, testCase.profile, namedFields(finding)),
    ]),
    shown.length < all.length
      ? h('p', { class: 'dim' }, `${shown.length} of ${all.length} requests are drawn.`)
      : null,
  ];
}

/** What has no picture of its own. */
type Lined = Extract<Case, { area: 'page-walk' | 'binding' | 'domain-replace' | 'smmu-nesting' }>;

/** As on a terminal. */
function linesOf(testCase: Lined, observation: Observation | null): readonly string[] {
  switch (testCase.area) {
    case 'page-walk':
      return pageWalkDrawing(testCase, observation as PageWalkObservation | null, plain);
    case 'binding':
      return bindingDrawing(testCase, observation as BindingObservation | null);
    case 'domain-replace':
      return domainReplaceDrawing(testCase, observation as DomainReplaceObservation | null);
    case 'smmu-nesting':
      return smmuNestingDrawing(testCase, observation as SmmuNestingObservation | null);
  }
}

/** `lines`, with the step marked at which it went wrong. */
function drawn({ case: testCase, observed }: Finding, lines: readonly string[]): ComponentChild {
  const wrong = /\((?:step|request) (\d+):/.exec(observed)?.[1];
  const starts = (line: string) => /^ {0,2}(\d+) {2}/.exec(line)?.[1];
  let step: string | undefined;
  const shown = lines.map((line) => {
    step = starts(line) ?? step;
    return wrong !== undefined && step === wrong ? h('mark', null, `${line}\n`) : `${line}\n`;
  });
  return [
    h(
      'p',
      { class: 'dim' },
      legends[testCase.area],
      wrong === undefined ? null : ' The marked step is the wrong one.',
    ),
    h('pre', { tabIndex: 0 }, shown),
  ];
}

/** A result may come from a stranger, and an answer that is a finding need not be one that can be read. */
function observationOf({ area, observation }: Finding): Observation | null {
  const parsed = v.safeParse(observationSchemas[area], observation);
  return parsed.success ? (parsed.output as Observation) : null;
}
