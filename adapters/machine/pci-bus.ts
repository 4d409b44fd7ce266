/**
 * PCI of the machine: root ports and edu devices, their configuration space by ports CF8 and CFC, and
 * what it decides: bus numbers, where a BAR answers, whether a device may master the bus.
 */
import { type BusMaster, Edu } from './edu.ts';

const COMMAND = 0x04 / 4;
const BAR0 = 0x10 / 4;
const BUS_NUMBERS = 0x18 / 4;
const MEMORY_WINDOW = 0x20 / 4;
const MEMORY_SPACE = 2;
const BUS_MASTER = 4;
const BAR_SIZE = 0x10_0000;

export interface PciFunction {
  readonly devfn: number;
  readonly config: Uint32Array;
}

interface Endpoint extends PciFunction {
  readonly port: PciFunction | undefined;
  readonly edu: Edu;
}

export class PciBus {
  readonly #ports: PciFunction[] = [];
  readonly #endpoints: Endpoint[] = [];
  #configAddress = 0;

  /** Adds a root port on bus 0. */
  addPort(devfn: number): PciFunction {
    const port = { devfn, config: Uint32Array.of(0x000c_1b36, ...Array<number>(63).fill(0)) };
    this.#ports.push(port);
    return port;
  }

  /** Adds an edu on bus 0 or behind `port`; `masterOf` gives what its requests go to, by source id. */
  addEdu(
    devfn: number,
    port: PciFunction | undefined,
    masterOf: (sourceId: () => number) => BusMaster,
  ): void {
    const config = Uint32Array.of(0x11e8_1234, ...Array<number>(63).fill(0));
    const sourceId = () => (secondaryBus(port) << 8) | devfn;
    const master = masterOf(sourceId);
    const mayMaster = () => [config, port?.config].every((space) => hasCommand(space, BUS_MASTER));
    const edu = new Edu({
      read: (address, into) => mayMaster() && master.read(address, into),
      write: (address, from) => mayMaster() && master.write(address, from),
    });
    this.#endpoints.push({ devfn, config, port, edu });
  }

  /** OUT of 4 bytes. */
  out(port: number, value: number): void {
    if (port === 0xcf8) this.#configAddress = value;
    if (port !== 0xcfc) return;
    const found = this.#functionAt((this.#configAddress >>> 16) & 0xff, (this.#configAddress >>> 8) & 0xff);
    const at = (this.#configAddress & 0xff) / 4;
    if (found) found.config[at] = at === BAR0 ? value & -BAR_SIZE : value;
  }

  /** The device whose BAR answers at `address`, and the offset in it. */
  find(address: number): { readonly edu: Edu; readonly offset: number } | undefined {
    for (const { config, port, edu } of this.#endpoints) {
      const offset = address - (config[BAR0] as number);
      const inBar = hasCommand(config, MEMORY_SPACE) && offset >= 0 && offset < BAR_SIZE;
      if (inBar && isForwarded(port, address)) return { edu, offset };
    }
    return undefined;
  }

  pass(nanoseconds: number): void {
    for (const { edu } of this.#endpoints) edu.pass(nanoseconds);
  }

  #functionAt(bus: number, devfn: number): PciFunction | undefined {
    const isHere = (endpoint: Endpoint) => endpoint.devfn === devfn && secondaryBus(endpoint.port) === bus;
    const port = bus === 0 ? this.#ports.find((candidate) => candidate.devfn === devfn) : undefined;
    return port ?? this.#endpoints.find(isHere);
  }
}

function hasCommand(config: Uint32Array | undefined, bits: number): boolean {
  return config === undefined || ((config[COMMAND] as number) & bits) !== 0;
}

/** Bus 0 without a port. */
function secondaryBus(port: PciFunction | undefined): number {
  return port === undefined ? 0 : ((port.config[BUS_NUMBERS] as number) >>> 8) & 0xff;
}

function isForwarded(port: PciFunction | undefined, address: number): boolean {
  if (port === undefined) return true;
  const window = port.config[MEMORY_WINDOW] as number;
  const base = (window & 0xfff0) * 0x1_0000;
  const limit = ((window >>> 16) & 0xfff0) * 0x1_0000 + 0xf_ffff;
  return hasCommand(port.config, MEMORY_SPACE) && address >= base && address <= limit;
}
