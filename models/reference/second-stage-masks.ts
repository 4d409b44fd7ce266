/** The masks of a second-stage entry: by its level and size, and whether flags are kept (9.8). */
import { secondStageLayout } from '../../spec/layouts/second-stage.ts';
import { masksOf, type PagingMasks } from './paging-masks.ts';
import type { Unit } from './unit.ts';

/** Masks of `entry` at `level` under `unit`; `accessedDirty` is SSADE. */
export function secondStageMasks(
  unit: Unit,
  level: number,
  entry: bigint,
  accessedDirty: boolean,
): PagingMasks {
  const known = accessedDirty ? unit.secondStageWithFlags : unit.secondStage;
  return masksOf(known, secondStageLayout(level, entry));
}
