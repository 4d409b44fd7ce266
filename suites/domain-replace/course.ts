/** One run of a driver: memory, the adversary's states, and what each device and PASID is bound to. */
import { type Invalidation, invalidationOf } from '../../models/reference/domain-replace/descriptor.ts';
import {
  type Translation,
  translationFor,
  translationOf,
} from '../../models/reference/domain-replace/entry.ts';
import { type Capabilities, decodeCapabilities } from '../../spec/capabilities.ts';
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
  Mismatch,
} from '../../spec/schema.ts';
import { broken } from './broken.ts';
import { judgeEnd } from './completion.ts';
import { describePlace, describeTranslation, isSame } from './describe.ts';
import { judgeDomainId } from './domain-ids.ts';
import { RequestFacts } from './request-facts.ts';
import { World } from './world.ts';

type Report = DomainReplaceObservation['requests'][number];
type Store = Extract<DriverAction, { do: 'store' }>;

export class Course {
  readonly exercised = new Set<string>();
  readonly testCase: DomainReplaceCase;
  readonly capabilities: Capabilities;
  /** Entries as they were stored, by slot. */
  readonly entries = new Map<string, bigint[]>();
  readonly bound = new Map<string, Translation>();
  /** Nothing was executed that the driver did not wait for. */
  before: World;
  /** Everything was. The same object as `before` when nothing is under way. */
  after: World;
  readonly #failing: ReadonlySet<number>;
  #isOrderOpen = false;

  constructor(testCase: DomainReplaceCase) {
    this.testCase = testCase;
    this.capabilities = decodeCapabilities(testCase.profile);
    this.before = new World({
      coherent: this.capabilities.C === 1,
      caching: this.capabilities.CM === 1,
    });
    this.after = this.before;
    this.#failing = new Set(testCase.failing);
  }

  /** What `report` breaks, remarks first. */
  follow(index: number, request: DomainRequest, report: Report): readonly Mismatch[] {
    const { device, pasid = 0 } = request;
    const key = this.slot(device, pasid);
    const domain = request.request === 'attach' ? this.testCase.domains[request.domain] : undefined;
    const wanted = domain === undefined ? undefined : translationFor(domain, this.testCase.domains);
    const facts = new RequestFacts({
      key,
      place: describePlace(device, pasid),
      old: this.bound.get(key),
      wanted,
      left: this.#leftBy(key, report),
      isFailing: this.#failing.has(index),
      failed: report.failed === true,
    });
    for (const action of report.actions) {
      const wrong = this.#act(action, facts) ?? this.#meanwhile(facts);
      if (wrong) return [...facts.remarks, wrong];
    }
    const wrong = judgeEnd(this, facts);
    const left = this.#translation(key);
    if (left === undefined) this.bound.delete(key);
    else this.bound.set(key, left);
    return [...facts.remarks, ...(wrong ? [wrong] : [])];
  }

  /** The key of a device or PASID, known from now on. */
  slot(device: number, pasid: number): string {
    const key = keyOf(device, pasid);
    if (!this.entries.has(key)) {
      const { sourceId = 0, ats = false } = this.testCase.devices[device] ?? {};
      this.entries.set(
        key,
        Array.from({ length: 8 }, () => 0n),
      );
      this.before.add(key, { sourceId, pasid, ats });
      this.after.add(key, { sourceId, pasid, ats });
    }
    return key;
  }

