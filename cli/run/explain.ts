/** The action of `explain`: finds out what kind of format it is and has it drawn. */
import { entryDrawing } from '../../reports/entry-drawing.ts';
import type { Palette } from '../../reports/palette.ts';
import { secondStageDrawing } from '../../reports/second-stage-drawing.ts';
import { usedBitsDrawing } from '../../reports/used-bits-drawing.ts';
import { type EntryFormat, entryFormats, usedBitsFormats } from '../../spec/schema.ts';
import { amdDteUsed } from '../../spec/used-bits/amd-dte.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import type { UsedBitsKnowledge } from '../../spec/used-bits/table.ts';
import { wrongUse } from '../exit.ts';
import { profileNamed } from '../profile-named.ts';
import { parseWords } from '../words.ts';

const secondStageLevels: Readonly<Record<string, number>> = {
  'second-stage-pml5': 5,
  'second-stage-pml4': 4,
  'second-stage-pdp': 3,
  'second-stage-pd': 2,
  'second-stage-pt': 1,
};
const usedBitsOf: Readonly<Record<string, UsedBitsKnowledge>> = {
  ...usedBitsKnowledge,
  'amd-dte': amdDteUsed,
};

export const explainFormats: readonly string[] = [
  ...Object.keys(entryFormats),
  ...Object.keys(secondStageLevels),
  ...usedBitsFormats,
  'amd-dte',
];

export function explain(
  format: string,
  texts: readonly string[],
  profileName: string,
  palette: Palette,
): readonly string[] {
  const profile = profileNamed(profileName);
  const level = secondStageLevels[format];
  if (level !== undefined) {
    const [entry = 0n] = parseWords(texts, 1, format, 'word');
    return secondStageDrawing(level, entry, profile, palette);
  }
  if (isEntryFormat(format)) {
    return entryDrawing(format, parseWords(texts, entryFormats[format], format, 'word'), profile, palette);
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
