/** What a finding is about in a few sentences, for somebody who sees such a case for the first time. */

import { walkTrace } from '../../models/reference/translation.ts';
import type { Step } from '../../models/reference/walk.ts';
import { faultConditions } from '../../spec/faults.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import type { Finding, TranslationCase } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import { decidingStep } from '../deciding-entry.ts';
import { shortHex } from '../hex.ts';
import { plural } from '../plural.ts';
import { requestLine } from '../request-line.ts';

/** Walks of more requests than these are not told in sentences. */
const MOST_TOLD = 2;

/** What was asked, and by which way an answer comes about. */
export function story({ case: testCase, observed }: Pick<Finding, 'case' | 'observed'>): string {
  const isOfRequest = /^(?:translated|blocked|queued)/.test(observed);
  switch (testCase.area) {
    case 'entry':
      return `The entry below stands in memory: a ${lower(entryLayouts[testCase.format].title)}. The unit reads it on its way to an untranslated request without PASID, and either goes on or reports a fault.`;
    case 'used-bits': {
      const { title } = usedBitsKnowledge[testCase.format].layout;
      return `Of the ${lower(title)} below a driver asks which bits hardware looks at: only these decide whether an update tears.`;
    }
    case 'entry-sync':
      return 'A driver rewrites an entry that hardware may read at any moment, piece by piece. Between two syncs each piece may have been read before or after any of the stores.';
    case 'translation':
      return translationStory(testCase);
    case 'page-walk':
      return 'The tables of a range are walked, and a hook is told what is mapped: a shadow table made of these calls has to be the same as the tables.';
    case 'invalidation':
      return isOfRequest
        ? `Software and devices do ${steps(testCase.steps)}. Caches may answer from anything that memory held and no completed invalidation has dropped; the marked step shows what they may not.`
        : `Software does ${steps(testCase.steps)}. At the marked one a register or memory does not hold what the unit should have made of the queue: of a value only the bits named are compared.`;
    case 'binding':
      return `A guest does ${steps(testCase.steps)} to the tables of its virtual unit. After each the host has to be asked for just the calls that bind its devices as these tables say.`;
    case 'domain-replace':
      return 'A driver changes the domain of a device while hardware translates. At any moment hardware may fetch, cache and answer from whatever the architecture lets it.';
    case 'smmu-nesting':
      return `A guest does ${steps(testCase.steps)} to a virtual SMMUv3. Physical streams have to follow its stream table, and its commands have to reach the physical SMMUs.`;
  }
}

function steps({ length }: readonly unknown[]): string {
  return plural(length, 'step');
}

/** What a fault condition asks for: its statement says only when it holds. */
export function conditionStory(rule: string): string {
  const condition = faultConditions.find(({ id }) => id === rule);
  return condition === undefined
    ? ''
    : ` A request that meets this must not get through; its fault is 0x${condition.code.toString(16)} (${rule}).`;
}

function translationStory(testCase: TranslationCase): string {
  if (testCase.requests.length > MOST_TOLD) {
    return `${plural(testCase.requests.length, 'request')} arrive, one after the other; the case was not shrunk to the one that shows it.`;
  }
  const sentences = testCase.requests.map((request, index) => {
    const steps = walkTrace(testCase, index);
    return `A request arrives: ${requestLine(request)}. ${walkSentence(steps)}`;
  });
  return sentences.join(' ');
}

function walkSentence(steps: readonly Step[]): string {
  const last = decidingStep(steps) ?? steps.at(-1);
  if (last === undefined) return 'It is decided before any structure is read.';
  const place = `the ${lower(last.name)} at ${shortHex(last.address)}`;
  const read = `The unit reads ${plural(steps.length, 'structure')}`;
  if (steps.length === 1) return `${read}, ${place}: ${last.verdict}.`;
  const decides = decidingStep(steps) === undefined ? 'is the last' : 'decides';
  return `${read}; ${place} ${decides}: ${last.verdict}.`;
}

/** `Scalable-mode context entry` within a sentence; `PASID table entry` stays. */
function lower(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? `${title.slice(0, 1).toLowerCase()}${title.slice(1)}` : title;
}