  #act(action: DriverAction, facts: RequestFacts): Mismatch | undefined {
    switch (action.do) {
      case 'store':
        return this.#store(action, facts);
      case 'flush-line': {
        const key = this.slot(action.device, action.pasid ?? 0);
        this.before.line(key).flush();
        if (this.after !== this.before) this.after.line(key).flush();
        return undefined;
      }
      case 'invalidate':
        return this.#invalidate(action.descriptor, facts);
      case 'wait':
        this.before = this.after;
        this.#isOrderOpen = false;
        return undefined;
    }
  }

  #store({ device, pasid = 0, quantum, value }: Store, facts: RequestFacts): Mismatch | undefined {
    const key = this.slot(device, pasid);
    const [low = 0n, high = 0n] = value;
    const entry = this.entries.get(key) ?? [];
    entry[2 * quantum] = low;
    entry[2 * quantum + 1] = high;
    if (quantum === 0 || quantum === 1) {
      this.before.store(key, quantum, [low, high]);
      if (this.after !== this.before) this.after.store(key, quantum, [low, high]);
    }
    const written = this.#translation(key);
    const place = describePlace(device, pasid);
    if (key === facts.key) facts.note(written);
    return judgeDomainId(this, key, place);
  }

  #invalidate(descriptor: readonly bigint[], facts: RequestFacts): Mismatch | undefined {
    this.exercised.add('domain-replace.descriptor');
    const invalidation = invalidationOf(descriptor, this.testCase.profile);
    if (typeof invalidation === 'string') {
      const words = descriptor.map((word) => `0x${word.toString(16)}`).join(' ');
      return broken('descriptor', 'outcome', 'a valid descriptor', `${words}: ${invalidation}`);
    }
    const refused = this.#judgeTarget(invalidation);
    if (refused) return refused;
    this.#remarkOrder(invalidation, facts);
    if (invalidation.cache === 'fence' || invalidation.cache === 'other') return undefined;
    if (this.after === this.before) this.after = this.before.clone();
    const dropped = this.after.drop(invalidation);
    facts.count(
      invalidation,
      dropped,
      this.after.reach(facts.key),
      this.before.slots.get(facts.key)?.sourceId ?? 0,
    );
    return undefined;
  }

  /** Whether the device of a Device-TLB invalidation answers. */
  #judgeTarget(invalidation: Invalidation): Mismatch | undefined {
    if (invalidation.cache !== 'device-tlb') return undefined;
    const { sourceId } = invalidation;
    const target = this.testCase.devices.find((one) => one.sourceId === sourceId);
    if (target?.ats === true) return undefined;
    const name = `source id 0x${sourceId.toString(16)}`;
    return broken('device-tlb.ats', 'outcome', 'a device with ATS', name);
  }

  #remarkOrder(invalidation: Invalidation, facts: RequestFacts): void {
    if (invalidation.cache === 'pasid-iotlb') this.#isOrderOpen = true;
    if (invalidation.cache === 'fence') this.#isOrderOpen = false;
    if (invalidation.cache !== 'device-tlb' || invalidation.pasid !== 'none') return;
    this.exercised.add('domain-replace.order.rid-device-tlb');
    if (!this.#isOrderOpen) return;
    facts.remarks.push(broken('order.rid-device-tlb', 'order', 'a wait between them', 'none'));
  }

  /** Whether any request can reach at this moment what it must never reach. */
  #meanwhile(facts: RequestFacts): Mismatch | undefined {
    for (const [key, { pasid }] of this.before.slots) {
      const allowed = key === facts.key ? [facts.old, facts.wanted] : [this.bound.get(key)];
      const isBad = (one: Translation) => !allowed.some((good) => isSame(good, one));
      const { entry, iotlb, device } = this.before.reach(key);
      const place = describePlace(Number(key.split('/')[0]), pasid);
      const expected = `${place}: ${[...new Set(allowed.map(describeTranslation))].join(' or ')}`;
      const torn = entry.find(isBad);
      if (torn !== undefined) {
        const isLeft = key !== facts.key || isSame(facts.left, torn);
        const failed = key === facts.key && facts.isFailing && facts.failed;
        const whole = failed ? 'failure.binding' : 'entry.domain';
        return broken(isLeft ? whole : 'entry.torn', 'memory', expected, describeTranslation(torn));
      }
      const mixed = [...iotlb, ...device].find(isBad);
      if (mixed !== undefined) {
        return broken('did.clean', 'outcome', expected, `${describeTranslation(mixed)} from a cache`);
      }
    }
    return undefined;
  }

  /** What the entry of `key` says after the stores of `report`. */
  #leftBy(key: string, { actions }: Report): Translation | undefined {
    const entry = [...(this.entries.get(key) ?? [])];
    for (const action of actions) {
      if (action.do !== 'store' || keyOf(action.device, action.pasid ?? 0) !== key) continue;
      entry.splice(2 * action.quantum, 2, ...action.value);
    }
    return translationOf(entry[0] ?? 0n, entry[2] ?? 0n);
  }

  #translation(key: string): Translation | undefined {
    const [low = 0n, , first = 0n] = this.entries.get(key) ?? [];
    return translationOf(low, first);
  }
}

function keyOf(device: number, pasid: number): string {
  return `${device}/${pasid}`;
}
