/**
 * The reference's own way: after each event everything that must be read again is read again, and what differs
 * is bound anew. A new table is made and attached before the old one is freed; what fails is undone.
 */
import type { BindingCase, BindingObservation, BindingStep, HostCall } from '../../../spec/schema/binding.ts';
import { HostCalls } from '../host-calls.ts';
import { Bindings, type Requirement } from './bindings.ts';
import type { DroppedTranslations, GuestEvent } from './guest-event.ts';
import { Host, keyOf, type Requests } from './host.ts';
import { offerOf, refusalsOf } from './requirements.ts';
import { blocked, type FirstStageTable, isSameService, type Served } from './served.ts';

type Report = BindingObservation['steps'][number];

export function runBinding(testCase: BindingCase): BindingObservation {
  const unit = new BindingUnit(testCase);
  return { steps: testCase.steps.map((step) => unit.step(step)) };
}

class BindingUnit {
  readonly #case: BindingCase;
  readonly #host: Host;
  readonly #bindings: Bindings;
  readonly #calls: HostCalls<HostCall>;
  /** Parent table by device. */
  readonly #parents = new Map<number, number>();
  /** Tables that could not track writes and are there still: they serve nobody. */
  readonly #untracked = new Set<number>();
  /** Domain id of the entry that a device or PASID was bound by. */
  readonly #domains = new Map<number, number | undefined>();
  #nextTable = 1;
  #tracking = false;
  /** An entry was met that no host table can stand for. */
  #unsupported = false;

  constructor(testCase: BindingCase) {
    this.#case = testCase;
    this.#host = new Host(testCase);
    this.#bindings = new Bindings(testCase);
    this.#calls = new HostCalls(this.#host, testCase.failing);
  }

