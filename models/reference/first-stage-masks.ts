/** The masks of a first-stage entry: by its level and size (9.7). */
import { firstStageLayout } from '../../spec/layouts/first-stage.ts';
import { masksOf, type PagingMasks } from './paging-masks.ts';
import type { Unit } from './unit.ts';

/** Masks of `entry` at `level` under `unit`. */
export function firstStageMasks(unit: Unit, level: number, entry: bigint): PagingMasks {
  return masksOf(unit.firstStage, firstStageLayout(level, entry));
}
