/** The second-stage layouts worked out for one unit: what is reserved, open, and the address of an entry. */
import { bits } from '../../spec/bits.ts';
import type { Layout, Modes } from '../../spec/layouts/layout.ts';
import { resolveLayout } from '../../spec/layouts/resolve.ts';
import { secondStageLayout } from '../../spec/layouts/second-stage.ts';
import type { Unit } from './unit.ts';

export interface SecondStageMasks {
  /** Must be zero in an entry that grants a right. */
  readonly reserved: bigint;
  /** Not known whether hardware checks them. */
  readonly open: bigint;
  /** Table or page that the entry points to. */
  readonly address: bigint;
  readonly ignored: bigint;
}

/** Rights in bits 0 and 1 (SSIRWE off); memory types do not touch the address: EMTE makes no difference. */
const modes: Modes = { SSIRWE: false, SSADE: false, EMTE: false, HPTE: false };

type MasksOfLayouts = Map<Layout, SecondStageMasks>;
const withoutFlags = new WeakMap<Unit, MasksOfLayouts>();
const withFlags = new WeakMap<Unit, MasksOfLayouts>();

/** Masks of `entry` at `level` under `unit`; `accessedDirty` is SSADE. */
export function secondStageMasks(
  unit: Unit,
  level: number,
  entry: bigint,
  accessedDirty: boolean,
): SecondStageMasks {
  const known = accessedDirty ? withFlags : withoutFlags;
  const layouts: MasksOfLayouts = known.get(unit) ?? new Map();
  known.set(unit, layouts);
  const layout = secondStageLayout(level, entry);
  const masks = layouts.get(layout) ?? workOut(unit, layout, { ...modes, SSADE: accessedDirty });
  layouts.set(layout, masks);
  return masks;
}

function workOut({ profile }: Unit, layout: Layout, modes: Modes): SecondStageMasks {
  const { parts, reserved, open } = resolveLayout(layout, profile, modes);
  const address = layout.fields.find(({ kind }) => kind === 'pointer');
  if (address === undefined) throw new RangeError(`${layout.name} has no address`);
  return {
    reserved: reserved[0] ?? 0n,
    open: open[0] ?? 0n,
    address: bits(address.high, address.low),
    ignored: parts.reduce((mask, part) => (part.state === 'ignored' ? mask | part.mask : mask), 0n),
  };
}