  step(step: BindingStep): Report {
    this.#calls.startStep();
    this.#unsupported = false;
    const event = this.#bindings.begin(step, false);
    const refused = this.#act(step, event);
    return {
      calls: this.#calls.made,
      ...(this.#calls.hasFailed || this.#unsupported ? { error: true } : {}),
      ...(refused === undefined ? {} : { refused }),
    };
  }

  #act(step: BindingStep, event: GuestEvent): Report['refused'] {
    switch (step.step) {
      case 'plug':
        return this.#plug(step.device);
      case 'unplug':
        this.#bindings.plugged.delete(step.device);
        this.#remove(step.device);
        return undefined;
      case 'track-dirty':
        this.#track(step.on);
        return undefined;
      case 'store':
        return undefined;
      default:
        if (event.is === 'translations') this.#passOn(event.drop);
        for (const device of this.#bindings.plugged) this.#bind(device, event, false);
        return undefined;
    }
  }

  #plug(device: number): Report['refused'] {
    const [refusal] = refusalsOf(offerOf(this.#case, device));
    if (refusal !== undefined) return refusal;
    if (!this.#giveParent(device)) return 'failure';
    this.#bindings.plugged.add(device);
    this.#bind(device, { is: 'nothing' }, true);
    if (!this.#calls.hasFailed) return undefined;
    this.#bindings.plugged.delete(device);
    this.#remove(device);
    return 'failure';
  }

  /** Shares a parent table where one fits. */
  #giveParent(device: number): boolean {
    const known = this.#host.parentFor(device, this.#untracked);
    if (known !== undefined) {
      this.#parents.set(device, known);
      return true;
    }
    const { iommufd = 0, unit } = this.#case.devices[device] ?? { unit: 0 };
    const host = this.#case.units[unit];
    const table = this.#nextTable++;
    const made = this.#calls.make({
      call: 'create-parent',
      table,
      iommufd,
      coherent: host?.coherent === true,
      readOnly: host?.erratum772415 !== true,
    });
    if (!made || !this.#trackNew(table)) return false;
    this.#parents.set(device, table);
    return true;
  }

  /** Binds what `event` makes the unit read again; `fresh`: `device` was just plugged. */
  #bind(device: number, event: GuestEvent, fresh: boolean): void {
    const pasids = this.#bindings.pasidsOf(device);
    for (const { requests } of this.#host.attached.values()) {
      if (requests.device === device && requests.pasid !== undefined) pasids.add(requests.pasid);
    }
    for (const pasid of [undefined, ...pasids]) {
      const requests: Requests = { device, pasid };
      const wanted = this.#bindings.requirement(requests, event, fresh);
      if (wanted.forcedBy === undefined) {
        this.#bindings.settle(requests, wanted, false, false);
        continue;
      }
      const [served = blocked] = wanted.now;
      if (wanted.unsupported) this.#unsupported = true;
      const bound = this.#isGiven(requests, served, wanted) || this.#give(requests, served);
      if (bound) this.#domains.set(keyOf(requests), wanted.view?.domain);
      this.#bindings.settle(requests, wanted, bound, !bound);
    }
  }

  /** A table that holds translations of another domain id is not as good: the guest drops them by that id. */
  #isGiven(requests: Requests, served: Served, { view }: Requirement): boolean {
    const isSame = isSameService(served, this.#host.served(requests));
    return isSame && (served.is !== 'nested' || this.#domains.get(keyOf(requests)) === view?.domain);
  }

  /** False when a call failed: then all is as it was. */
  #give(requests: Requests, served: Served): boolean {
    const old = this.#host.tableOf(requests);
    const { device, pasid } = requests;
    const place = pasid === undefined ? { device } : { device, pasid };
    if (served.is === 'blocked') {
      if (!this.#calls.make({ call: 'detach', ...place })) return false;
    } else {
      const table =
        served.is === 'parent' ? this.#parents.get(device) : this.#createNested(device, served.table);
      if (table === undefined) return false;
      if (!this.#calls.make({ call: 'attach', ...place, table })) {
        if (served.is === 'nested') this.#calls.make({ call: 'free', table });
        return false;
      }
    }
    if (old?.is === 'nested') this.#calls.make({ call: 'free', table: old.number });
    return true;
  }

  #createNested(device: number, first: FirstStageTable): number | undefined {
    const table = this.#nextTable++;
    const over = this.#parents.get(device) ?? 0;
    if (!this.#calls.make({ call: 'create-nested', table, parent: over, device, ...first })) return undefined;
    return this.#trackNew(table) ? table : undefined;
  }

  /** A new table tracks writes when the others do; without, it is freed. */
  #trackNew(table: number): boolean {
    if (!this.#tracking || this.#calls.make({ call: 'track-dirty', table, on: true })) return true;
    if (!this.#calls.make({ call: 'free', table })) this.#untracked.add(table);
    return false;
  }

  /** Takes everything from a device that is gone. */
  #remove(device: number): void {
    for (const { requests } of [...this.#host.attached.values()]) {
      if (requests.device === device) this.#give(requests, blocked);
    }
    this.#bindings.forget(device);
    const parentTable = this.#parents.get(device);
    this.#parents.delete(device);
    if (parentTable === undefined || [...this.#parents.values()].includes(parentTable)) return;
    if (!this.#host.hasChildren(parentTable) && !this.#host.isAttached(parentTable)) {
      this.#calls.make({ call: 'free', table: parentTable });
    }
  }

  #track(on: boolean): void {
    const done: number[] = [];
    for (const [table, { tracked }] of this.#host.tables) {
      if (tracked === on) continue;
      if (!this.#calls.make({ call: 'track-dirty', table, on })) {
        for (const undone of done) this.#calls.make({ call: 'track-dirty', table: undone, on: !on });
        return;
      }
      done.push(table);
    }
    this.#tracking = on;
  }

  /** Tells the host what the guest dropped, before the unit drops its own. */
  #passOn({ domain, pasid, range, leaf }: DroppedTranslations): void {
    const tables = new Set<number>();
    for (const { requests, table } of this.#host.attached.values()) {
      const isNested = this.#host.tables.get(table)?.is === 'nested';
      if (isNested && this.#bindings.mayBeCachedAs(requests, domain, pasid)) tables.add(table);
    }
    const { address, pages } = range ?? { address: 0n, pages: 0xffff_ffff_ffff_ffffn };
    for (const table of tables) this.#calls.make({ call: 'invalidate', table, address, pages, leaf });
    this.#calls.made.push({ call: 'purge' });
  }
}
