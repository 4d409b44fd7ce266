/** The physical SMMUs of a case: nested tables, and what each device is attached to. */
import { shortHex } from '../../../spec/hex.ts';
import type { Mismatch, SmmuCall, SmmuNestingCase } from '../../../spec/schema.ts';
import { smmuCommandLine } from '../../../spec/smmu-command-line.ts';
import { opcodeOf, streamIdOf, vmidOf } from './command.ts';
import { isRange, SYNC, withStream, withVmid } from './physical-command.ts';
import { abort, bypass, guestPart, isTaken, type Stream, stage1Of, type Words } from './stream-entry.ts';

interface NestedTable {
  readonly unit: number;
  readonly stream: Stream;
}

type Target = 'abort' | 'bypass' | number;

export class Host {
  readonly tables = new Map<number, NestedTable>();
  readonly plugged = new Set<number>();
  /** By device; one that is not here was never attached, or is gone. */
  readonly #attached = new Map<number, Target>();
  readonly #case: SmmuNestingCase;
  readonly #everUsed = new Set<number>();

  constructor(testCase: SmmuNestingCase) {
    this.#case = testCase;
  }

  /** What the stream of `device` is on the host; undefined when nothing was attached. */
  stream(device: number): Stream | undefined {
    const to = this.#attached.get(device);
    if (typeof to === 'number') return this.tables.get(to)?.stream;
    return to === 'abort' ? abort : to === 'bypass' ? bypass : undefined;
  }

  /** The table of `device`, if it has one. */
  tableOf(device: number): number | undefined {
    const to = this.#attached.get(device);
    return typeof to === 'number' ? to : undefined;
  }

  isUsed(table: number): boolean {
    for (const to of this.#attached.values()) if (to === table) return true;
    return false;
  }

  /** True when a device of `unit` is attached to a table. */
  hasTables(unit: number): boolean {
    return [...this.#attached].some(
      ([device, to]) => typeof to === 'number' && this.#case.devices[device]?.unit === unit,
    );
  }

  /** `device` was unplugged: nothing is attached for it any more. */
  forget(device: number): void {
    this.plugged.delete(device);
    this.#attached.delete(device);
  }

  /** Makes `call`, which changes nothing when `failed`; a breach when nobody may make it. */
  make(call: SmmuCall, failed: boolean): Mismatch | undefined {
    switch (call.call) {
      case 'create':
        return this.#create(call, failed);
      case 'attach':
        return this.#attach(call, failed);
      case 'free': {
        const table = `table ${call.table}`;
        if (!this.tables.has(call.table)) return broken('table.once', 'a table that is there', table);
        if (this.isUsed(call.table)) return broken('table.in-use', 'a table of no device', table);
        if (!failed) this.tables.delete(call.table);
        return undefined;
      }
      case 'issue':
        return this.#stray(call.unit, call.commands);
    }
  }

  #create(
    { table, unit, ste }: Extract<SmmuCall, { call: 'create' }>,
    failed: boolean,
  ): Mismatch | undefined {
    if (this.#everUsed.has(table)) return broken('calls', 'a new number', `table ${table} again`);
    if (!failed) this.#everUsed.add(table);
    if (this.#case.units[unit] === undefined) return broken('calls', 'a unit of the case', `unit ${unit}`);
    const part = guestPart(ste);
    if (ste.some((word, index) => word !== part[index])) return broken('table.mask', list(part), list(ste));
    if (!isTaken(ste, this.#case.smmu)) return broken('table.legal', 'a legal stage 1 entry', list(ste));
    if (!failed) this.tables.set(table, { unit, stream: stage1Of(ste, this.#case.smmu) });
    return undefined;
  }

  #attach({ device, to }: Extract<SmmuCall, { call: 'attach' }>, failed: boolean): Mismatch | undefined {
    const known = this.#case.devices[device];
    if (known === undefined || !this.plugged.has(device)) {
      return broken('calls', 'a device that is plugged', `device ${device}`);
    }
    if (typeof to === 'number') {
      const table = this.tables.get(to);
      if (table === undefined) return broken('calls', 'a table that is there', `table ${to}`);
      if (table.unit !== known.unit) {
        return broken('table.unit', `a table of unit ${known.unit}`, `table ${to} of unit ${table.unit}`);
      }
    }
    if (!failed) this.#attached.set(device, to);
    return undefined;
  }

  /** A command that would reach beyond the guest. */
  #stray(unit: number, commands: readonly Words[]): Mismatch | undefined {
    const host = this.#case.units[unit];
    if (host === undefined) return broken('calls', 'a unit of the case', `unit ${unit}`);
    for (const command of commands) {
      const opcode = opcodeOf(command);
      // Configuration that is dropped for others costs them time, no more (4.3.7).
      if (opcode === SYNC || isRange(command)) continue;
      if (withVmid.includes(opcode)) {
        if (vmidOf(command) === host.vmid) continue;
        return broken('convert.vmid', `VMID ${shortHex(BigInt(host.vmid))}`, smmuCommandLine(command));
      }
      if (!withStream.includes(opcode)) {
        return broken('convert.opcode', 'a command that stays within the guest', smmuCommandLine(command));
      }
      const streamId = streamIdOf(command);
      const isOurs = this.#case.devices.some(
        (device, index) =>
          device.unit === unit && device.physicalStreamId === streamId && this.plugged.has(index),
      );
      if (!isOurs) {
        const expected = `the StreamID of a plugged device on unit ${unit}`;
        return broken('convert.stream', expected, smmuCommandLine(command));
      }
    }
    return undefined;
  }
}

function list(words: Words): string {
  return words.map((word) => `0x${word.toString(16)}`).join(', ');
}

function broken(rule: string, expected: string, observed: string): Mismatch {
  const aspect = rule === 'table.once' || rule === 'table.in-use' ? 'count' : 'outcome';
  return { rule: `smmu-nesting.${rule}`, aspect, expected, observed };
}
