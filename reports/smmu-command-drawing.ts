/** A command of an SMMU queue, field by field (Arm IHI 0070, 4.1 to 4.7). */
import { smmuCommands } from '../spec/layouts/smmu-commands.ts';
import { smmuCommandLine } from '../spec/smmu-command-line.ts';
import { fixedFields, layoutDrawing } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

/** `words` are two, the lower half first. */
export function smmuCommandDrawing(words: readonly bigint[], palette: Palette): readonly string[] {
  const known = smmuCommands.get(Number((words[0] ?? 0n) & 0xffn));
  const line = smmuCommandLine(words);
  if (known === undefined) return [`${line}: no command that a guest with stage 1 may give`];
  return [...layoutDrawing(known.layout, words, fixedFields(known.layout, words), palette), '', line];
}
