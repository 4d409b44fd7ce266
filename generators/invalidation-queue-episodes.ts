import type { Choices } from './choices.ts';
import { drawFormat, isTaken, spoil, valid, withReservedBit } from './invalidation-any-descriptor.ts';
import { contextDevice, encodeWait, iotlbPage } from './invalidation-descriptors.ts';
import type { Software } from './invalidation-software.ts';
import type { Stage } from './invalidation-stage.ts';

type QueueEpisode = (software: Software, choices: Choices) => void;

const IQE = 0x10n;
const MOST_RESERVED_BITS = 6;
const INTERRUPT_MASK = 0x8000_0000n;

const episodes: readonly QueueEpisode[] = [
  ...[anything, anything, badDescriptor, badDescriptor, badDescriptor, badDescriptor, badDescriptor],
  ...[interrupts, interrupts, interrupts, statusOrder, tail, tail, wrap, unbacked, offQueue, registers],
];

/** One of the above; all but one need a queue. */
export function queueEpisode(software: Software, choices: Choices): void {
  const episode = choices.one(episodes);
  if (software.queue || episode === registers) episode(software, choices);
  else commands(software, choices);
}

const readable = ['FSTS', 'IQH', 'IQERCD', 'IQT', 'IQA', 'GSTS', 'RTADDR'] as const;

/** Valid descriptors, a few of a kind that this unit or queue does not take. */
function anything(software: Software, choices: Choices): void {
  const { stage } = software;
  const first = software.tail;
  const formats = Array.from({ length: choices.one([1, 1, 2, 4]) }, () => drawFormat(software, choices));
  const descriptors = formats.map((format) => valid(software, format, choices));
  const waits = choices.oneIn(3);
  software.submit(waits ? [...descriptors, software.wait(choices)] : descriptors);
  stage.read(choices.one(['IQH', 'IQH', 'FSTS', 'IQERCD']));
  if (waits && choices.oneIn(2)) software.loadStatus();
  const bad = formats.findIndex((format) => !isTaken(software, format));
  if (bad >= 0) recover(software, first, bad, choices);
}

/** One descriptor with a reserved bit, a reserved granularity or type, or upper half, between two good ones. */
function badDescriptor(software: Software, choices: Choices): void {
  if (choices.oneIn(4)) {
    reservedBits(software, choices);
    return;
  }
  const { stage } = software;
  const first = software.tail;
  const format = drawFormat(software, choices);
  const bad = spoil(software, format, valid(software, format, choices), choices);
  const ahead = choices.oneIn(2) ? [encodeWait({ status: software.status() })] : [];
  software.submit([...ahead, bad, software.wait(choices)]);
  if (!choices.oneIn(3)) stage.read('FSTS');
  if (choices.oneIn(2)) stage.read('IQERCD');
  if (choices.oneIn(2)) stage.read('IQH');
  recover(software, first, ahead.length, choices);
}

/** One reserved bit after the other, each in a descriptor of its own: units have hundreds of them. */
function reservedBits(software: Software, choices: Choices): void {
  const { stage } = software;
  for (let more = MOST_RESERVED_BITS; more > 0; more--) {
    const first = software.tail;
    const format = drawFormat(software, choices);
    software.submit([withReservedBit(software, format, valid(software, format, choices), choices)]);
    stage.read(choices.one(['FSTS', 'IQERCD']));
    software.putWait(first);
    stage.write('FSTS', IQE);
  }
}

/** Most often the bad slot is made a wait and IQE cleared; else the queue stays as it is. */
function recover(software: Software, first: number, position: number, choices: Choices): void {
  const { stage } = software;
  if (choices.oneIn(4)) software.submit([software.wait(choices)]);
  const kind = choices.pick(8);
  if (kind === 7) return;
  if (kind !== 6) {
    software.putWait(first + position);
  }
  stage.write('FSTS', kind === 5 ? choices.one([0x20n, 0x60n, 0n]) : IQE);
  if (choices.oneIn(2)) stage.read(choices.one(['FSTS', 'IQH', 'IQERCD']));
  if (choices.oneIn(2)) software.loadStatus();
  if (kind === 5) stage.write('FSTS', IQE);
}

/** Waits that set IWC while the event is masked or not, and what software does about it. */
function interrupts(software: Software, choices: Choices): void {
  const { stage } = software;
  for (let more = 3 + choices.pick(6); more > 0; more--) {
    switch (choices.pick(5)) {
      case 0:
      case 1:
        software.submit([software.interrupt(choices)]);
        break;
      case 2:
        stage.write('IECTL', choices.one([0n, INTERRUPT_MASK]));
        break;
      case 3:
        stage.write('ICS', choices.one([1n, 1n, 0n]));
        break;
      default:
        software.submit([software.fence(choices)]);
    }
    stage.read(choices.one(['ICS', 'IECTL']));
  }
  if (choices.oneIn(2)) stage.write('IECTL', INTERRUPT_MASK);
}

/** Two waits write the same word: the later one stays behind a fence. At times half of it each, or nothing. */
function statusOrder(software: Software, choices: Choices): void {
  const { address, data } = software.status();
  const second = choices.oneIn(2) ? address : address + 4;
  const last = choices.oneIn(4)
    ? software.fence(choices)
    : encodeWait({ status: { address: second, data: data + 0x8000_0000 } });
  // An address without SW means nothing.
  if (choices.oneIn(4)) last[1] = BigInt(address);
  const both = [encodeWait({ status: { address, data }, fence: true }), last];
  // The half that is written first is there still when the other one was.
  software.submit(choices.oneIn(3) ? both.toReversed() : both);
  software.loadStatus();
}

