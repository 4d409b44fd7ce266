/**
 * The reviewed design. Entries are written without a moment in which they are torn, and where possible not one in
 * which they are not present; each sync flushes the line and invalidates the PASID-cache, nothing more. Then the
 * old tables are dropped: IOTLB first, Device-TLB once. Each domain has one domain id while something is attached
 * to it; an id is clean when it goes back, so that whoever gets it next need not ask.
 */
import { decodeCapabilities } from '../../../spec/capabilities.ts';
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
} from '../../../spec/schema.ts';
import { steps } from '../entry-sync.ts';
import { writableFormat } from '../writer-format.ts';
import { type EntryWords, entryFor, NO_ENTRY, usesSecond } from './entry.ts';
import { deviceTlb, domainIotlb, pasidCache, pasidIotlb } from './queue.ts';

type Report = DomainReplaceObservation['requests'][number];
type Place = Pick<DomainRequest, 'device' | 'pasid'>;

/** Answers a case of area domain-replace. */
export function runDomainReplace(testCase: DomainReplaceCase): DomainReplaceObservation {
  const driver = new Driver(testCase);
  return { requests: testCase.requests.map((request, index) => driver.serve(request, index)) };
}

interface Attachment {
  readonly domain: number;
  readonly did: number;
  readonly entry: EntryWords;
}

class Driver {
  readonly #case: DomainReplaceCase;
  readonly #isCoherent: boolean;
  readonly #domainIds: number;
  readonly #attached = new Map<string, Attachment>();
  #actions: DriverAction[] = [];

  constructor(testCase: DomainReplaceCase) {
    const { C, ND } = decodeCapabilities(testCase.profile);
    this.#case = testCase;
    this.#isCoherent = C === 1;
    this.#domainIds = 2 ** (4 + 2 * ND);
  }

  serve(request: DomainRequest, index: number): Report {
    this.#actions = [];
    const isServed =
      request.request === 'attach'
        ? this.#attach(request, request.domain, this.#case.failing.includes(index))
        : this.#detach(request);
    return { actions: this.#actions, ...(isServed ? {} : { failed: true }) };
  }

  /** False when there is no domain id. */
  #attach(place: Place, index: number, isFailing: boolean): boolean {
    const domain = this.#case.domains[index];
    const old = this.#attached.get(keyOf(place));
    if (old?.domain === index) return true;
    const did = this.#domainIdOf(index, isFailing);
    if (domain === undefined || did === undefined) return false;
    const entry = entryFor(domain, this.#case.domains, did, this.#case.profile);
    this.#write(place, old, { domain: index, did, entry });
    this.#attached.set(keyOf(place), { domain: index, did, entry });
    this.#dropOld(place, old);
    return true;
  }

  #detach(place: Place): boolean {
    const old = this.#attached.get(keyOf(place));
    this.#write(place, old, { domain: -1, did: 0, entry: NO_ENTRY });
    this.#attached.delete(keyOf(place));
    this.#dropOld(place, old);
    return true;
  }

  /** The domain's own while anything is attached to it, else the lowest that is free; 0 tags cached faults. */
  #domainIdOf(domain: number, isFailing: boolean): number | undefined {
    const attachments = [...this.#attached.values()];
    const shared = attachments.find((one) => one.domain === domain);
    if (shared !== undefined || isFailing) return shared?.did;
    const taken = new Set(attachments.map(({ did }) => did));
    for (let did = 1; did < this.#domainIds; did++) if (!taken.has(did)) return did;
    return undefined;
  }

  #write({ device, pasid }: Place, old: Attachment | undefined, target: Attachment): void {
    const place = pasid === undefined ? { device } : { device, pasid };
    const dids = [old?.did ?? target.did, target.did].filter((did) => did !== 0);
    for (const { stores } of steps(
      writableFormat('vtd-pasid', undefined),
      old?.entry ?? NO_ENTRY,
      target.entry,
    )) {
      for (const { quantum, value } of stores) {
        this.#actions.push({ do: 'store', ...place, quantum, value: [...value] });
      }
      if (!this.#isCoherent) this.#actions.push({ do: 'flush-line', ...place });
      // Copies of both entries may be cached from here on, each under its own domain id.
      for (const did of new Set(dids)) this.#invalidate(pasidCache(did, pasid ?? 0));
      this.#actions.push({ do: 'wait' });
    }
  }

  /** What may be left of the old tables, so that their domain id is clean. */
  #dropOld({ device, pasid = 0 }: Place, old: Attachment | undefined): void {
    if (old === undefined) return;
    const { kind } = this.#case.domains[old.domain] ?? { kind: 'nested' };
    this.#invalidate(usesSecond(kind) ? domainIotlb(old.did) : pasidIotlb(old.did, pasid));
    this.#actions.push({ do: 'wait' });
    const { ats, sourceId } = this.#case.devices[device] ?? { ats: false, sourceId: 0 };
    if (!ats) return;
    this.#invalidate(deviceTlb(sourceId, pasid));
    this.#actions.push({ do: 'wait' });
  }

  #invalidate(descriptor: bigint[]): void {
    this.#actions.push({ do: 'invalidate', descriptor });
  }
}

function keyOf({ device, pasid = 0 }: Place): string {
  return `${device}/${pasid}`;
}
