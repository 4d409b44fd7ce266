/**
 * Bounded exhaustive mode: all interleavings of a driver's actions with those of the hardware, at most so many of
 * the hardware between two of the driver. States that were met are not met again, only counted: the number of
 * interleavings is exact.
 */
import { invalidationOf } from '../../models/reference/domain-replace/descriptor.ts';
import {
  type Translation,
  translationFor,
  translationOf,
} from '../../models/reference/domain-replace/entry.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { DomainReplaceCase, DomainReplaceObservation, DriverAction } from '../../spec/schema.ts';
import { describeTranslation, isSame } from './describe.ts';
import { Machine, type Place, reset, type State, textOf, withPart } from './machine.ts';

export interface Interleavings {
  /** How many there are. */
  readonly count: bigint;
  /** States that they go through, counted once between two actions of the driver. */
  readonly states: number;
  /** The number of the first request during or after which some request reaches what it must not, and what. */
  readonly breach?: { readonly request: number; readonly reached: string };
}

interface Counted {
  readonly state: State;
  count: bigint;
}
type Layer = Map<string, Counted>;

/** `most`: actions of the hardware between two of the driver. */
export function interleavings(
  testCase: DomainReplaceCase,
  { requests }: DomainReplaceObservation,
  most: number,
): Interleavings {
  const run = new Run(testCase, most);
  for (const [index, request] of testCase.requests.entries()) {
    const domain = request.request === 'attach' ? testCase.domains[request.domain] : undefined;
    const wanted = domain === undefined ? undefined : translationFor(domain, testCase.domains);
    run.serve(index, keyOf(request), wanted, requests[index]?.actions ?? []);
    if (run.breach !== undefined) break;
  }
  return run.result();
}

class Run {
  breach: Interleavings['breach'];
  readonly #case: DomainReplaceCase;
  readonly #most: number;
  readonly #machine: Machine;
  readonly #isCoherent: boolean;
  readonly #bound = new Map<string, Translation>();
  #layer: Layer;
  #states = 0;

  constructor(testCase: DomainReplaceCase, most: number) {
    const places = new Map(testCase.requests.map((one) => [keyOf(one), placeOf(testCase, one)]));
    this.#case = testCase;
    this.#most = most;
    this.#isCoherent = decodeCapabilities(testCase.profile).C === 1;
    this.#machine = new Machine([...places.values()]);
    const state = reset(this.#machine.places);
    this.#layer = new Map([[textOf(state), { state, count: 1n }]]);
  }

  serve(
    request: number,
    key: string,
    wanted: Translation | undefined,
    actions: readonly DriverAction[],
  ): void {
    const during = (one: string) => (one === key ? [this.#bound.get(key), wanted] : [this.#bound.get(one)]);
    for (const action of actions) {
      this.#hardware(request, during);
      if (this.breach !== undefined) return;
      this.#driver(action);
    }
    this.#hardware(request, during);
    if (wanted === undefined) this.#bound.delete(key);
    else this.#bound.set(key, wanted);
    if (this.breach !== undefined) return;
    this.#hardware(request, (one) => [this.#bound.get(one)]);
    this.#judgeSeen(request, key, wanted);
  }

  result(): Interleavings {
    let count = 0n;
    for (const one of this.#layer.values()) count += one.count;
    const { breach } = this;
    return { count, states: this.#states, ...(breach ? { breach } : {}) };
  }

  /** Lets the hardware act up to `most` times; whatever is reached on the way has to be allowed. */
  #hardware(request: number, allowed: (key: string) => readonly (Translation | undefined)[]): void {
    const reached: Layer = new Map();
    let layer = this.#layer;
    for (let done = 0; done <= this.#most; done++) {
      const next: Layer = new Map();
      for (const [text, { state, count }] of layer) {
        if (!reached.has(text)) this.#judge(request, state, allowed);
        addTo(reached, text, state, count);
        if (done === this.#most) continue;
        for (const one of this.#machine.actions(state)) addTo(next, textOf(one), one, count);
      }
      layer = next;
    }
    this.#states += reached.size;
    this.#layer = reached;
  }

  #judge(
    request: number,
    state: State,
    allowed: (key: string) => readonly (Translation | undefined)[],
  ): void {
    if (this.breach !== undefined) return;
    for (const [index, { key }] of this.#machine.places.entries()) {
      const good = allowed(key);
      const bad = this.#machine.answers(state, index).find((one) => !good.some((some) => isSame(some, one)));
      if (bad !== undefined) this.breach = { request, reached: `${key}: ${describeTranslation(bad)}` };
    }
  }

  /** When a request is done memory shows what was asked for. */
  #judgeSeen(request: number, key: string, wanted: Translation | undefined): void {
    const index = this.#machine.places.findIndex((one) => one.key === key);
    for (const { state } of this.#layer.values()) {
      const { q0, q1 } = state.parts[index]?.memory ?? { q0: [0n], q1: [0n] };
      const seen = translationOf(q0[0], q1[0]);
      if (isSame(seen, wanted) || this.breach !== undefined) continue;
      this.breach = { request, reached: `${key}: ${describeTranslation(seen)} in memory` };
    }
  }

  #driver(action: DriverAction): void {
    const next: Layer = new Map();
    for (const { state, count } of this.#layer.values()) {
      const one = this.#act(state, action);
      if (one !== undefined) addTo(next, textOf(one), one, count);
    }
    this.#layer = next;
  }

  /** Undefined where the driver still waits. */
  #act(state: State, action: DriverAction): State | undefined {
    if (action.do === 'wait') return state.queue.length === 0 ? state : undefined;
    if (action.do === 'invalidate') {
      const invalidation = invalidationOf(action.descriptor, this.#case.profile);
      if (typeof invalidation === 'string') return state;
      return { ...state, queue: [...state.queue, invalidation] };
    }
    const index = this.#machine.places.findIndex(({ key }) => key === keyOf(action));
    const part = state.parts[index];
    if (part === undefined) return state;
    if (action.do === 'flush-line') return withPart(state, index, { ...part, memory: part.stored });
    if (action.quantum > 1) return state;
    const name = action.quantum === 0 ? 'q0' : 'q1';
    const stored = { ...part.stored, [name]: [action.value[0] ?? 0n, action.value[1] ?? 0n] };
    return withPart(state, index, { ...part, stored, ...(this.#isCoherent ? { memory: stored } : {}) });
  }
}

function addTo(layer: Layer, text: string, state: State, count: bigint): void {
  const known = layer.get(text);
  if (known === undefined) layer.set(text, { state, count });
  else known.count += count;
}

function placeOf({ devices }: DomainReplaceCase, { device, pasid = 0 }: Parameters<typeof keyOf>[0]): Place {
  const { sourceId = 0, ats = false } = devices[device] ?? {};
  return { key: keyOf({ device, pasid }), sourceId, pasid, ats };
}

function keyOf({
  device,
  pasid = 0,
}: {
  readonly device: number;
  readonly pasid?: number | undefined;
}): string {
  return `${device}/${pasid}`;
}
