/** One run of a driver: memory, the adversary's states, and what each device and PASID is bound to. */
import { type Invalidation, invalidationOf } from '../../models/reference/domain-replace/descriptor.ts';
import { type Translation, translationOf } from '../../models/reference/domain-replace/entry.ts';
import { unitOf } from '../../models/reference/unit.ts';
import type { Capabilities } from '../../spec/capabilities.ts';
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
  Mismatch,
} from '../../spec/schema.ts';
import { Bindings } from './bindings.ts';
import { broken } from './broken.ts';
import { judgeEnd } from './completion.ts';
import { describePlace, describeTranslation } from './describe.ts';
import { judgeDomainId } from './domain-ids.ts';
import type { Seen } from './line.ts';
import { PageRequests } from './page-requests.ts';
import { keyOf, type NamedPlace, placeOf, serves } from './place.ts';
import { RequestFacts } from './request-facts.ts';
import { Subject } from './subject.ts';
import { World } from './world.ts';

type Report = DomainReplaceObservation['requests'][number];
type Store = Extract<DriverAction, { do: 'store' }>;

export class Course {
  /** Rules that decided something, without the area. */
  readonly exercised = new Set<string>();
  readonly testCase: DomainReplaceCase;
  readonly capabilities: Capabilities;
  /** Entries as they were stored, by place. */
  readonly entries = new Map<number, bigint[]>();
  readonly bindings: Bindings;
  /** ATS of each device as the driver switched it. */
  readonly ats: boolean[];
  readonly pageRequests: PageRequests;
  /** Nothing was executed that the driver did not wait for. */
  before: World;
  /** Everything was. The same object as `before` when nothing is under way. */
  after: World;
  #isOrderOpen = false;

  constructor(testCase: DomainReplaceCase) {
    const { devices, profile } = testCase;
    this.testCase = testCase;
    this.capabilities = unitOf(profile).capabilities;
    this.bindings = new Bindings(testCase);
    this.ats = devices.map(({ ats }) => ats);
    const senders = devices.flatMap(({ pageRequests }, device) => (pageRequests === true ? [device] : []));
    this.pageRequests = new PageRequests(new Set(senders));
    this.before = new World({
      coherent: this.capabilities.C === 1,
      caching: this.capabilities.CM === 1,
    });
    this.after = this.before;
  }

  /** What `report` breaks, remarks first. */
  follow(index: number, request: DomainRequest, report: Report): readonly Mismatch[] {
    const facts = new RequestFacts({
      request,
      subjects: this.#subjectsOf(request, report),
      isFailing: this.testCase.failing.includes(index),
      mayRunOut: request.request === 'attach' && this.#mayRunOut(),
      failed: report.failed === true,
    });
    for (const action of report.actions) {
      const wrong = this.#act(action, facts);
      if (wrong) return [...facts.remarks, wrong];
    }
    const wrong = judgeEnd(this, facts);
    this.bindings.settle(request, facts.ends(), facts.failed);
    return [...facts.remarks, ...(wrong ? [wrong] : [])];
  }

