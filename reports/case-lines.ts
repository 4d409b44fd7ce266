/** A case in short: what a person needs to see the bug, words that are zero left out. */
import { printable } from '../adapters/process/printable.ts';
import type { Case, PageWalkCase, Profile, SyntheticLayout, TranslationCase } from '../spec/schema.ts';
import { describeEvent } from '../suites/page-walk/describe.ts';
import { bindingLines } from './binding-lines.ts';
import { domainReplaceLines } from './domain-replace-lines.ts';
import { hex, requester, shortHex } from './hex.ts';
import { memoryLines } from './memory-lines.ts';
import { requestLine } from './request-line.ts';
import { smmuNestingLines } from './smmu-nesting-lines.ts';
import { streamLines } from './stream-lines.ts';

/** The lines of `testCase`, at most `limit`; what does not fit is counted in the last line. */
export function caseLines(testCase: Case, limit: number): readonly string[] {
  const lines = [`profile ${profileInShort(testCase.profile)}`, ...bodyLines(testCase)];
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit - 1), `… and ${lines.length - limit + 1} more lines in the file`];
}

function profileInShort({ name, haw, specRev, cap, ecap }: Profile): string {
  return `${printable(name)}: HAW ${haw}, revision ${specRev}, CAP ${shortHex(cap)}, ECAP ${shortHex(ecap)}`;
}

function bodyLines(testCase: Case): readonly string[] {
  switch (testCase.area) {
    case 'entry':
      return [testCase.format, ...wordLines('word', testCase.words)];
    case 'used-bits':
      return [
        testCase.format,
        ...wordLines('entry', testCase.entry),
        ...(testCase.target ? wordLines('target', testCase.target) : []),
      ];
    case 'entry-sync':
      return [
        testCase.layout ? `synthetic, ${layoutInShort(testCase.layout)}` : testCase.format,
        ...wordLines('from', testCase.from),
        ...wordLines('to', testCase.to),
      ];
    case 'translation':
      return translationLines(testCase);
    case 'page-walk':
      return pageWalkLines(testCase);
    case 'invalidation':
      return streamLines(testCase);
    case 'binding':
      return bindingLines(testCase);
    case 'domain-replace':
      return domainReplaceLines(testCase);
    case 'smmu-nesting':
      return smmuNestingLines(testCase);
  }
}

function layoutInShort({ quanta, quantumWords, valid }: SyntheticLayout): string {
  return `${quanta} quanta of ${quantumWords * 64} bits, V in word ${valid.word} bit ${valid.bit}`;
}

/** One line a word that is not zero; one line that says so when all are. */
function wordLines(name: string, words: readonly bigint[]): readonly string[] {
  const lines = words.flatMap((word, index) => (word === 0n ? [] : [`${name}[${index}] ${hex(word)}`]));
  return lines.length > 0 ? lines : [`${name} all zero`];
}

function translationLines({ rtaddr, memory, requests }: TranslationCase): readonly string[] {
  return [...requests.map(requestLine), `RTADDR ${hex(rtaddr)}`, ...memoryLines(memory)];
}

function pageWalkLines({ walk, memory, hookFailure }: PageWalkCase): readonly string[] {
  const failing = hookFailure ? [`the hook fails at call ${hookFailure.at} with ${hookFailure.error}`] : [];
  return [...walkLines(walk), ...failing, ...memoryLines(memory)];
}

function walkLines(walk: PageWalkCase['walk']): readonly string[] {
  if (walk.kind === 'replay') {
    const enabled = walk.translationEnabled ? 'on' : 'off';
    return [
      `replay for ${requester(walk.sourceId)} with translation ${enabled}`,
      `RTADDR ${hex(walk.rtaddr)}`,
    ];
  }
  const { start, end, levels, top, notifyUnmapped, announced } = walk;
  return [
    `walk from ${shortHex(start)} to below ${shortHex(end)}, ${levels} levels from ${shortHex(top)}`,
    notifyUnmapped ? 'unmapped entries are asked for' : 'mappings alone are asked for',
    ...(announced ? [`${announced.length} announced before:`] : []),
    ...(announced ?? []).map((mapping) => `  ${describeEvent({ event: 'map', ...mapping })}`),
  ];
}