/** A tail beyond the queue, in the middle of a wide slot, where the head is already, or one slot behind it. */
function tail(software: Software, choices: Choices): void {
  const { stage } = software;
  const { slots, slotBytes } = software;
  const beyond = slots * slotBytes;
  const values = [
    ...[software.tail * slotBytes, software.tail * slotBytes, beyond, beyond * 2, 0x7_fff0],
    ...[software.tail * slotBytes + 0x10, ((software.tail + 1) % slots) * slotBytes + 0x10],
  ];
  const value = choices.one(values);
  // Once in a while there is a descriptor that nothing else would be wrong with.
  if (!choices.oneIn(3)) software.putWait(software.tail);
  stage.write('IQT', BigInt(value));
  stage.read(choices.one(['FSTS', 'IQT', 'IQH']));
  if (choices.oneIn(2)) stage.read('IQERCD');
  if (value === software.tail * slotBytes) return;
  if (choices.oneIn(4)) software.submit([software.wait(choices)]);
  software.setTail(software.tail);
  stage.write('FSTS', IQE);
  if (choices.oneIn(2)) stage.read(choices.one(['FSTS', 'IQH']));
}

/** Waits until the queue is nearly full, then over its end. */
function wrap(software: Software, choices: Choices): void {
  const { stage, slots } = software;
  const times = Math.min(slots - 1, 512) - choices.one([0, 1, choices.pick(8)]);
  software.submit([software.fence(choices)], times);
  software.submit([software.wait(choices)], choices.one([2, 3, 1]));
  software.loadStatus();
  stage.read(choices.one(['IQH', 'IQT']));
}

/** A queue where nothing answers. */
function unbacked(software: Software, choices: Choices): void {
  const { stage } = software;
  const { holes } = stage.ground.target;
  if (holes.length === 0) return;
  const good = software.iqa;
  software.submit([encodeWait({ status: software.status() })]);
  software.setQueue(false);
  software.placeQueue(BigInt(choices.one(holes)) | (good & 0x800n));
  software.setQueue(true);
  software.submit([software.wait(choices)]);
  stage.read('FSTS');
  stage.read(choices.one(['IQERCD', 'IQH', 'IQT']));
  if (choices.oneIn(2)) stage.write('FSTS', IQE);
}

/** What is put into a queue that is off waits until it is on. */
function offQueue(software: Software, choices: Choices): void {
  const { stage } = software;
  software.submit([encodeWait({ status: software.status() })]);
  software.setQueue(false);
  stage.read(choices.one(['IQH', 'GSTS', 'IQT']));
  software.setTail(choices.pick(3));
  if (choices.oneIn(2)) stage.read(choices.one(['IQH', 'IQT']));
  if (!stage.ground.legacy && !stage.ground.target.emulated && choices.oneIn(2)) refused(software, choices);
  software.setTail(0);
  software.setQueue(true);
  stage.read(choices.one(['IQH', 'GSTS', 'FSTS']));
}

/** A command by register in scalable mode, of which CAIG and IAIG say that it was none (11.4.6.1, 11.4.6.3). */
function refused(software: Software, choices: Choices): void {
  const granularity = 1 + choices.pick(3);
  const isOfContexts = choices.oneIn(2);
  const command = isOfContexts ? contextDevice(0, 0, 0) : iotlbPage(0, 0);
  software.command({ ...command, granularity }, choices);
  software.stage.read(isOfContexts ? 'CCMD' : 'IOTLB');
}

/** Writes and reads of registers that lead nowhere. */
function registers({ stage }: Software, choices: Choices): void {
  for (let more = 1 + choices.pick(3); more > 0; more--) {
    if (choices.oneIn(2)) stage.read(choices.one([...readable, 'ICS', 'IECTL', 'CCMD', 'IOTLB']));
    else {
      const [register, value] = choices.one(harmless);
      stage.write(register, value);
    }
  }
}

const harmless = [
  ['FSTS', 0xffff_ffffn],
  ['FSTS', IQE],
  ['ICS', 0n],
  ['IECTL', INTERRUPT_MASK],
  ['IECTL', 0xc000_0000n],
  ['IVA', 0x1fff_f03fn],
  ['CCMD', 0x6000_0000_0000_0000n],
  ['IOTLB', 0x3000_0000_0000_0000n],
] as const;

/** Registers ask for what is reserved, or for each granularity; legacy mode without queue. */
function commands(software: Software, choices: Choices): void {
  const { stage } = software;
  if (!stage.ground.legacy) return;
  const granularity = choices.pick(4);
  const did = stage.spaces[0]?.did ?? 0;
  const sourceId = stage.subjects[0]?.sourceId ?? 0;
  if (choices.oneIn(2)) {
    software.command({ ...contextDevice(did, sourceId, choices.pick(4)), granularity }, choices);
    readAgain(stage, 'CCMD', choices);
  } else {
    const frame = stage.spaces[0]?.pages[0]?.frame ?? 0;
    software.command(
      { ...iotlbPage(did, frame, choices.one([0, 9, 63]), choices.pick(2)), granularity },
      choices,
    );
    readAgain(stage, 'IOTLB', choices);
  }
}

/** What was done is told until another command asks for more: one that asks for nothing is none. */
function readAgain(stage: Stage, register: 'CCMD' | 'IOTLB', choices: Choices): void {
  stage.read(register);
  if (!choices.oneIn(2)) return;
  for (const [name, value] of harmless) if (name === register) stage.write(register, value);
  stage.read(register);
}
