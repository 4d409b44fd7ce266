/**
 * Another permitted way: a domain id for each attachment, which a change from one first stage to another keeps, and
 * as few waits as the order of the queue allows (6.5.5). Free ids are given in turn, each clean.
 */
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
} from '../../spec/schema.ts';

type Domain = DomainReplaceCase['domains'][number];
type Report = DomainReplaceObservation['requests'][number];

interface Entry {
  readonly domain: number;
  readonly did: number;
  readonly kind: Domain['kind'];
  /** Quantum 0, then FSPTPTR and its flags. */
  readonly low: bigint;
  readonly high: bigint;
  readonly first: bigint;
}

const codes: Readonly<Record<Domain['kind'], bigint>> = {
  'first-stage': 0x41n,
  'second-stage': 0x81n,
  nested: 0xc1n,
  'pass-through': 0x101n,
};
const WHOLE = 0x7fff_ffff_ffff_f000n;
const FENCE = 0x45n;

/** Answers a case of area domain-replace. */
export function runDomainReplace(testCase: DomainReplaceCase): DomainReplaceObservation {
  const driver = new Driver(testCase);
  return { requests: testCase.requests.map((request, index) => driver.serve(request, index)) };
}

class Driver {
  readonly #case: DomainReplaceCase;
  readonly #mustFlush: boolean;
  readonly #isCaching: boolean;
  readonly #snoop: bigint;
  readonly #widest: bigint;
  readonly #last: number;
  readonly #entries = new Map<number, Entry>();
  readonly #used = new Set<number>();
  #next = 1;
  #actions: DriverAction[] = [];
  #place: { device: number; pasid?: number } = { device: 0 };
  #pasid = 0n;

  constructor(testCase: DomainReplaceCase) {
    const { cap, ecap } = testCase.profile;
    this.#case = testCase;
    this.#mustFlush = (ecap & 1n) === 0n;
    this.#isCaching = (cap & 0x80n) !== 0n;
    this.#snoop = ((ecap >> 48n) & 1n) << 23n;
    const hasSecond = (ecap & (1n << 46n)) !== 0n;
    this.#widest = hasSecond ? BigInt(31 - Math.clz32(Number((cap >> 8n) & 0xen) || 4)) : 0n;
    this.#last = 2 ** (4 + 2 * Number(cap & 7n)) - 1;
  }

  serve(request: DomainRequest, index: number): Report {
    const { device, pasid } = request;
    const actions: DriverAction[] = [];
    this.#actions = actions;
    this.#place = pasid === undefined ? { device } : { device, pasid };
    this.#pasid = BigInt(pasid ?? 0);
    const key = device * 0x10_0000 + (pasid ?? 0);
    const old = this.#entries.get(key);
    if (request.request === 'detach') {
      if (old !== undefined) this.#clear(old);
      this.#entries.delete(key);
      if (old !== undefined) this.#used.delete(old.did);
      return { actions };
    }
    if (old?.domain === request.domain) return { actions };
    const { kind } = this.#case.domains[request.domain] ?? { kind: 'pass-through' };
    const isKept = old?.kind === 'first-stage' && kind === 'first-stage';
    const did = isKept ? old.did : this.#case.failing.includes(index) ? undefined : this.#take();
    if (did === undefined) return { actions, failed: true };
    const entry = this.#entry(request.domain, did);
    this.#entries.set(key, entry);
    if (old === undefined) {
      this.#fill(entry);
    } else {
      this.#replace(old, entry);
      if (!isKept) this.#used.delete(old.did);
    }
    return { actions };
  }

