/**
 * Bounded exhaustive mode: all interleavings of a driver's actions with those of the hardware, at most so many of
 * the hardware between two of the driver. States that were met are not met again, only counted: the number of
 * interleavings is exact.
 */
import { type Invalidation, invalidationOf } from '../../models/reference/domain-replace/descriptor.ts';
import { type Translation, translationOf } from '../../models/reference/domain-replace/entry.ts';
import { unitOf } from '../../models/reference/unit.ts';
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
} from '../../spec/schema.ts';
import { Bindings, type Wanted } from './bindings.ts';
import { describePlace, describeTranslation } from './describe.ts';
import { Machine, reset, type State, textOf, withPart } from './machine.ts';
import { isOffered } from './offered.ts';
import { keyOf, type NamedPlace, type Place, placeOf, serves, untracked } from './place.ts';

export interface Interleavings {
  /** How many there are. */
  readonly count: bigint;
  /** States that they go through, counted once between two actions of the driver. */
  readonly states: number;
  /** There were more than can be gone through: what is said holds up to there. */
  readonly isCut: boolean;
  /** The number of the first request during or after which some request reaches what it must not, and what. */
  readonly breach?: { readonly request: number; readonly reached: string };
}

/** A driver that queues much and waits seldom has endless states. So many take some seconds. */
const MOST_STATES = 50_000;

/** A state, met once, and where the hardware leads from it: worked out when it is first asked for. */
interface Node {
  readonly state: State;
  next?: readonly Node[];
}
/** Nodes, and how many interleavings lead there. */
type Layer = Map<Node, bigint>;

/** `most`: actions of the hardware between two of the driver. Goes through `mostStates` different states, or some more. */
export function interleavings(
  testCase: DomainReplaceCase,
  { requests }: DomainReplaceObservation,
  most: number,
  mostStates = MOST_STATES,
): Interleavings {
  const run = new Run(testCase, most, mostStates);
  for (const [index, request] of testCase.requests.entries()) {
    if (!isOffered(testCase, request)) break;
    run.serve(index, request, requests[index]);
    if (run.breach !== undefined || run.isCut) break;
  }
  return run.result();
}

type Report = DomainReplaceObservation['requests'][number];
/** What requests of a place may reach at a moment. */
type Allowed = (key: number) => readonly (Translation | undefined)[];

class Run {
  breach: Interleavings['breach'];
  readonly #case: DomainReplaceCase;
  readonly #most: number;
  readonly #mostStates: number;
  readonly #machine: Machine;
  readonly #isCoherent: boolean;
  readonly #bindings: Bindings;
  readonly #nodes = new Map<string, Node>();
  #layer: Layer;
  #states = 0;

  constructor(testCase: DomainReplaceCase, most: number, mostStates: number) {
    const places = placesOf(testCase);
    this.#case = testCase;
    this.#most = most;
    this.#mostStates = mostStates;
    this.#isCoherent = unitOf(testCase.profile).capabilities.C === 1;
    this.#bindings = new Bindings(testCase);
    this.#machine = new Machine(places);
    const state = reset(places.map(({ device }) => testCase.devices[device]?.ats === true));
    this.#layer = new Map([[this.#node(state), 1n]]);
  }

  serve(request: number, asked: DomainRequest, report: Report | undefined): void {
    const { bound } = this.#bindings;
    const wanted = this.#bindings.wantedBy(asked);
    const during: Allowed = (key) =>
      wanted.has(key) ? [bound.get(key), untracked(wanted.get(key))] : [bound.get(key)];
    for (const action of report?.actions ?? []) {
      this.#hardware(request, during);
      if (this.breach !== undefined || this.isCut) return;
      this.#driver(action);
    }
    this.#hardware(request, during);
    const ends = [...wanted].map(([key, left]) => ({ key, left, served: true }));
    // What a request that failed leaves is the old tables or none, and the judge's to say.
    const failed = report?.failed === true;
    if (!failed) this.#bindings.settle(asked, ends, false);
    if (this.breach !== undefined || failed) return;
    this.#hardware(request, (key) => [bound.get(key)]);
    this.#judgeSeen(request, wanted);
  }

