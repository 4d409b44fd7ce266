/** The action of `plan`: words in, the reference writer's plan out. */
import { explainPlan } from '../../models/reference/plan.ts';
import type { Palette } from '../../reports/palette.ts';
import { planDrawing } from '../../reports/plan-drawing.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import { writerFormats } from '../../spec/writer-formats.ts';
import { wrongUse } from '../exit.ts';
import { profileNamed } from '../profile-named.ts';
import { parseWords } from '../words.ts';

type PlanFormat = keyof typeof writerFormats;

export function plan(
  format: string,
  fromTexts: readonly string[],
  toTexts: readonly string[],
  profileName: string,
  palette: Palette,
): readonly string[] {
  if (!isPlanFormat(format)) {
    throw wrongUse(`unknown format "${format}": expected ${Object.keys(writerFormats).join(', ')}`);
  }
  const wanted = writerFormats[format].knowledge.layout.words;
  const from = parseWords(fromTexts, wanted, format, '--from');
  const to = parseWords(toTexts, wanted, format, '--to');
  const coherent = decodeCapabilities(profileNamed(profileName)).C === 1;
  return planDrawing(format, { from, to }, explainPlan(format, from, to, { coherent }), palette);
}

function isPlanFormat(format: string): format is PlanFormat {
  return Object.hasOwn(writerFormats, format);
}
