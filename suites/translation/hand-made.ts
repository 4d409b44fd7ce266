/** Cases put together by hand for the tests: one device, one page, every structure in a page of its own. */
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile, Request, TranslationCase } from '../../spec/schema.ts';

export type Mode = 'legacy' | 'scalable';

/** Where the structures of a hand-made case lie. */
export const at = {
  root: 0x1000n,
  context: 0x2000n,
  directory: 0x3000n,
  pasidTable: 0x4000n,
  /** The second-stage table of level n lies n pages above. */
  tables: 0x10000n,
  hole: 0x9000_0000n,
} as const;

export const tableOf = (level: number): bigint => at.tables + 0x1000n * BigInt(level);

/** What differs from a plain case: whole structures by name. */
export interface Parts {
  readonly mode?: Mode;
  readonly profile?: Profile;
  readonly levels?: number;
  /** Level of the page: 1, 2 for 2M, 3 for 1G. */
  readonly page?: number;
  /** The entry of the page. */
  readonly leaf?: bigint;
  /** Entries above the page, by level. */
  readonly tables?: Readonly<Record<number, bigint>>;
  readonly rtaddr?: bigint;
  readonly root?: readonly bigint[];
  readonly context?: readonly bigint[];
  readonly directory?: bigint;
  readonly pasid?: readonly bigint[];
  readonly sourceId?: number;
  readonly address?: bigint;
  readonly op?: Request['op'];
}

export const units: Readonly<Record<Mode, Profile>> = {
  legacy: unit('legacy-57'),
  scalable: unit('second-stage-57'),
};

export function unit(name: string): Profile {
  const profile = namedProfile(name);
  if (profile === undefined) throw new RangeError(`no profile ${name}`);
  return profile;
}

/** A valid case but for `parts`: device 00:00.0 reads the page at output 0x40000000 through 4 levels. */
export function handMade(parts: Parts): TranslationCase {
  const { mode = 'legacy', levels = 4, page = 1, sourceId = 0, address = 0n, op = 'read' } = parts;
  const profile = parts.profile ?? units[mode];
  const scalable = mode === 'scalable';
  const aw = BigInt(levels - 2);
  const memory: TranslationCase['memory'] = [];
  const put = (where: bigint, words: readonly bigint[]) => memory.push({ address: where, words: [...words] });

  put(
    at.root + 16n * BigInt(sourceId >> 8),
    parts.root ?? [at.context | 1n, scalable ? at.context | 1n : 0n],
  );
  if (scalable) {
    put(at.context + 32n * BigInt(sourceId & 0x7f), parts.context ?? [at.directory | 1n, 0n]);
    put(at.directory, [parts.directory ?? at.pasidTable | 1n]);
    put(at.pasidTable, parts.pasid ?? [tableOf(levels) | (2n << 6n) | (aw << 2n) | 1n]);
  } else {
    put(at.context + 16n * BigInt(sourceId & 0xff), parts.context ?? [tableOf(levels) | 1n, aw]);
  }
  for (let level = levels; level >= page; level--) {
    const index = (address >> BigInt(3 + 9 * level)) & 511n;
    const plain = level > page ? tableOf(level - 1) | 3n : 0x4000_0003n | (page > 1 ? 0x80n : 0n);
    put(tableOf(level) + 8n * index, [
      parts.tables?.[level] ?? (level === page ? parts.leaf : undefined) ?? plain,
    ]);
  }
  const rtaddr = parts.rtaddr ?? at.root | (scalable ? 0x400n : 0n);
  return { area: 'translation', profile, rtaddr, memory, requests: [{ sourceId, address, op }] };
}