  result(): Interleavings {
    let count = 0n;
    for (const one of this.#layer.values()) count += one;
    const { breach, isCut } = this;
    return { count, states: this.#states, isCut, ...(breach ? { breach } : {}) };
  }

  get isCut(): boolean {
    return this.#nodes.size > this.#mostStates;
  }

  #node(state: State): Node {
    const text = textOf(state);
    let node = this.#nodes.get(text);
    if (node === undefined) {
      node = { state };
      this.#nodes.set(text, node);
    }
    return node;
  }

  /** Lets the hardware act up to `most` times; whatever is reached on the way has to be allowed. */
  #hardware(request: number, allowed: Allowed): void {
    const reached: Layer = new Map();
    let layer = this.#layer;
    for (let done = 0; done <= this.#most; done++) {
      const next: Layer = new Map();
      for (const [node, count] of layer) {
        if (!reached.has(node)) this.#judge(request, node.state, allowed);
        addTo(reached, node, count);
        if (done === this.#most || this.isCut) continue;
        node.next ??= [...this.#machine.actions(node.state)].map((state) => this.#node(state));
        for (const one of node.next) addTo(next, one, count);
      }
      layer = next;
    }
    this.#states += reached.size;
    this.#layer = reached;
  }

  #judge(request: number, state: State, allowed: Allowed): void {
    if (this.breach !== undefined) return;
    for (const [index, place] of this.#machine.places.entries()) {
      const good = allowed(place.key);
      const bad = this.#machine
        .answers(state, index)
        .find((one) => !good.some((some) => some !== undefined && serves(some, one)));
      if (bad !== undefined)
        this.breach = { request, reached: `${nameOf(place)}: ${describeTranslation(bad)}` };
    }
  }

  /** When a request is done memory shows what was asked for. */
  #judgeSeen(request: number, wanted: Wanted): void {
    for (const [index, place] of this.#machine.places.entries()) {
      if (!wanted.has(place.key)) continue;
      for (const { state } of this.#layer.keys()) {
        const { q0, q1 } = state.parts[index]?.memory ?? { q0: [0n, 0n] as const, q1: [0n] };
        const seen = translationOf(q0[0], q0[1], q1[0]);
        if (serves(wanted.get(place.key), seen) || this.breach !== undefined) continue;
        this.breach = { request, reached: `${nameOf(place)}: ${describeTranslation(seen)} in memory` };
      }
    }
  }

  #driver(action: DriverAction): void {
    const next: Layer = new Map();
    const queued = action.do === 'invalidate' ? invalidationOf(action.descriptor, this.#case.profile) : '';
    for (const [{ state }, count] of this.#layer) {
      const one = typeof queued === 'string' ? this.#act(state, action) : queue(state, queued);
      if (one !== undefined) addTo(next, this.#node(one), count);
    }
    this.#layer = next;
  }

  /** Undefined where the driver still waits. */
  #act(state: State, action: DriverAction): State | undefined {
    if (action.do === 'wait') return state.queue.length === 0 ? state : undefined;
    // A descriptor that the unit refuses is the judge's to say.
    if (action.do === 'invalidate') return state;
    if (action.do === 'ats') return this.#switchAts(state, action.device, action.on);
    const key = keyOf(action);
    const index = this.#machine.places.findIndex((place) => place.key === key);
    const part = state.parts[index];
    if (part === undefined) return state;
    if (action.do === 'flush-line') return withPart(state, index, { ...part, memory: part.stored });
    if (action.quantum > 1) return state;
    const name = action.quantum === 0 ? 'q0' : 'q1';
    const stored = { ...part.stored, [name]: [action.value[0] ?? 0n, action.value[1] ?? 0n] };
    return withPart(state, index, { ...part, stored, ...(this.#isCoherent ? { memory: stored } : {}) });
  }

  #switchAts(state: State, device: number, ats: boolean): State {
    const parts = state.parts.map((part, index) =>
      this.#machine.places[index]?.device === device ? { ...part, ats, device: undefined } : part,
    );
    return { ...state, parts };
  }
}

function addTo(layer: Layer, node: Node, count: bigint): void {
  layer.set(node, (layer.get(node) ?? 0n) + count);
}

function queue(state: State, invalidation: Invalidation): State {
  return { ...state, queue: [...state.queue, invalidation] };
}

/** The places that requests name: nobody has another. */
function placesOf(testCase: DomainReplaceCase): readonly Place[] {
  const places = new Map<number, Place>();
  for (const request of testCase.requests) {
    if (request.request !== 'attach' && request.request !== 'detach') continue;
    const named: NamedPlace = request;
    places.set(keyOf(named), placeOf(testCase, named));
  }
  return [...places.values()];
}

function nameOf({ device, pasid }: Place): string {
  return describePlace(device, pasid);
}