  #subjectsOf(request: DomainRequest, report: Report): ReadonlyMap<number, Subject> {
    const subjects = new Map<number, Subject>();
    if (request.request === 'attach' || request.request === 'detach') this.#know(request);
    for (const [key, wanted] of this.bindings.wantedBy(request)) {
      const { place } = this.before.slot(key);
      const left = this.#leftBy(key, report);
      subjects.set(key, new Subject({ place, old: this.bindings.bound.get(key), wanted, left }));
    }
    return subjects;
  }

  /** Whether one domain id for each place, the new one beside the old, is more than there are: 0 and 1 may be kept. */
  #mayRunOut(): boolean {
    return this.bindings.attached.size + 1 > 2 ** (4 + 2 * this.capabilities.ND) - 2;
  }

  /** From now on requests of the place are watched. */
  #know(named: NamedPlace): number {
    const key = keyOf(named);
    if (this.entries.has(key)) return key;
    this.entries.set(key, [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    const ats = this.ats[named.device] === true;
    this.before.add(placeOf(this.testCase, named), ats);
    if (this.after !== this.before) this.after.add(placeOf(this.testCase, named), ats);
    return key;
  }

  #act(action: DriverAction, facts: RequestFacts): Mismatch | undefined {
    switch (action.do) {
      case 'store':
        return this.#store(action, facts);
      case 'flush-line': {
        const key = this.#know(action);
        this.before.line(key).flush();
        if (this.after !== this.before) this.after.line(key).flush();
        return undefined;
      }
      case 'invalidate':
        return this.#invalidate(action.descriptor, facts);
      case 'wait':
        this.before = this.after;
        this.#isOrderOpen = false;
        this.pageRequests.settle();
        return undefined;
      case 'ats':
        this.ats[action.device] = action.on;
        this.before.switchAts(action.device, action.on);
        if (this.after !== this.before) this.after.switchAts(action.device, action.on);
        return undefined;
    }
  }

  #store(action: Store, facts: RequestFacts): Mismatch | undefined {
    const { device, pasid = 0, quantum, value } = action;
    const key = this.#know(action);
    const [low = 0n, high = 0n] = value;
    const entry = this.entries.get(key) ?? [];
    entry[2 * quantum] = low;
    entry[2 * quantum + 1] = high;
    facts.subjects.get(key)?.note(translationOf(entry[0] ?? 0n, entry[1] ?? 0n, entry[2] ?? 0n));
    if (quantum > 1) return undefined;
    this.before.store(key, quantum as 0 | 1, [low, high]);
    if (this.after !== this.before) this.after.store(key, quantum as 0 | 1, [low, high]);
    this.pageRequests.note(this.before.slot(key));
    return judgeDomainId(this, key, describePlace(device, pasid)) ?? this.#meanwhile(facts);
  }

  #invalidate(descriptor: readonly bigint[], facts: RequestFacts): Mismatch | undefined {
    this.exercised.add('descriptor');
    const invalidation = invalidationOf(descriptor, this.testCase.profile);
    if (typeof invalidation === 'string') {
      const words = descriptor.map((word) => `0x${word.toString(16)}`).join(' ');
      return broken('descriptor', 'outcome', 'a valid descriptor', `${words}: ${invalidation}`);
    }
    const refused = this.#judgeTarget(invalidation, facts);
    if (refused) return refused;
    this.#remarkOrder(invalidation, facts);
    this.#remarkReach(invalidation, facts);
    if (invalidation.cache !== 'wait' && invalidation.cache !== 'other') {
      if (this.after === this.before) this.after = this.before.clone();
      facts.count(invalidation, this.after);
      this.after.drop(invalidation);
    }
    this.pageRequests.follow(invalidation, this.after.slots.values());
    return undefined;
  }

  /** Whether the device of a Device-TLB invalidation answers; while ATS is switched it may. */
  #judgeTarget(invalidation: Invalidation, { request }: RequestFacts): Mismatch | undefined {
    if (invalidation.cache !== 'device-tlb') return undefined;
    const { sourceId } = invalidation;
    const device = this.testCase.devices.findIndex((one) => one.sourceId === sourceId);
    if (this.ats[device] || (request.request === 'ats' && request.device === device)) return undefined;
    const name = `source id 0x${sourceId.toString(16)}`;
    return broken('device-tlb.ats', 'outcome', 'a device whose ATS is on', name);
  }

  #remarkOrder(invalidation: Invalidation, facts: RequestFacts): void {
    if (invalidation.cache === 'pasid-iotlb') this.#isOrderOpen = true;
    if (invalidation.cache === 'wait' && invalidation.fence) this.#isOrderOpen = false;
    if (invalidation.cache !== 'device-tlb' || invalidation.pasid !== 'none') return;
    this.exercised.add('order.rid-device-tlb');
    if (!this.#isOrderOpen) return;
    facts.remark('order.rid-device-tlb', 'order', 'a wait between them', 'none');
  }

  #remarkReach(invalidation: Invalidation, facts: RequestFacts): void {
    if (invalidation.cache !== 'iotlb' && invalidation.cache !== 'pasid') return;
    this.exercised.add('cost.global');
    if (invalidation.did === 'all') facts.remark('cost.global', 'count', 'one domain', 'every domain');
  }

  /** Whether any request can reach at this moment what it must never reach. Only stores make anything worse. */
  #meanwhile(facts: RequestFacts): Mismatch | undefined {
    for (const [key, { line, leaves, device }] of this.before.slots) {
      const subject = facts.subjects.get(key);
      const allowed = subject ? subject.meanwhile : [this.bindings.bound.get(key)];
      const isBad = (one: Translation) => !allowed.some((good) => serves(good, one));
      const isBadSeen = ({ translation }: Seen) => isBad(translation);
      const torn = line.views.find(isBadSeen)?.translation;
      if (torn !== undefined) {
        const isLeft = subject === undefined || serves(subject.left, torn);
        const whole =
          subject !== undefined && facts.hasFailed ? facts.failureRule('binding') : 'entry.domain';
        return broken(
          isLeft ? whole : 'entry.torn',
          'memory',
          this.#allowedText(key, allowed),
          describeTranslation(torn),
        );
      }
      const mixed = leaves.find(isBadSeen)?.translation ?? device.find(isBad);
      if (mixed !== undefined) {
        const observed = `${describeTranslation(mixed)} from a cache`;
        return broken('did.clean', 'outcome', this.#allowedText(key, allowed), observed);
      }
    }
    return undefined;
  }

  #allowedText(key: number, allowed: readonly (Translation | undefined)[]): string {
    const { device, pasid } = this.before.slot(key).place;
    return `${describePlace(device, pasid)}: ${[...new Set(allowed.map(describeTranslation))].join(' or ')}`;
  }

  /** What the entry of `key` says after the stores of `report`. */
  #leftBy(key: number, { actions }: Report): Translation | undefined {
    let [low = 0n, high = 0n, first = 0n] = this.entries.get(key) ?? [];
    for (const action of actions) {
      if (action.do !== 'store' || action.quantum > 1 || keyOf(action) !== key) continue;
      if (action.quantum === 0) [low = 0n, high = 0n] = action.value;
      else [first = 0n] = action.value;
    }
    return translationOf(low, high, first);
  }
}
