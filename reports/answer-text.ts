/** An answer on one line, whatever the area. */
import { toJson } from '../spec/json.ts';
import type { InvalidationObservation, Observation, TranslationObservation } from '../spec/schema.ts';
import { describeResult } from '../suites/translation/describe.ts';
import { shortHex } from './hex.ts';

export function answerText(observation: Observation): string {
  if ('results' in observation) return translationText(observation);
  if ('answers' in observation) return streamText(observation);
  return toJson(observation);
}

function translationText({ results, memory = [] }: TranslationObservation): string {
  const words = memory.map(({ address, value }) => `[${shortHex(address)}] = ${shortHex(value)}`);
  return [...results.map(describeResult), ...words].join('; ');
}

function streamText({ answers }: InvalidationObservation): string {
  return answers
    .map((answer) => (answer.outcome === 'value' ? shortHex(answer.value) : describeResult(answer)))
    .join('; ');
}
