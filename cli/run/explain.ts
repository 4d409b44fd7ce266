/** The action of `explain`: finds out what kind of format it is and has it drawn. */
import { descriptorDrawing, descriptorsByName } from '../../reports/descriptor-drawing.ts';
import { entryDrawing } from '../../reports/entry-drawing.ts';
import { pagingDrawing, pagingFormats } from '../../reports/paging-drawing.ts';
import type { Palette } from '../../reports/palette.ts';
import { usedBitsDrawing } from '../../reports/used-bits-drawing.ts';
import { type EntryFormat, entryFormats, usedBitsFormats } from '../../spec/schema.ts';
import { amdDteUsed } from '../../spec/used-bits/amd-dte.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import type { UsedBitsKnowledge } from '../../spec/used-bits/table.ts';
import { wrongUse } from '../exit.ts';
import { profileNamed } from '../profile-named.ts';
import { parseWords } from '../words.ts';

const usedBitsOf: Readonly<Record<string, UsedBitsKnowledge>> = {
  ...usedBitsKnowledge,
  'amd-dte': amdDteUsed,
};

const explainFormats: readonly string[] = [
  ...Object.keys(entryFormats),
  ...Object.keys(pagingFormats),
  ...usedBitsFormats,
  'amd-dte',
  ...Object.keys(descriptorsByName),
];

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
  const knowledge = usedBitsOf[format];
  if (knowledge === undefined) {
    throw wrongUse(`unknown format "${format}": expected ${explainFormats.join(', ')}`);
  }
  return usedBitsDrawing(knowledge, parseWords(texts, knowledge.layout.words, format, 'word'), palette);
}

function isEntryFormat(format: string): format is EntryFormat {
  return Object.hasOwn(entryFormats, format);
}
