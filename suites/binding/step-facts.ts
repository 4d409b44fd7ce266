/** What the host calls of one step did, as far as rules about the whole step need it. */
import { type Host, keyOf, type Requests, requestsOf } from '../../models/reference/binding/host.ts';
import { blocked, isSameTable, type Served } from '../../models/reference/binding/served.ts';
import type { BindingObservation, BindingStep, HostCall, Mismatch } from '../../spec/schema.ts';
import type { Invalidate } from './coverage.ts';

export type StepReport = BindingObservation['steps'][number];

/** What most steps have of most. */
const nothing: ReadonlySet<number> = new Set();

function including(numbers: ReadonlySet<number>, one: number): ReadonlySet<number> {
  return new Set(numbers).add(one);
}

export class StepFacts {
  readonly remarks: Mismatch[] = [];
  /** Keys of requests that lost a table. */
  detached = nothing;
  /** Keys of requests that a call was made for. */
  touched = nothing;
  failedKeys = nothing;
  readonly invalidates: Invalidate[] = [];
  failedInvalidates = nothing;
  /** Parent tables of this step. */
  parentsMade = nothing;
  failures = 0;
  trackingFailures = 0;
  purged = false;
  /** Whoever makes parents when they are needed could bind nobody. */
  #parentFailed = false;
  readonly #failedTables: Extract<HostCall, { call: 'create-nested' }>[] = [];
  readonly #host: Host;
  readonly #before = new Map<number, Served>();
  /** No call is made: what was attached before still is. */
  readonly #isQuiet: boolean;

  /** What was attached when the step began, if it may have changed. */
  readonly attachedBefore: readonly { readonly requests: Requests }[];

  /** The host wants to know what is written, or no longer. */
  readonly changesTracking: boolean;

  /** Then, which tables tracked writes when the step began. */
  readonly trackingBefore: ReadonlyMap<number, boolean>;

  constructor(host: Host, { step }: Pick<BindingStep, 'step'>, calls: readonly HostCall[]) {
    this.#host = host;
    this.changesTracking = step === 'track-dirty';
    const tables = this.changesTracking ? [...host.tables] : [];
    this.trackingBefore = new Map(tables.map(([number, table]) => [number, host.tracks(table)]));
    this.#isQuiet = calls.length === 0;
    this.attachedBefore = this.#isQuiet ? [] : [...host.attached.values()];
    for (const { requests } of this.attachedBefore) this.#before.set(keyOf(requests), host.served(requests));
  }

  get trackingFailed(): boolean {
    return this.trackingFailures > 0;
  }

  before(requests: Requests): Served {
    if (this.#isQuiet) return this.#host.served(requests);
    return this.#before.get(keyOf(requests)) ?? blocked;
  }

  /** `hadTable`: what is detached was attached. */
  note(call: HostCall, failed: boolean, hadTable: boolean): void {
    if (failed) this.failures++;
    switch (call.call) {
      case 'create-parent':
        this.#parentFailed ||= failed;
        if (!failed) this.parentsMade = including(this.parentsMade, call.table);
        break;
      case 'create-nested':
        if (failed) this.#failedTables.push(call);
        break;
      case 'attach':
      case 'detach': {
        const key = keyOf(requestsOf(call));
        this.touched = including(this.touched, key);
        if (failed) this.failedKeys = including(this.failedKeys, key);
        else if (hadTable) this.detached = including(this.detached, key);
        break;
      }
      case 'invalidate':
        if (failed) this.failedInvalidates = including(this.failedInvalidates, call.table);
        else this.invalidates.push(call);
        break;
      case 'track-dirty':
        if (failed) this.trackingFailures++;
        break;
      default:
        break;
    }
  }

  /** True when a call failed that would have bound `requests` to one of `wanted`. */
  failedFor(requests: Requests, wanted: readonly Served[]): boolean {
    if (this.failedKeys.has(keyOf(requests)) || this.trackingFailed || this.#parentFailed) return true;
    return wanted.some(
      (one) => one.is === 'nested' && this.#failedTables.some((table) => isSameTable(one.table, table)),
    );
  }
}
