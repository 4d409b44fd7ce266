/** The layouts of paging entries worked out for one unit: what is reserved, open, ignored, and the address. */
import { bits } from '../../spec/bits.ts';
import type { Layout, Modes } from '../../spec/layouts/layout.ts';
import { masks, resolveLayout } from '../../spec/layouts/resolve.ts';
import type { Profile } from '../../spec/schema.ts';

export interface PagingMasks {
  /** Must be zero in an entry that is used. */
  readonly reserved: bigint;
  /** Not known whether hardware checks them. */
  readonly open: bigint;
  /** Table or page that the entry points to. */
  readonly address: bigint;
  readonly ignored: bigint;
}

export type MasksByLayout = ReadonlyMap<Layout, PagingMasks>;

/** Rights in bits 0 and 1 (SSIRWE off); memory types do not touch the address: EMTE makes no difference. */
const modes: Modes = { SSIRWE: false, SSADE: false, EMTE: false, HPTE: false };

/** The masks of each of `layouts` under `profile`; `accessedDirty` is SSADE, which is for second stage. */
export function pagingMasks(
  layouts: Readonly<Record<string, Layout>>,
  profile: Profile,
  accessedDirty = false,
): MasksByLayout {
  const under = { ...modes, SSADE: accessedDirty };
  return new Map(Object.values(layouts).map((layout) => [layout, workOut(profile, layout, under)]));
}

/** The masks of `layout`. Throws RangeError when they were not worked out. */
export function masksOf(known: MasksByLayout, layout: Layout): PagingMasks {
  const found = known.get(layout);
  if (found === undefined) throw new RangeError(`${layout.name} is not of this stage`);
  return found;
}

function workOut(profile: Profile, layout: Layout, modes: Modes): PagingMasks {
  const { parts, reserved, open } = resolveLayout(layout, profile, modes);
  const address = layout.fields.find(({ kind }) => kind === 'pointer');
  if (address === undefined) throw new RangeError(`${layout.name} has no address`);
  return {
    reserved: reserved[0] ?? 0n,
    open: open[0] ?? 0n,
    address: bits(address.high, address.low),
    ignored: masks(layout, parts, 'ignored')[0] ?? 0n,
  };
}
