/** What was announced before a walk: pages as they are now, or changed in one thing, or next to them. */
import type { Mapping as Announced } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { framesOf, isPage } from './tables.ts';
import type { Mapping } from './translation-mappings.ts';
import type { TranslationTarget } from './translation-target.ts';

const FRAME = 0x1000n;
const ADDRESS = 0xf_ffff_ffff_f000n;

/** A mapping or a few for each of `seeds`, ascending and disjoint. */
export function drawAnnounced(
  { profile }: TranslationTarget,
  mappings: readonly Mapping[],
  seeds: readonly number[],
): Announced[] {
  const host = (1n << BigInt(profile.haw)) - 1n;
  const drawn = seeds.flatMap((seed) => {
    const choices = new Choices(seed);
    return vary(asAnnounced(choices.one(mappings), host), choices).map(withRight);
  });
  drawn.sort((a, b) => (a.iova < b.iova ? -1 : a.iova > b.iova ? 1 : 0));
  const disjoint: Announced[] = [];
  for (const mapping of drawn) {
    const last = disjoint.at(-1);
    if (last === undefined || mapping.iova >= last.iova + last.size) disjoint.push(mapping);
  }
  return disjoint;
}

/** The page as a walk announces it that meets no defect. */
function asAnnounced({ frame, path }: Mapping, host: bigint): Announced {
  const leaf = path.at(-1);
  const [word = 0n] = leaf?.words ?? [];
  const frames = leaf && isPage(leaf) ? framesOf(leaf.level) : 1;
  const size = BigInt(frames) * FRAME;
  const rights = path.reduce((granted, entry) => granted & (entry.words[0] ?? 0n), 3n);
  return {
    iova: BigInt(frame - (frame % frames)) * FRAME,
    size,
    target: word & ADDRESS & host & ~(size - 1n),
    read: (rights & 1n) !== 0n,
    write: (rights & 2n) !== 0n,
  };
}

/** What has no right is never announced: QEMU's tree refuses it, and a case with one blamed whoever does. */
function withRight(mapping: Announced): Announced {
  return mapping.read || mapping.write ? mapping : { ...mapping, read: true };
}

function vary(mapping: Announced, choices: Choices): readonly Announced[] {
  const { iova, size, target, read, write } = mapping;
  switch (choices.pick(14)) {
    case 6:
      return [{ ...mapping, target: target ^ (FRAME << BigInt(choices.pick(30))) }];
    case 7:
      return [choices.oneIn(2) ? { ...mapping, read: !read } : { ...mapping, write: !write }];
    case 8: {
      // Larger, as if many entries had become one page or the other way round.
      const larger = size << BigInt(choices.one([1, 9, 9, 18]));
      return [{ ...mapping, iova: iova & ~(larger - 1n), size: larger }];
    }
    case 9: {
      const smaller = choices.one([FRAME, size / 2n, size / 512n]) & ~(FRAME - 1n);
      const used = smaller === 0n ? FRAME : smaller;
      return [{ ...mapping, iova: iova + ((used * BigInt(choices.pick(512))) % size), size: used }];
    }
    case 10:
      // Right after it, or across its end.
      return [{ ...mapping, iova: iova + (choices.oneIn(2) && size > FRAME ? size / 2n : size) }];
    case 11:
      return [{ ...mapping, iova: iova >= size ? iova - size : iova }];
    case 12:
    case 13:
      return pieces(mapping, choices);
    default:
      return [mapping];
  }
}

/** The first pieces of a large page and the last one in its place, as if they had become one page since. */
function pieces(mapping: Announced, choices: Choices): readonly Announced[] {
  const { iova, size, target } = mapping;
  const part = choices.oneIn(2) && size > 512n * FRAME ? size / 512n : FRAME;
  const starts = new Set([0n, part, size - part].filter((start) => start < size));
  return [...starts].map((start) => ({ ...mapping, iova: iova + start, target: target + start, size: part }));
}
