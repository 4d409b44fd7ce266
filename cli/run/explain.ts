/** The action of `explain`: finds out what kind of format it is and has it drawn. */
import { readFileSync } from 'node:fs';
import { isUtf16 } from '../../adapters/dumps/utf-16.ts';
import { fileProblem } from '../../adapters/file-problem.ts';
import { descriptorDrawing, descriptorsByName } from '../../reports/descriptor-drawing.ts';
import { entryDrawing } from '../../reports/entry-drawing.ts';
import { faultRecordDrawing } from '../../reports/fault-record-drawing.ts';
import { pagingDrawing, pagingFormats } from '../../reports/paging-drawing.ts';
import type { Palette } from '../../reports/palette.ts';
import { plural } from '../../reports/plural.ts';
import { smmuCommandDrawing } from '../../reports/smmu-command-drawing.ts';
import { usedBitsDrawing } from '../../reports/used-bits-drawing.ts';
import { type EntryFormat, entryFormats, usedBitsFormats } from '../../spec/names.ts';
import { registerNamed } from '../../spec/registers.ts';
import { amdDteUsed } from '../../spec/used-bits/amd-dte.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import type { UsedBitsKnowledge } from '../../spec/used-bits/table.ts';
import { CommandError, wrongUse } from '../exit.ts';
import { profileNamed } from '../profile-named.ts';
import { allOfStdin } from '../stdin.ts';
import { anyWords, parseWords } from '../words.ts';
import { explainText } from './explain-text.ts';

const usedBitsOf: Readonly<Record<string, UsedBitsKnowledge>> = {
  ...usedBitsKnowledge,
  'amd-dte': amdDteUsed,
};

/** Of two words, and alike on every unit. */
const fixedFormats: Readonly<
  Record<string, (words: readonly bigint[], palette: Palette) => readonly string[]>
> = {
  'fault-record': faultRecordDrawing,
  'smmu-command': smmuCommandDrawing,
};

const explainFormats: readonly string[] = [
  ...Object.keys(entryFormats),
  ...Object.keys(pagingFormats),
  ...usedBitsFormats,
  'amd-dte',
  ...Object.keys(descriptorsByName),
  ...Object.keys(fixedFormats),
];

/** What is explained without a name of its own: nothing else that people print has so many words. */
const FORMAT_OF_8_WORDS = 'pasid-table';
/** Far above any paste that somebody wants explained. */
const MOST_BYTES = 1 << 20;
const LONGEST_LINE = 1 << 16;
/** An entry of eight words with a line each; more is a text. */
const MOST_LINES_OF_WORDS = 8;
const DEFAULT_PROFILE = 'everything';

/** `args` as they were given: a format and words, or lines; `-` is stdin, `@FILE` what a file holds. */
export async function runExplain(
  args: readonly string[],
  profileName: string | undefined,
  palette: Palette,
): Promise<readonly string[]> {
  const [first = '', ...rest] = await Promise.all(args.map(contentsOf));
  if (explainFormats.includes(first)) return explain(first, rest, profileName ?? DEFAULT_PROFILE, palette);
  return explainAny([first, ...rest], profileName, palette);
}

/** Lines of dumps and logs, or words whose number tells what they are. */
export function explainAny(
  texts: readonly string[],
  profileName: string | undefined,
  palette: Palette,
): readonly string[] {
  if (texts.every((text) => text.trim() === '')) throw wrongUse('there is nothing to explain');
  const given = profileName === undefined ? undefined : profileNamed(profileName);
  const lines = explainText(texts.join(' '), given, profileNamed(DEFAULT_PROFILE), palette);
  if (lines !== undefined) return lines;
  const [first = ''] = texts;
  const [name = ''] = first.trim().split(/\s/);
  if (registerNamed(name) !== undefined)
    throw wrongUse(`${name} is a register: give its value of up to 64 bits too, such as ${name} 0x1f`);
  if (/^[a-z][a-z0-9-]*$/.test(first) && !/^[0-9a-f]+$/.test(first)) throw unknownFormat(first);
  const words = wordsOf(texts);
  if (words.length === 8)
    return explain(
      FORMAT_OF_8_WORDS,
      words.map((word) => `0x${word.toString(16)}`),
      profileName ?? DEFAULT_PROFILE,
      palette,
    );
  throw wrongUse(
    `${plural(words.length, 'word')} may be of several formats, name one in front of them: ${explainFormats.join(', ')}`,
  );
}

/** Throws CommandError: of a whole text the first word says nothing. */
function wordsOf(texts: readonly string[]): readonly bigint[] {
  try {
    return anyWords(texts, 'word');
  } catch (error) {
    const lines = texts.join('\n').trim().split('\n').length;
    throw error instanceof CommandError && lines > MOST_LINES_OF_WORDS
      ? wrongUse(`none of these ${lines} lines shows an entry, a fault or a register that explain knows`)
      : error;
  }
}

async function contentsOf(argument: string): Promise<string> {
  if (argument === '-') return textOf(await allOfStdin(), 'stdin');
  return argument.startsWith('@') ? textOf(readBytes(argument.slice(1)), argument.slice(1)) : argument;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw wrongUse(`${file} cannot be read: ${fileProblem(error)}`);
  }
}

/** Lines, the last with its end, so that text of several lines is known by it. Of old systems they end with CR alone. */
function textOf(bytes: Buffer, name: string): string {
  if (bytes.length > MOST_BYTES)
    throw wrongUse(
      `${name} has ${bytes.length} bytes: explain takes up to ${MOST_BYTES}, lint reads whole files`,
    );
  if (isUtf16(bytes)) throw wrongUse(`${name} is UTF-16: save it as UTF-8`);
  if (bytes.includes(0)) throw wrongUse(`${name} is binary: give it as a hexdump`);
  const text = bytes.toString('utf8').replaceAll(/\r\n?/g, '\n');
  if (text.split('\n').some(({ length }) => length > LONGEST_LINE))
    throw wrongUse(`${name} has a line of more than ${LONGEST_LINE} characters: no dump has`);
  return text;
}

function unknownFormat(format: string): Error {
  return wrongUse(`unknown format "${format}": expected ${explainFormats.join(', ')}`);
}

export function explain(
  format: string,
  texts: readonly string[],
  profileName: string,
  palette: Palette,
): readonly string[] {
  const profile = profileNamed(profileName);
  const paging = pagingFormats[format];
  if (paging !== undefined) {
    return pagingDrawing(paging, parseWords(texts, paging.words, format, 'word'), profile, palette);
  }
  if (isEntryFormat(format)) {
    return entryDrawing(format, parseWords(texts, entryFormats[format], format, 'word'), profile, palette);
  }
  const descriptor = descriptorsByName[format];
  if (descriptor !== undefined) {
    const words = parseWords(texts, descriptor.layout.words, format, 'word');
    return descriptorDrawing(descriptor, words, profile, palette);
  }
  const fixed = fixedFormats[format];
  if (fixed !== undefined) return fixed(parseWords(texts, 2, format, 'word'), palette);
  const knowledge = usedBitsOf[format];
  if (knowledge === undefined) {
    throw unknownFormat(format);
  }
  return usedBitsDrawing(knowledge, parseWords(texts, knowledge.layout.words, format, 'word'), palette);
}

function isEntryFormat(format: string): format is EntryFormat {
  return Object.hasOwn(entryFormats, format);
}
