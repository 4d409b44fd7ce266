/**
 * Binding as emulators do it: each passthrough device keeps the PASID table entries that it was bound by, and
 * an invalidation compares them with memory (seeds of 2025): gone, changed, new or the same. Context-cache
 * invalidations, a new root table and translation turned on or off go through the same routine without a filter.
 */
import type { BindingCase, BindingObservation, BindingStep } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { unitOf } from '../unit.ts';
import { GuestEntries } from './guest-entries.ts';
import { HostTables } from './host-tables.ts';
import { type Filter, PassthroughDevice } from './passthrough-device.ts';
import { refusal } from './requirements.ts';

type Report = BindingObservation['steps'][number];

const everything: Filter = {};
const memory = new GuestMemory();

export function runBinding(testCase: BindingCase): BindingObservation {
  memory.reset(testCase.profile.backed, testCase.memory);
  const unit = new BindingUnit(testCase);
  return { steps: testCase.steps.map((step) => unit.step(step)) };
}

class BindingUnit {
  readonly #case: BindingCase;
  readonly #entries: GuestEntries;
  readonly #host: HostTables;
  readonly #devices: (PassthroughDevice | undefined)[] = [];
  readonly #pasidLimit: number;
  /** Bits of a domain id; above them those of a descriptor are ignored. */
  readonly #domainIds: number;
  #rtaddr: bigint;
  #enabled = false;
  #unsupported = false;

  constructor(testCase: BindingCase) {
    const { profile, rtaddr } = testCase;
    this.#case = testCase;
    this.#rtaddr = rtaddr;
    this.#entries = new GuestEntries(memory, unitOf(profile));
    this.#host = new HostTables(testCase);
    this.#domainIds = 2 ** (4 + 2 * Number(profile.cap & 7n)) - 1;
    const hasPasids = (profile.ecap >> 40n) & 1n;
    this.#pasidLimit = hasPasids ? 2 ** (Number((profile.ecap >> 35n) & 0x1fn) + 1) : 0;
  }

  step(step: BindingStep): Report {
    this.#host.calls = [];
    this.#host.failed = false;
    this.#unsupported = false;
    const refused = this.#act(step);
    const { calls } = this.#host;
    const error = this.#host.failed || this.#unsupported;
    if (refused !== undefined) return error ? { calls, error, refused } : { calls, refused };
    return error ? { calls, error } : { calls };
  }

  #act(step: BindingStep): Report['refused'] {
    switch (step.step) {
      case 'store':
        memory.write(step);
        return undefined;
      case 'invalidate':
        this.#invalidate(step.descriptor);
        return undefined;
      case 'root':
        this.#rtaddr = step.rtaddr;
        if (this.#enabled) this.#sync(everything);
        return undefined;
      case 'enable':
        if (this.#enabled !== step.on) this.#enable(step.on);
        return undefined;
      case 'reset':
        this.#rtaddr = 0n;
        this.#enable(false);
        return undefined;
      case 'track-dirty':
        this.#host.track(step.on);
        return undefined;
      case 'plug':
        return this.#plug(step.device);
      case 'unplug':
        this.#devices[step.device]?.remove();
        this.#devices[step.device] = undefined;
        return undefined;
    }
  }

  #plug(index: number): Report['refused'] {
    const device = this.#case.devices[index];
    const unit = device && this.#case.units[device.unit];
    if (device === undefined || unit === undefined) return 'iommufd';
    const reason = refusal(this.#case.profile, device, unit);
    if (reason !== undefined) return reason;
    const { iommufd = 0, sourceId, pasidBits } = device;
    const parent = this.#host.parent({ iommufd, coherent: unit.coherent, readOnly: !unit.erratum772415 });
    if (parent === undefined) return 'failure';
    const limit = pasidBits === 0 ? 0 : Math.min(this.#pasidLimit, 2 ** pasidBits);
    const plugged = new PassthroughDevice(this.#entries, this.#host, { index, sourceId, parent, limit });
    this.#syncOne(plugged, everything);
    if (this.#host.failed) {
      plugged.remove();
      return 'failure';
    }
    this.#devices[index] = plugged;
    return undefined;
  }

  #enable(on: boolean): void {
    this.#enabled = on;
    for (const device of this.#devices) device?.forget();
    this.#sync(everything);
  }

  #invalidate([low = 0n, high = 0n]: readonly bigint[]): void {
    const lower = Number(BigInt.asUintN(32, low));
    const upper = Number(low >> 32n);
    const granularity = (lower >>> 4) & 3;
    const did = (lower >>> 16) & this.#domainIds;
    const pasid = upper & 0xf_ffff;
    switch (lower & 0xf) {
      case 1:
        if (!this.#enabled) return;
        if (granularity !== 3) this.#sync(everything);
        else this.#syncSource(upper & 0xffff, (upper >>> 16) & 3);
        return;
      case 2:
        this.#forward(granularity === 1 ? everything : { did }, 0n, EVERYTHING, false);
        return;
      case 6:
        if (granularity === 2) this.#forward({ did, pasid }, 0n, EVERYTHING, false);
        else this.#forwardPages({ did, pasid }, high);
        return;
      case 7:
        if (!this.#enabled) return;
        this.#sync(granularity === 3 ? everything : granularity === 1 ? { did, pasid } : { did });
        return;
      default:
        return;
    }
  }

  #forwardPages(filter: Filter, high: bigint): void {
    const pages = 1n << (high & 0x3fn);
    const address = (high >> 12n) & ~(pages - 1n);
    this.#forward(filter, address << 12n, pages, (high & 0x40n) !== 0n);
  }

  /** To the host first: the device must not fill what was dropped from what is still there. */
  #forward(filter: Filter, address: bigint, pages: bigint, leaf: boolean): void {
    const told = new Set<number>();
    for (const device of this.#devices) device?.tablesOf(filter, told);
    for (const table of told) this.#host.call({ call: 'invalidate', table, address, pages, leaf });
    this.#host.calls.push({ call: 'purge' });
  }

  #syncSource(sourceId: number, functionMask: number): void {
    const mask = [0, 4, 6, 7][functionMask] as number;
    for (const device of this.#devices) {
      if (device && ((device.sourceId ^ sourceId) & ~mask) === 0) this.#syncOne(device, everything);
    }
  }

  #sync(filter: Filter): void {
    for (const device of this.#devices) if (device) this.#syncOne(device, filter);
  }

  #syncOne(device: PassthroughDevice, filter: Filter): void {
    if (this.#enabled) this.#unsupported = device.sync(this.#root(), filter) || this.#unsupported;
    else device.fallBack();
  }

  /** RTADDR_REG 63:12. */
  #root(): number {
    return Number(this.#rtaddr & ~0xfffn);
  }
}

const EVERYTHING = 0xffff_ffff_ffff_ffffn;
