/**
 * The requesters of the machine: `edu` devices below and above devfn 0x80 (the two context tables of
 * scalable mode), a second function, and two behind root ports on other rootPorts. No firmware runs, so the
 * adapter gives them their bus numbers and addresses.
 */
import { hex, type Qtest } from './qtest-client.ts';

export interface Requester {
  readonly sourceId: number;
  /** Address of BAR0. */
  readonly bar: bigint;
}

/** The root ports, and the bus number that each is given. */
export const rootPorts = [
  { id: 'port1', devfn: 0xe0, number: 0x01 },
  { id: 'port2', devfn: 0xe8, number: 0x80 },
] as const;

const BAR_BASE = 0xe000_0000;
const BAR_SIZE = 0x10_0000;

/** In the order in which a shrunk case prefers them. */
export const requesters: readonly Requester[] = [0x10, 0x20, 0x21, 0x80, 0xf0, 0x100, 0x8000].map(
  (sourceId, index) => ({ sourceId, bar: BigInt(BAR_BASE + index * BAR_SIZE) }),
);

const requesterOf = new Map(requesters.map((requester) => [requester.sourceId, requester]));

/** The requester with this source id, if the machine has it. */
export function findRequester(sourceId: number): Requester | undefined {
  return requesterOf.get(sourceId);
}

/** Device options for the root ports and the requesters. */
export function requesterArguments(): readonly string[] {
  const ports = rootPorts.map(
    ({ id, devfn }, index) =>
      `pcie-root-port,id=${id},bus=pcie.0,addr=${slot(devfn)},chassis=${index + 1},slot=${index + 1}`,
  );
  const devices = requesters.map(({ sourceId }) => {
    const bus = rootPorts.find(({ number }) => number === sourceId >> 8)?.id ?? 'pcie.0';
    return `edu,bus=${bus},addr=${slot(sourceId & 0xff)},multifunction=on,dma_mask=0xffffffffffffffff`;
  });
  return [...ports, ...devices].flatMap((device) => ['-device', device]);
}

/** qtest commands that give the ports their buses and windows and the requesters their BAR, and let all master the bus. */
export function requesterCommands(): readonly string[] {
  const commands: string[] = [];
  const write = (sourceId: number, offset: number, value: number) => {
    commands.push(`outl 0xcf8 ${hex(0x8000_0000 + sourceId * 0x100 + offset)}`, `outl 0xcfc ${hex(value)}`);
  };
  for (const { devfn, number } of rootPorts) {
    const window = requesters.find(({ sourceId }) => sourceId >> 8 === number)?.bar ?? 0n;
    const limits = Number(window >> 16n) & 0xfff0;
    write(devfn, 0x18, (number << 16) | (number << 8)); // subordinate, secondary, primary bus 0
    write(devfn, 0x20, limits * 0x1_0000 + limits); // memory limit, base
    write(devfn, 0x24, 0xfff0); // prefetchable memory: base above limit, none
    write(devfn, 0x04, 0x6); // memory space, bus master
  }
  for (const { sourceId, bar } of requesters) {
    write(sourceId, 0x10, Number(bar));
    write(sourceId, 0x04, 0x6);
  }
  return commands;
}

export async function setUpRequesters(client: Qtest): Promise<void> {
  await client.send(requesterCommands());
  await checkRequesters(client);
}

async function checkRequesters(client: Qtest): Promise<void> {
  const ids = await client.send(requesters.map(({ bar }) => `readl ${hex(bar)}`));
  const missing = requesters.filter((_, index) => (BigInt(ids[index] as string) & 0xffn) !== 0xedn);
  if (missing.length > 0) {
    throw new Error(`no edu device answers as ${missing.map(({ sourceId }) => hex(sourceId)).join(', ')}`);
  }
}

function slot(devfn: number): string {
  return `${(devfn >> 3).toString(16)}.${devfn & 7}`;
}
