/**
 * Requests of every kind: at mapped addresses, at their neighbours, with one address bit wrong, and at the
 * limits of the address widths; with PASIDs that are served and others. On an emulator none may reach
 * anything but data pages, whatever the tables say.
 */
import { wordOf } from '../models/halves.ts';
import type { Request } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import { framesOf, PAGE_BYTES } from './tables.ts';
import { type Device, drawPasid, drawSourceId } from './translation-devices.ts';
import type { Domain } from './translation-domains.ts';
import {
  FRAMES,
  FRAMES_PER_BLOCK,
  gigabytePages,
  interruptFrame,
  isInterruptFrame,
  type Mapping,
  type Room,
} from './translation-mappings.ts';

const FRAME = BigInt(PAGE_BYTES);
const FRAMES_PER_GIGABYTE = framesOf(3);
const LAST_WORD_OF_PAGE = 0xff8;

/** A request that is being drawn: part by part, since of spread parts each request would get a shape of its own. */
export type MutableRequest = { -readonly [Name in keyof Request]: Request[Name] };

/** One request by one of `devices`, most often at an address that its domain maps. */
export function drawRequest(
  room: Room,
  devices: readonly Device[],
  mappings: readonly Mapping[],
  choices: Choices,
): Request {
  const { target } = room;
  const device = choices.one(devices);
  // A requester without tables, if there is one; another device might not lead where this one does.
  const other = choices.oneIn(16) ? drawSourceId(target, choices) : device.sourceId;
  const sourceId = devices.some((known) => known.sourceId === other) ? device.sourceId : other;
  const kind = drawKind(room, device, choices);
  const op = choices.one(target.ops);
  // Where translated requests can't carry a PASID they are blocked before anything is looked at.
  const plain = kind === 'translated' && target.capabilities.PTRS === 0 && !choices.oneIn(8);
  const isOfTables = kind === 'untranslated' || kind === 'translation';
  const process = plain ? undefined : drawProcess(room, device, isOfTables, choices);
  const request: MutableRequest = { sourceId, address: 0n, op };
  if (process !== undefined) {
    request.pasid = process.pasid;
    request.privileged = choices.oneIn(target.capabilities.SRS === 1 ? 2 : 12);
  }
  if (kind === 'translation') request.noWrite = choices.oneIn(2);
  if (kind === 'page-request') request.lastInGroup = choices.oneIn(2);
  if (kind !== 'untranslated') request.kind = kind;
  if (kind === 'translated') {
    request.address = hostAddress(room, device, choices);
    return request;
  }
  const domain = process === undefined ? device.domain : process.domain;
  const mapped = mappings.filter((mapping) => mapping.domain === domain && isInterruptFrame(mapping.frame));
  const isInterrupt =
    !target.emulated &&
    choices.oneIn(kind === 'translation' ? (mapped.length > 0 ? 3 : 12) : 48) &&
    (kind !== 'untranslated' || op !== 'write');
  request.address = isInterrupt
    ? interruptAddress(choices, mapped)
    : drawAddress(room, domain, mappings, choices);
  return request;
}

/** Flags of both stages go by the rights of both, which a completion tells: more ask for one than elsewhere. */
function drawKind(
  { target: { kinds } }: Room,
  { domain }: Device,
  choices: Choices,
): NonNullable<Request['kind']> {
  const kind = choices.one(kinds);
  const hasBoth = domain?.first !== undefined && domain.flags;
  return hasBoth && kind === 'untranslated' && kinds.includes('translation') && choices.oneIn(2)
    ? 'translation'
    : kind;
}

interface RequestProcess {
  readonly pasid: number;
  readonly domain: Domain | undefined;
}

/** The PASID of a request, one that is served or, once in a while, another; undefined for a request without. */
function drawProcess(
  { target }: Room,
  { processes, domain, requesterPasid, pasidLimit }: Device,
  isOfTables: boolean,
  choices: Choices,
): RequestProcess | undefined {
  if (!target.pasids || target.capabilities.PASID === 0) return undefined;
  // What becomes of the others is decided by their PASID, much more often than by tables.
  const odd = isOfTables ? 3 : 12;
  const kind = choices.pick(40);
  if (kind >= 40 - odd) {
    const limit = choices.one([pasidLimit, pasidLimit * 2 - 1, 2 ** (target.capabilities.PSS + 1)]);
    const beyond = Math.min(limit, 0xf_ffff);
    const pasid = choices.one([beyond, requesterPasid, drawPasid(target, 0x10_0000, choices)]);
    return processes.find((process) => process.pasid === pasid) ?? { domain, pasid };
  }
  return processes.length > 0 && kind >= 12 ? choices.one(processes) : undefined;
}

