/** The first-stage layouts worked out for one unit: what is reserved, open, ignored, and the address. */
import { bits } from '../../spec/bits.ts';
import { firstStageLayout } from '../../spec/layouts/first-stage.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { resolveLayout } from '../../spec/layouts/resolve.ts';
import type { Unit } from './unit.ts';

export interface FirstStageMasks {
  /** Must be zero in a present entry. */
  readonly reserved: bigint;
  /** Not known whether hardware checks them. */
  readonly open: bigint;
  /** Table or page that the entry points to. */
  readonly address: bigint;
  readonly ignored: bigint;
}

const known = new WeakMap<Unit, Map<Layout, FirstStageMasks>>();

/** Masks of `entry` at `level` under `unit`. */
export function firstStageMasks(unit: Unit, level: number, entry: bigint): FirstStageMasks {
  const layouts: Map<Layout, FirstStageMasks> = known.get(unit) ?? new Map();
  known.set(unit, layouts);
  const layout = firstStageLayout(level, entry);
  const masks = layouts.get(layout) ?? workOut(unit, layout);
  layouts.set(layout, masks);
  return masks;
}

function workOut({ profile }: Unit, layout: Layout): FirstStageMasks {
  const { parts, reserved, open } = resolveLayout(layout, profile);
  const address = layout.fields.find(({ kind }) => kind === 'pointer');
  if (address === undefined) throw new RangeError(`${layout.name} has no address`);
  return {
    reserved: reserved[0] ?? 0n,
    open: open[0] ?? 0n,
    address: bits(address.high, address.low),
    ignored: parts.reduce((mask, part) => (part.state === 'ignored' ? mask | part.mask : mask), 0n),
  };
}
