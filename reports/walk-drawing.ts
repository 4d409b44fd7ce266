/** The walk of one request, structure by structure, with the words that decided (models/reference). */
import type { Step } from '../models/reference/walk.ts';
import type { Request } from '../spec/schema.ts';
import { hex, shortHex } from './hex.ts';
import type { Palette } from './palette.ts';
import { requestLine } from './request-line.ts';

export function walkDrawing(request: Request, steps: readonly Step[], palette: Palette): readonly string[] {
  return [
    palette.bold(requestLine(request)),
    ...steps.flatMap((step, index) => stepLines(step, index === steps.length - 1, palette)),
    ...(steps.length === 0 ? ['└─ no structure is read'] : []),
  ];
}

/** The last structure is the one that decided: its words stand out. */
function stepLines(
  { name, address, words, verdict }: Step,
  isLast: boolean,
  palette: Palette,
): readonly string[] {
  const rail = isLast ? '   ' : '│  ';
  const shown = words?.map((word, index) =>
    index > 0 && word === 0n ? undefined : `${rail}  [${index}] ${hex(word)}`,
  ) ?? [`${rail}  memory does not answer`];
  return [
    `${isLast ? '└─ ' : '├─ '}${name} at ${shortHex(address)}: ${isLast ? palette.bold(verdict) : verdict}`,
    ...shown.filter((line) => line !== undefined).map((line) => (isLast ? line : palette.dim(line))),
  ];
}
