/** What the schema cannot say of one case: the number of words that its format has, and a legal profile. */
import { latticeBreaches } from './lattice.ts';
import { type Case, entryFormats } from './schema.ts';
import { writerFormats } from './writer-formats.ts';

/** Why `testCase` is malformed, in one phrase that names the place and the value; undefined when it is not. */
export function caseProblem(testCase: Case): string | undefined {
  const [breach] = latticeBreaches(testCase.profile);
  if (breach !== undefined) return `profile ${testCase.profile.name}: ${breach}`;
  if (testCase.area === 'entry') {
    return wrongLength('words', testCase.words, entryFormats[testCase.format], testCase.format);
  }
  if (testCase.area === 'entry-sync') {
    const wanted =
      testCase.format === 'synthetic'
        ? testCase.layout && testCase.layout.quanta * testCase.layout.quantumWords
        : writerFormats[testCase.format].knowledge.layout.words;
    if (wanted === undefined) return 'layout: missing, format synthetic needs one';
    return (
      wrongLength('from', testCase.from, wanted, testCase.format) ??
      wrongLength('to', testCase.to, wanted, testCase.format)
    );
  }
  if (testCase.area === 'translation') {
    const crooked = testCase.memory.findIndex((run) => run.address % 8n !== 0n);
    if (crooked >= 0) return `memory.${crooked}.address: expected a multiple of 8`;
  }
  return undefined;
}

function wrongLength(
  place: string,
  words: readonly bigint[],
  wanted: number,
  format: string,
): string | undefined {
  if (words.length === wanted) return undefined;
  return `${place}: ${format} has ${wanted} words of 64 bits, not ${words.length}`;
}
