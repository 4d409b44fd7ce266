/**
 * Requests: at mapped addresses, at their neighbours, with one address bit wrong, and at the limits of the
 * address widths. On an emulator none may reach anything but data pages, whatever the tables say.
 */
import type { Request } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import { framesOf, PAGE_BYTES } from './tables.ts';
import { type Device, drawSourceId } from './translation-devices.ts';
import { FRAMES_PER_BLOCK, gigabytePages, type Mapping, type Room } from './translation-mappings.ts';

const FRAME = BigInt(PAGE_BYTES);
const FRAMES_PER_GIGABYTE = framesOf(3);
const LAST_WORD_OF_PAGE = 0xff8;

/** One request by one of `devices`, most often at an address that its domain maps. */
export function drawRequest(
  room: Room,
  devices: readonly Device[],
  mappings: readonly Mapping[],
  choices: Choices,
): Request {
  const device = choices.one(devices);
  // A requester without tables, if there is one; another device might not lead where this one does.
  const other = choices.oneIn(16) ? drawSourceId(room.target, choices) : device.sourceId;
  const sourceId = devices.some((known) => known.sourceId === other) ? device.sourceId : other;
  const op = choices.oneIn(2) ? 'write' : 'read';
  return { sourceId, address: drawAddress(room, device, mappings, choices), op };
}

function drawAddress(room: Room, { domain }: Device, mappings: readonly Mapping[], choices: Choices): bigint {
  const { emulated, profile } = room.target;
  const own = mappings.filter((mapping) => mapping.domain === domain);
  const offset = offsetInPage(emulated, choices);
  if (own.length === 0) return passThroughAddress(room, offset, choices);
  const mapping = choices.one(own);
  const limit = mapping.domain.limitBits;
  switch (choices.pick(12)) {
    case 8:
      // Beyond the limit: the lowest such bit, or any.
      return (
        atFrame(room, mappings, mapping.frame, offset) |
        (1n << BigInt(choices.one([limit, 63, limit + choices.pick(64 - limit)])))
      );
    case 9: {
      const width = choices.one([limit, limit, profile.haw]);
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
  let safe = Math.max(frame, 0);
  const gigabyte = Math.floor(safe / FRAMES_PER_GIGABYTE);
  if (room.target.emulated && gigabytePages(mappings).has(gigabyte)) {
    const data = (room.dataBlock / PAGE_BYTES) % FRAMES_PER_GIGABYTE;
    safe = gigabyte * FRAMES_PER_GIGABYTE + data + (safe % FRAMES_PER_BLOCK);
  }
  return offInterruptRange(BigInt(safe) * FRAME + offset);
}

/** Under pass-through the output is the input, so that an emulator must be asked for data pages only. */
function passThroughAddress({ target, dataBlock }: Room, offset: bigint, choices: Choices): bigint {
  const { haw } = target.profile;
  const data = BigInt(dataBlock + choices.pick(FRAMES_PER_BLOCK) * PAGE_BYTES) + offset;
  const kind = choices.pick(8);
  if (kind === 6) return data | (1n << BigInt(choices.one([haw, 63, haw + choices.pick(64 - haw)])));
  if (kind === 7) return 1n << BigInt(haw);
  if (target.emulated || kind < 3) return data;
  if (kind === 3) return (1n << BigInt(haw)) - 8n;
  const frame = BigInt(choices.below(2 ** (haw - 12)));
  return offInterruptRange(frame * FRAME + offset);
}

/** Requests to FEEx_xxxxh are interrupt requests and not translated (3.15). */
function offInterruptRange(address: bigint): bigint {
  return address >> 20n === 0xfeen ? address ^ 0x10_0000n : address;
}
