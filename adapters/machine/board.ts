/**
 * The machine as qtest sees it: memory, the remapping unit and devices behind one address map, and a
 * clock that is stepped. Takes the qtest commands that the adapter uses.
 */
import type { Profile } from '../../spec/schema.ts';
import { HIGH_RAM, LOW_RAM_SIZE, SCRATCH } from '../qemu/layout.ts';
import { requesters, rootPorts } from '../qemu/pci.ts';
import { hex, type Qtest } from '../qemu/qtest-client.ts';
import { UNIT_BASE } from '../qemu/registers.ts';
import type { Blocks } from '../qemu/running-machine.ts';
import type { BusMaster } from './edu.ts';
import { PciBus, type PciFunction } from './pci-bus.ts';
import { Ram } from './ram.ts';
import { RemappingUnit, type UnitOptions } from './unit.ts';

const PAGE = 0x1000;
const UNIT = { start: Number(UNIT_BASE), size: PAGE } as const;

export class Board implements Qtest {
  readonly blocks: Blocks;
  readonly unit: RemappingUnit;
  readonly #ram = new Ram();
  readonly #bus = new PciBus();

  /** `profile` is that of the unit; what of the memory answers, the board knows itself. */
  constructor(profile: Profile, options: UnitOptions = {}) {
    this.blocks = {
      low: this.#ram.add(0n, LOW_RAM_SIZE),
      high: this.#ram.add(HIGH_RAM.start, HIGH_RAM.size),
      scratch: this.#ram.add(SCRATCH.start, SCRATCH.size),
    };
    this.unit = new RemappingUnit({ ...profile, backed: [...this.#ram.backed] }, this.#ram, options);
    const ports = new Map<number, PciFunction>(
      rootPorts.map(({ devfn, number }) => [number, this.#bus.addPort(devfn)]),
    );
    for (const { sourceId } of requesters) {
      this.#bus.addEdu(sourceId & 0xff, ports.get(sourceId >> 8), (id) => this.#masterOf(id));
    }
  }

  async send(commands: readonly string[]): Promise<readonly string[]> {
    return commands.map((command) => this.#execute(command.split(' ')));
  }

  #execute([name, ...texts]: readonly string[]): string {
    const [first = '', second = '', third = ''] = texts;
    const address = Number(first);
    switch (name) {
      case 'outl':
        this.#bus.out(address, Number(second));
        return '';
      case 'clock_step':
        this.#bus.pass(address);
        return first;
      case 'readl':
        return hex(this.#read(address, 4));
      case 'readq':
        return hex(this.#read(address, 8));
      case 'writel':
        this.#write(address, 4, BigInt(second));
        return '';
      case 'writeq':
        this.#write(address, 8, BigInt(second));
        return '';
      case 'write':
        this.#ram.write(BigInt(first), Buffer.from(third.slice(2), 'hex'));
        return '';
      default:
        throw new Error(`qtest answered "FAIL Unknown command '${name}'"`);
    }
  }

  #read(address: number, size: 4 | 8): bigint {
    if (isUnit(address)) {
      return this.unit.read(this.#registerOf(address, size), size);
    }
    const device = this.#bus.find(address);
    if (device) return device.edu.read(device.offset);
    const bytes = Buffer.alloc(8);
    this.#ram.read(BigInt(address), bytes.subarray(0, size));
    return bytes.readBigUInt64LE();
  }

  #write(address: number, size: 4 | 8, value: bigint): void {
    if (isUnit(address)) {
      this.unit.write(this.#registerOf(address, size), size, value);
      return;
    }
    const device = this.#bus.find(address);
    if (device) {
      device.edu.write(device.offset, value);
      return;
    }
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    this.#ram.write(BigInt(address), bytes.subarray(0, size));
  }

  /** Offset of a register that may be accessed so (11.2). */
  #registerOf(address: number, size: 4 | 8): number {
    const offset = address - UNIT.start;
    if (size === 8 && !this.unit.isWide(offset)) {
      throw new Error(`8 bytes were accessed at the 32-bit register ${hex(offset)}`);
    }
    return offset;
  }

  /** Requests of one device, a page at most each. What is blocked reads as zeros and is not written. */
  #masterOf(sourceId: () => number): BusMaster {
    const move = (op: 'read' | 'write', address: bigint, bytes: Uint8Array) => {
      for (let done = 0; done < bytes.length; ) {
        const at = BigInt.asUintN(64, address + BigInt(done));
        const size = Math.min(bytes.length - done, PAGE - Number(at & 0xfffn));
        const part = bytes.subarray(done, done + size);
        const target = this.unit.translate({ sourceId: sourceId(), address: at, op });
        if (target === undefined) {
          if (op === 'read') part.fill(0);
        } else this.#ram[op](target, part);
        done += size;
      }
    };
    return {
      read: (address, into) => move('read', address, into),
      write: (address, from) => move('write', address, from),
    };
  }
}

function isUnit(address: number): boolean {
  return address >= UNIT.start && address < UNIT.start + UNIT.size;
}
