/** A plan of the reference writer: whether it is hitless and why, what differs, and the sequence. */
import type { EntryPlan } from '../models/reference/plan.ts';
import type { EntrySyncFormat } from '../spec/schema.ts';
import type { Palette } from './palette.ts';
import { type EntryUpdate, knowledgeOf, quantumWordsOf, traceDrawing } from './trace-drawing.ts';

export function planDrawing(
  format: EntrySyncFormat,
  update: EntryUpdate,
  { path, reason, quanta, trace }: EntryPlan,
  palette: Palette,
): readonly string[] {
  const verdict = path === 'breaking' ? palette.yellow('not hitless') : palette.green('hitless');
  const differing = quanta.filter((quantum) => quantum.differing.some((mask) => mask !== 0n));
  return [
    `${palette.bold(format)}: ${verdict}, ${reason}`,
    ...differing.map(({ index, differing: masks, fields }) => {
      const bits = masks.map((mask) => `0x${mask.toString(16)}`).join(' ');
      return `  quantum ${index} differs in used bits ${bits}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}`;
    }),
    '',
    ...traceDrawing(update, trace, quantumWordsOf({ format }), palette, knowledgeOf(format)),
  ];
}
