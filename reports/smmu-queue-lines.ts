/**
 * An error of an SMMU's command queue as Linux logs it: what CMDQ_CONS says, then the command that it skips (Arm IHI
 * 0070, 4.1.4 and 6.3.28).
 */
import { extract } from '../spec/bits.ts';
import { shortHex } from '../spec/hex.ts';
import { smmuQueueErrors } from '../spec/smmu-queue-errors.ts';
import type { Palette } from './palette.ts';
import { smmuCommandDrawing } from './smmu-command-drawing.ts';

const error = /CMDQ error \(cons 0x([0-9a-f]{8})\)/i;
const skipped = /skipping command in error state:[^\n]*((?:\n[^\n]*0x[0-9a-f]{16}[^\S\n]*\r?(?=\n|$)){2})/gi;
const words = /0x([0-9a-f]{16})[^\S\n]*\r?(?=\n|$)/gi;

/** The lines of every error and skipped command in `text`; none when there is none. */
export function smmuQueueLines(text: string, palette: Palette): readonly string[] {
  const [, cons] = error.exec(text) ?? [];
  const stopped = cons === undefined ? [] : [stoppedLines(BigInt(`0x${cons}`), palette)];
  const commands = [...text.matchAll(skipped)].map(([, found = '']) =>
    smmuCommandDrawing(
      Array.from(found.matchAll(words), ([, word]) => BigInt(`0x${word}`)),
      palette,
    ),
  );
  return [...stopped, ...commands].flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function stoppedLines(cons: bigint, palette: Palette): readonly string[] {
  const reason = Number(extract(cons, 30, 24));
  const known = smmuQueueErrors[reason];
  return [
    palette.bold(`command queue error: CMDQ_CONS ${shortHex(cons)}, the queue has stopped`),
    known ? `  ${known.name}: ${known.statement}` : `  ${reason}: a reason that nobody defines`,
    palette.dim('      Arm IHI 0070, 6.3.28'),
  ];
}
