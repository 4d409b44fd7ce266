/** Paging and host permission entries explained: their fields, and what a walk makes of them (9.7, 9.8, 9.12). */
import { firstStageLayout } from '../spec/layouts/first-stage.ts';
import { hostPermissionLayouts } from '../spec/layouts/host-permission.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import { secondStageLayout } from '../spec/layouts/second-stage.ts';
import type { Profile } from '../spec/schema.ts';
import { isPresent, placed } from './entry-drawing.ts';
import { layoutDrawing } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

interface PagingFormat {
  /** Size in 64-bit words. */
  readonly words: 1 | 2;
  /** Bit 7 tells a table from a page. */
  readonly layout: (entry: bigint) => Layout;
  /** What a reserved bit leads to, and an entry that is not present; undefined when it is checked anyway. */
  readonly refused: string;
  readonly present: string;
  readonly absent: string | undefined;
}

const firstStage = (level: number): PagingFormat => ({
  words: 1,
  layout: (entry) => firstStageLayout(level, entry),
  refused: 'SFS.3 (0x72)',
  present: 'present, no reserved bit set',
  absent: 'not present: nothing else in it counts',
});
const secondStage = (level: number): PagingFormat => ({
  words: 1,
  layout: (entry) => secondStageLayout(level, entry),
  refused: 'LSS.2 (0xc) in legacy mode, SSS.3 (0x7a) in scalable mode',
  present: 'grants a right, no reserved bit set',
  absent: 'grants neither read nor write: nothing else in it counts',
});
const hostPermission = (layout: Layout): PagingFormat => ({
  words: 2,
  layout: () => layout,
  refused: 'HPT.2 (0xa1)',
  present: 'no reserved bit set',
  absent: undefined,
});

/** By the name that `explain` takes. */
export const pagingFormats: Readonly<Record<string, PagingFormat>> = {
  'first-stage-pml5': firstStage(5),
  'first-stage-pml4': firstStage(4),
  'first-stage-pdp': firstStage(3),
  'first-stage-pd': firstStage(2),
  'first-stage-pt': firstStage(1),
  'second-stage-pml5': secondStage(5),
  'second-stage-pml4': secondStage(4),
  'second-stage-pdp': secondStage(3),
  'second-stage-pd': secondStage(2),
  'second-stage-pt': secondStage(1),
  'host-permission-l4': hostPermission(hostPermissionLayouts.l4),
  'host-permission-l3': hostPermission(hostPermissionLayouts.l3),
  'host-permission-l2': hostPermission(hostPermissionLayouts.l2),
  'host-permission-l1': hostPermission(hostPermissionLayouts.l1),
};

export function pagingDrawing(
  format: PagingFormat,
  words: readonly bigint[],
  profile: Profile,
  palette: Palette,
): readonly string[] {
  const layout = format.layout(words[0] ?? 0n);
  const { parts, reserved } = resolveLayout(layout, profile);
  const present = format.absent === undefined || isPresent(layout, words);
  const fields = parts.map((part) => placed(layout, part, words, present));
  const broken = present && words.some((word, index) => (word & (reserved[index] ?? 0n)) !== 0n);
  const verdict = broken
    ? palette.red(`a reserved bit is set: refused with ${format.refused}`)
    : present
      ? palette.green(format.present)
      : palette.yellow(format.absent ?? '');
  return [
    ...layoutDrawing(layout, words, fields, palette),
    '',
    `verdict under profile ${profile.name}: ${verdict}`,
  ];
}
