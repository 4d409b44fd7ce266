/** A second-stage paging entry explained: its fields, and what a walk makes of it (9.8). */
import { resolveLayout } from '../spec/layouts/resolve.ts';
import { secondStageLayout } from '../spec/layouts/second-stage.ts';
import type { Profile } from '../spec/schema.ts';
import { isPresent, placed } from './entry-drawing.ts';
import { layoutDrawing } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

/** `level` counts from 1, the page table, to 5. */
export function secondStageDrawing(
  level: number,
  entry: bigint,
  profile: Profile,
  palette: Palette,
): readonly string[] {
  const layout = secondStageLayout(level, entry);
  const words = [entry];
  const { parts, reserved } = resolveLayout(layout, profile);
  const present = isPresent(layout, words);
  const fields = parts.map((part) => placed(layout, part, words, present));
  const broken = present && (entry & (reserved[0] ?? 0n)) !== 0n;
  const verdict = broken
    ? palette.red(
        'a reserved bit is set: refused with LSS.2 (0xc) in legacy mode, SSS.3 (0x7a) in scalable mode',
      )
    : present
      ? palette.green('grants a right, no reserved bit set')
      : palette.yellow('grants neither read nor write: nothing else in it counts');
  return [
    ...layoutDrawing(layout, words, fields, palette),
    '',
    `verdict under profile ${profile.name}: ${verdict}`,
  ];
}