  /** The next domain id that nothing has; 0 is nobody's. */
  #take(): number | undefined {
    if (this.#used.size >= this.#last) return undefined;
    while (this.#used.has(this.#next)) this.#next = this.#next === this.#last ? 1 : this.#next + 1;
    const did = this.#next;
    this.#used.add(did);
    this.#next = did === this.#last ? 1 : did + 1;
    return did;
  }

  #entry(index: number, did: number): Entry {
    const { domains } = this.#case;
    const domain = domains[index] ?? { kind: 'pass-through' };
    const { kind } = domain;
    const parent = kind === 'nested' ? domains[domain.parent] : domain;
    const second = parent?.kind === 'second-stage' ? parent : undefined;
    const idle = kind === 'pass-through' ? this.#widest : 0n;
    const width = second === undefined ? idle : BigInt(second.levels) - 2n;
    const hasFirst = domain.kind === 'first-stage' || domain.kind === 'nested';
    return {
      domain: index,
      did,
      kind,
      low: codes[kind] | (width << 2n) | (second?.table ?? 0n),
      high: BigInt(did) | (kind === 'pass-through' ? 0n : this.#snoop),
      first: hasFirst ? domain.table | (domain.levels === 5 ? 4n : 0n) : 0n,
    };
  }

  /** Whatever is stored before P is seen with it. */
  #fill(entry: Entry): void {
    if (entry.first !== 0n) this.#store(1, entry.first, 0n);
    this.#store(0, entry.low, entry.high);
    this.#flush();
    if (!this.#isCaching) return;
    this.#dropCopies(entry.did);
    this.#wait();
  }

  #replace(old: Entry, entry: Entry): void {
    if (old.did === entry.did) {
      this.#store(1, entry.first, 0n);
      this.#flush();
      this.#drop(old);
      return;
    }
    if (old.first !== 0n && entry.first !== 0n) {
      this.#clear(old);
      this.#fill(entry);
      return;
    }
    if (entry.first !== 0n) {
      this.#store(1, entry.first, 0n);
      this.#flush();
      this.#dropCopies(old.did);
      this.#wait();
    }
    this.#store(0, entry.low, entry.high);
    this.#flush();
    this.#drop(old);
    if (old.first === 0n) return;
    this.#store(1, 0n, 0n);
    this.#flush();
  }

  #clear(old: Entry): void {
    this.#store(0, 0n, 0n);
    this.#flush();
    this.#drop(old);
    if (old.first === 0n) return;
    this.#store(1, 0n, 0n);
    this.#flush();
  }

  /** PASID-cache, IOTLB, Device-TLB: the queue keeps this order, but for Device-TLBs without PASID. */
  #drop({ did, kind }: Entry): void {
    this.#dropCopies(did);
    const domain = BigInt(did) << 16n;
    const isFirst = kind === 'first-stage' || kind === 'pass-through';
    this.#invalidate(isFirst ? 0x26n | domain | (this.#pasid << 32n) : 0xe2n | domain, 0n);
    const { ats, sourceId } = this.#case.devices[this.#place.device] ?? { ats: false, sourceId: 0 };
    if (ats && this.#pasid === 0n) {
      if (isFirst) this.#invalidate(FENCE, 0n);
      this.#invalidate(3n | (BigInt(sourceId) << 32n), WHOLE | 1n);
    } else if (ats) {
      this.#invalidate(8n | (BigInt(sourceId) << 16n) | (this.#pasid << 32n), WHOLE | 0x800n);
    }
    this.#wait();
  }

  #dropCopies(did: number): void {
    this.#invalidate(0x17n | (BigInt(did) << 16n) | (this.#pasid << 32n), 0n);
  }

  #store(quantum: number, low: bigint, high: bigint): void {
    this.#actions.push({ do: 'store', ...this.#place, quantum, value: [low, high] });
  }

  #flush(): void {
    if (this.#mustFlush) this.#actions.push({ do: 'flush-line', ...this.#place });
  }

  #invalidate(low: bigint, high: bigint): void {
    this.#actions.push({ do: 'invalidate', descriptor: [low, high] });
  }

  #wait(): void {
    this.#actions.push({ do: 'wait' });
  }
}
