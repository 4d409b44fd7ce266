/** The actions of one request, put together step by step as the habits of a driver want it. */

import type { Domain, DomainReplaceCase, DomainRequest, DriverAction } from '../../../spec/schema.ts';
import { usesSecond } from '../../reference/domain-replace/entry.ts';
import { deviceTlb, domainIotlb, pasidCache, pasidIotlb } from '../../reference/domain-replace/queue.ts';
import { unitOf } from '../../reference/unit.ts';
import type { Habits } from './habits.ts';

type NamedPlace = Pick<Extract<DomainRequest, { request: 'detach' }>, 'device' | 'pasid'>;

const EVERY_COPY = [0x37n, 0n];
const EVERY_TRANSLATION = [0xd2n, 0n];
const FENCE = [0x45n, 0n];
const WHOLE = 0x7fff_ffff_ffff_f000n;

export class Sequence {
  readonly actions: DriverAction[] = [];
  readonly #case: DomainReplaceCase;
  readonly #habits: Habits;
  /** Of each device, now. */
  readonly #ats: readonly boolean[];
  readonly #isCoherent: boolean;
  readonly #isCaching: boolean;

  constructor(testCase: DomainReplaceCase, habits: Habits, ats: readonly boolean[]) {
    const { C, CM } = unitOf(testCase.profile).capabilities;
    this.#case = testCase;
    this.#habits = habits;
    this.#ats = ats;
    this.#isCoherent = C === 1;
    this.#isCaching = CM === 1;
  }

  /** Everything but P, then P; with CM the caches are told. */
  setUp(place: NamedPlace, entry: readonly bigint[], did: number): void {
    const [low = 0n, high = 0n, first = 0n] = entry;
    if (this.#habits.storesHalves) {
      this.#store(place, 0, 0n, high);
      this.#store(place, 0, low & ~1n, high);
    }
    this.#store(place, 1, first, 0n);
    this.write(place, 0, low, high);
    if (this.#isCaching || this.#habits.dropsAtSetUp) this.dropCopies(place, did);
    if (this.#habits.dropsAtSetUp) {
      this.submit(this.#isEverything ? EVERY_TRANSLATION : pasidIotlb(did, place.pasid ?? 0));
      this.dropDevice(place);
    }
    this.settle();
  }

  /** One store, written back where the unit does not snoop. */
  write(place: NamedPlace, quantum: number, low: bigint, high: bigint): void {
    this.#store(place, quantum, low, high);
    if (!this.#isCoherent) this.actions.push({ do: 'flush-line', ...named(place) });
  }

  dropCopies(place: NamedPlace, did: number): void {
    this.submit(this.#isEverything ? EVERY_COPY : pasidCache(did, place.pasid ?? 0));
  }

  /** PASID-cache, IOTLB, Device-TLB. */
  dropOld(place: NamedPlace, did: number, kind: Domain['kind']): void {
    this.dropCopies(place, did);
    // Second-stage structures may stay until the id is given again.
    const isWhole = usesSecond(kind) && this.#habits.cleans === 'freed';
    const needed = isWhole ? domainIotlb(did) : pasidIotlb(did, place.pasid ?? 0);
    this.submit(this.#isEverything ? EVERY_TRANSLATION : needed);
    this.dropDevice(place);
  }

  dropDevice({ device, pasid = 0 }: NamedPlace): void {
    if (this.#ats[device] !== true) return;
    const { sourceId } = this.#case.devices[device] ?? { sourceId: 0 };
    if (this.#isEverything) this.dropWholeDevice(device);
    else this.submit(deviceTlb(sourceId, pasid));
  }

  /** What is held for requests without PASID and, where there are any, for those of all PASIDs. */
  dropWholeDevice(device: number): void {
    const { sourceId } = this.#case.devices[device] ?? { sourceId: 0 };
    this.submit(deviceTlb(sourceId, 0));
    this.submit([8n | (BigInt(sourceId) << 16n), WHOLE | (1n << 11n) | 1n]);
  }

  /** Nothing is left under `did`, of whatever it stood for. */
  cleanId(did: number, pasid: number): void {
    this.submit(this.#isEverything ? EVERY_COPY : pasidCache(did, pasid));
    this.submit(domainIotlb(did));
    this.settle();
  }

  submit(descriptor: readonly bigint[]): void {
    this.actions.push({ do: 'invalidate', descriptor: [...descriptor] });
    if (this.#habits.waits === 'each') this.actions.push({ do: 'wait' });
    else this.actions.push({ do: 'invalidate', descriptor: [...FENCE] });
  }

  /** Nothing that was submitted is under way any more. */
  settle(): void {
    if (this.actions.at(-1)?.do === 'invalidate') this.actions.push({ do: 'wait' });
  }

  get #isEverything(): boolean {
    return this.#habits.drops === 'everything';
  }

  #store(place: NamedPlace, quantum: number, low: bigint, high: bigint): void {
    this.actions.push({ do: 'store', ...named(place), quantum, value: [low, high] });
  }
}

function named({ device, pasid }: NamedPlace): NamedPlace {
  return pasid === undefined ? { device } : { device, pasid };
}