function drawAddress(
  room: Room,
  domain: Domain | undefined,
  mappings: readonly Mapping[],
  choices: Choices,
): bigint {
  const { emulated, profile } = room.target;
  const own = mappings.filter((mapping) => mapping.domain === domain);
  const offset = offsetInPage(emulated, choices);
  if (own.length === 0) return passThroughAddress(room, offset, choices);
  const mapping = choices.one(own);
  const limit = mapping.tree.limitBits;
  switch (choices.pick(12)) {
    case 8:
      // Beyond the limit or not canonical: the lowest such bit, or any.
      return (
        atFrame(room, mappings, mapping.frame, offset) ^
        (1n << BigInt(choices.one([limit, 63, limit + choices.pick(64 - limit)])))
      );
    case 9: {
      const last = mapping.tree.stage === 'first-stage' ? limit - 1 : limit;
      const width = choices.one([last, last, profile.haw]);
      if (choices.oneIn(2)) return 1n << BigInt(width);
      return atFrame(room, mappings, 2 ** (width - 12) - 1, BigInt(LAST_WORD_OF_PAGE));
    }
    case 10: {
      const size = framesOf(mapping.level);
      return atFrame(room, mappings, mapping.frame + (choices.oneIn(2) ? -size : size), offset);
    }
    case 11: {
      const inPage = 9 * (mapping.level - 1);
      const bit = inPage + choices.pick(limit - 12 - inPage);
      const set = Math.floor(mapping.frame / 2 ** bit) % 2 === 1;
      return atFrame(room, mappings, mapping.frame + (set ? -1 : 1) * 2 ** bit, offset);
    }
    default:
      return atFrame(room, mappings, elsewhereInPage(room, mapping, choices), offset);
  }
}

/** The frame that was mapped on purpose, or another one of the same large page. */
function elsewhereInPage({ target, dataBlock }: Room, { frame, level }: Mapping, choices: Choices): number {
  if (level === 1 || !choices.oneIn(2)) return frame;
  const size = framesOf(level);
  const start = frame - (frame % size);
  if (!target.emulated) return start + choices.one([0, size - 1, choices.below(size)]);
  return start + ((dataBlock / PAGE_BYTES) % size) + choices.pick(FRAMES_PER_BLOCK);
}

function offsetInPage(emulated: boolean, choices: Choices): bigint {
  const offset = choices.one([0, 0, LAST_WORD_OF_PAGE, choices.pick(512) * 8]);
  return BigInt(emulated ? offset : offset + choices.one([0, 0, 0, 7]));
}

/** Address of `frame`, kept off interrupt requests and, on an emulator, off 1G pages' other memory. */
function atFrame(room: Room, mappings: readonly Mapping[], frame: number, offset: bigint): bigint {
  let safe = Math.max(frame, 0) % FRAMES;
  const gigabyte = Math.floor(safe / FRAMES_PER_GIGABYTE);
  if (room.target.emulated && gigabytePages(mappings).has(gigabyte)) {
    const data = (room.dataBlock / PAGE_BYTES) % FRAMES_PER_GIGABYTE;
    safe = gigabyte * FRAMES_PER_GIGABYTE + data + (safe % FRAMES_PER_BLOCK);
  }
  return offInterruptRange(wordOf(safe) * FRAME + offset);
}

/** Under pass-through the output is the input, so that an emulator must be asked for data pages only. */
function passThroughAddress({ target, dataBlock }: Room, offset: bigint, choices: Choices): bigint {
  const { haw } = target.profile;
  const data = wordOf(dataBlock + choices.pick(FRAMES_PER_BLOCK) * PAGE_BYTES) + offset;
  const kind = choices.pick(8);
  if (kind === 6) return data | (1n << BigInt(choices.one([haw, 63, haw + choices.pick(64 - haw)])));
  if (kind === 7) return 1n << BigInt(haw);
  if (target.emulated || kind < 3) return data;
  if (kind === 3) return (1n << BigInt(haw)) - 8n;
  const frame = wordOf(choices.below(2 ** (haw - 12)));
  return offInterruptRange(frame * FRAME + offset);
}

/** What a translated request may name: pages with a permission, their neighbours, or any host address. */
function hostAddress(room: Room, { permitted }: Device, choices: Choices): bigint {
  const { profile, emulated } = room.target;
  const { haw } = profile;
  const offset = offsetInPage(emulated, choices);
  if (emulated) return passThroughAddress(room, offset, choices);
  if (choices.oneIn(16)) return interruptAddress(choices);
  if (haw > 49 && choices.oneIn(4)) return ((1n << 49n) << BigInt(choices.pick(haw - 49))) | offset;
  if (permitted.length === 0 || choices.oneIn(8)) return passThroughAddress(room, offset, choices);
  const frame = wordOf(choices.one(permitted));
  const near = choices.one([0n, 0n, 0n, 1n, 0x200n, 0x4_0000n, 1n << BigInt(choices.pick(haw - 12))]);
  return (frame ^ near) * FRAME + offset;
}

/** In FEEx_xxxxh, where one of `mapped` leads on if there is any. */
function interruptAddress(choices: Choices, mapped: readonly Mapping[] = []): bigint {
  return wordOf(mapped.length > 0 ? choices.one(mapped).frame : interruptFrame(choices)) * FRAME;
}

/** Requests to FEEx_xxxxh are interrupt requests and not translated (3.15). */
function offInterruptRange(address: bigint): bigint {
  return address >> 20n === 0xfeen ? address ^ 0x10_0000n : address;
}
