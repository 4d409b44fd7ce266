/** Faulty caching units that look at bits above the widths that they report, or serve what they do not while TES is 0. */
import { extract } from '../../spec/bits.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { InvalidationCase, InvalidationObservation, StreamAnswer } from '../../spec/schema.ts';
import { isAnswered } from './judge.ts';
import {
  granularityOf,
  healthy,
  IOTLB,
  isPlain,
  nothing,
  PASID,
  PASID_IOTLB,
  type Planted,
  typeOf,
  WAIT,
  type Words,
  withDescriptors,
  withFirst,
} from './planted.fixture.ts';

/** A descriptor with any bit of `bitsOf` set is told as `instead`. */
const minding = (
  bug: string,
  rule: RegExp,
  bitsOf: (words: Words, profile: InvalidationCase['profile']) => bigint,
  instead: (words: Words) => Words = nothing,
): Planted => ({
  bug,
  rule,
  run: (testCase) =>
    healthy(
      withDescriptors(testCase, (words) =>
        isPlain(words) && bitsOf(words, testCase.profile) !== 0n ? instead(words) : words,
      ),
    ),
});

/** What Device-TLBs ask for while translation is off reaches memory. */
function servesWithoutTranslation(testCase: InvalidationCase): InvalidationObservation {
  const asked = testCase.steps.filter(isAnswered);
  return {
    answers: healthy(testCase).answers.map((answer, index): StreamAnswer => {
      const step = asked[index];
      const isOff = answer.outcome === 'blocked' && answer.status === 'UR' && answer.code === undefined;
      if (step?.step !== 'request' || !isOff || step.request.pasid !== undefined) return answer;
      return { outcome: 'translated', address: step.request.address };
    }),
  };
}

export const plantedWidths: readonly Planted[] = [
  minding('bits of DID above ND are looked at', /descriptor\.domain-width$/, (words, profile) => {
    const [first = 0n] = words;
    const width = 4 + 2 * decodeCapabilities(profile).ND;
    return [IOTLB, PASID_IOTLB, PASID].includes(typeOf(words)) ? extract(first, 31, 16) >> BigInt(width) : 0n;
  }),
  minding('bits of ADDR above MGAW are looked at', /descriptor\.address-width$/, (words, profile) => {
    const [, second = 0n] = words;
    const isPaged = typeOf(words) === IOTLB && granularityOf(words) === 3;
    return isPaged ? second >> BigInt(decodeCapabilities(profile).MGAW + 1) : 0n;
  }),
  minding(
    'a status address above HAW is beyond memory',
    /wait\.address-width$/,
    (words, { haw }) => (typeOf(words) === WAIT ? (words[1] ?? 0n) >> BigInt(haw) : 0n),
    withFirst(5, 5, () => 0n),
  ),
  {
    bug: 'requests of Device-TLBs are served while translation is off',
    rule: /translation-off\.ats$/,
    run: servesWithoutTranslation,
  },
];
