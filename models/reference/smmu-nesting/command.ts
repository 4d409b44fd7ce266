/** Commands of the guest (4.1 to 4.7), as a virtual SMMU with stage 1 only takes them. */
import { bits, extract } from '../../../spec/bits.ts';
import { meaningBits, smmuCommands } from '../../../spec/layouts/smmu-commands.ts';
import type { VirtualSmmu } from '../../../spec/schema.ts';

export type Words = readonly bigint[];

export type GuestCommand =
  | { readonly is: 'illegal' }
  /** CERROR_ILL, or `otherwise`, as the implementation likes: reserved bits are set (4.1.5). */
  | { readonly is: 'open'; readonly otherwise: GuestCommand }
  /** Consumed, and nothing of it has to reach the host. */
  | { readonly is: 'nothing' }
  | { readonly is: 'sync' }
  /** CFGI_STE, its range and all: entries of streams; without `leaf` level 1 descriptors go too. */
  | {
      readonly is: 'streams';
      readonly by: 'ste' | 'range' | 'all';
      readonly first: number;
      readonly count: number;
      readonly leaf: boolean;
    }
  /** CFGI_CD, CFGI_CD_ALL: context descriptors of a stream; `index` left out: all. */
  | { readonly is: 'descriptors'; readonly streamId: number; readonly index?: number }
  /** TLBI_NH_*, TLBI_NSNH_ALL. */
  | { readonly is: 'translations' }
  /** ATC_INV; `substream` left out: SSV is 0. */
  | { readonly is: 'atc'; readonly streamId: number; readonly substream?: number };

/** What a command is, if no bit is set that means nothing. */
type Decode = (words: Words, smmu: VirtualSmmu) => GuestCommand;

const illegal: GuestCommand = { is: 'illegal' };
const nothing: GuestCommand = { is: 'nothing' };
const open: GuestCommand = { is: 'open', otherwise: nothing };
/** A range that covers every StreamID. */
const ALL_STREAMS = 31;
const LARGEST_ATC_SIZE = 52n;
const NO_STALL = 1;

const OPCODE = bits(7, 0);
const SSEC = bits(10, 10);
const SSV = bits(11, 11);
const LEAF = 1n;

/** Secure commands are not for this queue. */
const nonSecure =
  (decode: Decode): Decode =>
  (words, smmu) =>
    ((words[0] ?? 0n) & SSEC) !== 0n ? illegal : decode(words, smmu);

/** The VMID is RES0 for a guest without stage 2: what another than 0 drops is not known (4.4.2). */
const translations: Decode = (words) => (vmidOf(words) === 0 ? { is: 'translations' } : open);

/** RESUME and STALL_TERM: nothing is stalled for the host to go on with. */
const stalled: Decode = nonSecure((_words, { stallModel }) => (stallModel === NO_STALL ? illegal : nothing));

/** By opcode: the bits of each word that mean something. */
const meaning: ReadonlyMap<number, readonly bigint[]> = new Map(
  [...smmuCommands].map(([opcode, { layout }]) => [opcode, [0, 1].map((word) => meaningBits(layout, word))]),
);

/** By opcode; the fields are in spec/layouts/smmu-commands.ts. */
const decoders: Readonly<Record<number, Decode>> = {
  // PREFETCH_CONFIG, PREFETCH_ADDR
  1: nonSecure(() => nothing),
  2: nonSecure(() => nothing),
  // CFGI_STE, CFGI_STE_RANGE and CFGI_ALL, CFGI_CD, CFGI_CD_ALL
  3: nonSecure((words) => ({
    is: 'streams',
    by: 'ste',
    first: streamIdOf(words),
    count: 1,
    leaf: ((words[1] ?? 0n) & LEAF) !== 0n,
  })),
  4: nonSecure((words) => range(streamIdOf(words), Number(extract(words[1] ?? 0n, 4, 0)))),
  5: nonSecure((words) => ({
    is: 'descriptors',
    streamId: streamIdOf(words),
    index: Number(extract(words[0] ?? 0n, 31, 12)),
  })),
  6: nonSecure((words) => ({ is: 'descriptors', streamId: streamIdOf(words) })),
  // TLBI_NH_ALL, NH_ASID, NH_VA, NH_VAA, NSNH_ALL
  16: translations,
  17: translations,
  18: translations,
  19: translations,
  48: () => ({ is: 'translations' }),
  // ATC_INV, PRI_RESP
  64: (words, { ats }) => {
    if (!ats) return illegal;
    const [low = 0n, high = 0n] = words;
    if (extract(high, 5, 0) > LARGEST_ATC_SIZE) return open;
    const streamId = streamIdOf(words);
    if ((low & SSV) === 0n) return { is: 'atc', streamId };
    return { is: 'atc', streamId, substream: Number(extract(low, 31, 12)) };
  },
  65: ([, high = 0n], { pri }) => (pri && extract(high, 13, 12) !== 3n ? nothing : illegal),
  68: stalled,
  69: stalled,
  // SYNC
  70: ([low = 0n]) => (extract(low, 13, 12) === 3n ? illegal : { is: 'sync' }),
};

export function opcodeOf([low = 0n]: Words): number {
  return Number(low & OPCODE);
}

export function streamIdOf([low = 0n]: Words): number {
  return Number(low >> 32n);
}

export function vmidOf([low = 0n]: Words): number {
  return Number(extract(low, 47, 32));
}

export function decode(words: Words, smmu: VirtualSmmu): GuestCommand {
  const opcode = opcodeOf(words);
  const decoder = decoders[opcode];
  // 0x80 to 0x8f are the implementation's own; whatever else has no format is reserved, or of a feature that
  // this SMMU lacks: EL2, EL3, stage 2, MPAM, device permission tables.
  if (decoder === undefined) return opcode >> 4 === 8 ? open : illegal;
  const command = decoder(words, smmu);
  if (command.is === 'illegal' || command.is === 'open') return command;
  return meant(words).some((word, index) => word !== words[index])
    ? { is: 'open', otherwise: command }
    : command;
}

/** The command without bits that mean nothing. */
export function meant(words: Words): Words {
  const masks = meaning.get(opcodeOf(words)) ?? [];
  return words.map((word, index) => word & (masks[index] ?? 0n));
}

/** 2^(Range + 1) streams; the low bits of the StreamID are ignored (4.3.2). */
function range(streamId: number, log2: number): GuestCommand {
  if (log2 === ALL_STREAMS) return { is: 'streams', by: 'all', first: 0, count: 2 ** 32, leaf: false };
  const count = 2 ** (log2 + 1);
  return { is: 'streams', by: 'range', first: streamId - (streamId % count), count, leaf: false };
}

/** Whether the command is about the stream of `streamId`. */
export function isAbout(command: GuestCommand, streamId: number): boolean {
  if (command.is === 'streams') return streamId >= command.first && streamId < command.first + command.count;
  return (command.is === 'descriptors' || command.is === 'atc') && command.streamId === streamId;
}
