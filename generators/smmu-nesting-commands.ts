/** Commands of a guest for its SMMU (IHI 0070 4.3 to 4.7): right ones, others, and those that are illegal. */
import type { VirtualSmmu } from '../spec/schema.ts';
import type { Choices } from './choices.ts';

export type Command = [low: bigint, high: bigint];

const SSEC = 1n << 10n;
const SSV = 1n << 11n;
const GLOBAL = 1n << 9n;
const LEAF = 1n;
const ALL_STREAMS = 31;
const WHOLE_ATC = 52n;
/** ASIDs, SubstreamIDs and pages that commands are about: few, so that they come again; some have high bits. */
const ASIDS = [0n, 1n, 0x8102n] as const;
const SUBSTREAMS = [0n, 1n, 0x83n, 0x8_0002n] as const;
const PAGES = [0n, 1n, 0xf_ffff_8000_0002n] as const;
/** Pages that are dropped one by one. */
const PAGE_COUNTS = [20, 20, 70, 70, 140] as const;
/** A guest without stage 2 should leave VMID at 0: what it writes has up to 16 bits. */
const VMIDS = [0n, 1n, 2n, 0x8003n] as const;
/** Log2 of the StreamIDs of a range, less 1. */
const RANGES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 30] as const;

/** Opcodes of nothing, of stage 2, EL2, EL3, Secure state and of later features; and those of others with one bit more. */
const RESERVED = [
  ...[0x00n, 0x07n, 0x08n, 0x14n, 0x18n, 0x1an, 0x20n, 0x21n, 0x22n, 0x23n, 0x28n, 0x2an, 0x31n, 0x42n],
  ...[0x47n, 0x50n, 0x53n, 0x58n, 0x5an, 0x60n, 0x70n, 0x73n, 0xffn],
] as const;
const LIKE_OTHERS = [0x90n, 0x93n, 0xb0n, 0xc0n, 0xc6n] as const;

export const sync: Command = [0x46n, 0n];
/** CMD_SYNC that signals its end by CS: 1 an interrupt, 2 an event; 3 is reserved. */
const signalling = (by: bigint): Command => [0x46n | (by << 12n), 0n];

function stream(opcode: bigint, streamId: number, high = 0n): Command {
  return [opcode | (BigInt(streamId) << 32n), high];
}

/** CFGI_STE of `streamId`, seldom a range around it or all streams. */
export function cfgiSte(streamId: number, choices: Choices, leaf = !choices.oneIn(4)): Command {
  switch (choices.pick(8)) {
    case 6:
      return stream(0x04n, streamId, BigInt(choices.one(RANGES)));
    case 7:
      return stream(0x04n, choices.oneIn(2) ? streamId : 0, BigInt(ALL_STREAMS));
    default:
      return stream(0x03n, streamId, leaf ? LEAF : 0n);
  }
}

export function cfgiCd(streamId: number, choices: Choices): Command {
  if (choices.oneIn(3)) return stream(0x06n, streamId);
  const index = choices.oneIn(3) ? BigInt(choices.pick(300)) << (choices.oneIn(2) ? 11n : 0n) : 0n;
  return [0x05n | (index << 12n) | (BigInt(streamId) << 32n), choices.oneIn(2) ? LEAF : 0n];
}

export function tlbi(choices: Choices): Command {
  const vmid = choices.oneIn(8) ? choices.one(VMIDS) << 32n : 0n;
  const asid = choices.one(ASIDS) << 48n;
  const address = (choices.one(PAGES) << 12n) | (choices.oneIn(2) ? LEAF : 0n);
  switch (choices.pick(5)) {
    case 0:
      return [0x10n | vmid, 0n];
    case 1:
      return [0x11n | vmid | asid, 0n];
    case 2:
      return [0x12n | vmid | asid, address];
    case 3:
      return [0x13n | vmid, address];
    default:
      return [0x30n, 0n];
  }
}

/** Page after page, as guests without range invalidation do: more than a batch of fixed length has room for. */
export function tlbiPages(choices: Choices): Command[] {
  const asid = choices.one(ASIDS) << 48n;
  return Array.from({ length: choices.one(PAGE_COUNTS) }, (_, page) => [0x12n | asid, BigInt(page) << 12n]);
}

export function atcInv(streamId: number, choices: Choices): Command {
  let substream = choices.oneIn(3) ? SSV | (choices.one(SUBSTREAMS) << 12n) : 0n;
  // Without SSV neither says anything.
  if (choices.oneIn(8)) substream |= GLOBAL | (BigInt(choices.pick(2)) << 14n);
  const size = choices.oneIn(2) ? WHOLE_ATC : BigInt(choices.pick(4));
  const address = BigInt.asUintN(64, choices.one(PAGES) << 14n);
  return [0x40n | substream | (BigInt(streamId) << 32n), address | size];
}

/** Prefetches and responses, of which nothing has to reach the host, and a CMD_SYNC that signals. */
export function idle(streamId: number, smmu: VirtualSmmu, choices: Choices): Command {
  const stalls = smmu.stallModel !== 1;
  const pages = smmu.pri ? [stream(0x41n, streamId, BigInt(choices.pick(3)) << 12n)] : [];
  const responses = stalls ? [stream(0x44n, streamId, BigInt(choices.pick(8))), stream(0x45n, streamId)] : [];
  const prefetches = [stream(0x01n, streamId), stream(0x02n, streamId, 0x5000n)];
  if (smmu.substreamIdBits > 0) prefetches.push(stream(0x02n | SSV | (1n << 12n), streamId, 0x5000n));
  return choices.one([...prefetches, ...pages, ...responses, signalling(choices.oneIn(2) ? 1n : 2n)]);
}

/** Reserved, Secure, or of a feature that the virtual SMMU lacks. */
export function illegal(streamId: number, smmu: VirtualSmmu, choices: Choices): Command {
  const lacking: Command[] = [
    ...(smmu.ats ? [] : [atcInv(streamId, choices)]),
    ...(smmu.pri
      ? [stream(0x41n, streamId, (3n << 12n) | BigInt(choices.pick(4)))]
      : [stream(0x41n, streamId)]),
    ...(smmu.stallModel === 1 ? [stream(0x44n, streamId), stream(0x45n, streamId)] : []),
  ];
  const secure: Command[] = [0x01n, 0x02n, 0x03n, 0x04n, 0x05n, 0x06n, 0x44n, 0x45n].map((opcode) =>
    stream(opcode | SSEC, streamId),
  );
  const reserved: Command[] = [choices.one(RESERVED), choices.one(RESERVED), choices.one(LIKE_OTHERS)].map(
    (opcode) => [opcode, 0n],
  );
  return choices.one([...lacking, ...secure, ...reserved, ...reserved, signalling(3n)]);
}
