/**
 * Simpler cases: fewer requests, failures, domains and devices; a detach where something stranger stood; domains of
 * the simplest kind, in the order in which they are named; lower numbers.
 */
import type { Domain, DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import { isOffered } from './offered.ts';
import { keyOf, type NamedPlace } from './place.ts';
import {
  mentions,
  withFewerRequests,
  withNeighbours,
  withoutDevice,
  withoutDomain,
  withSwappedDomains,
} from './renumbered.ts';

const FIRST_SOURCE_ID = 0x10;
const FIRST_TABLE = 1n << 20n;

export function* simplerDomainReplaces(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  for (const candidate of candidates(testCase)) {
    if (candidate.requests.every((request) => isOffered(candidate, request))) yield candidate;
  }
}

function* candidates(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests, failing, devices, domains } = testCase;
  yield* withFewerRequests(testCase);
  yield* crowded(testCase);
  yield* withAtsAtFirst(testCase);
  for (const some of fewer(failing)) yield { ...testCase, failing: [...some] };
  for (const index of devices.keys()) yield* withoutDevice(testCase, index);
  for (const index of devices.keys()) yield* withNeighbours(testCase, index);
  for (const index of domains.keys()) yield* withoutDomain(testCase, index);
  for (const [index, device] of devices.entries()) {
    const { pageRequests, ...without } = device;
    if (device.ats) yield { ...testCase, devices: devices.with(index, { ...without, ats: false }) };
    if (pageRequests !== undefined) yield { ...testCase, devices: devices.with(index, without) };
    const sourceId = FIRST_SOURCE_ID + index;
    if (device.sourceId > sourceId && devices.every((one) => one.sourceId !== sourceId)) {
      yield { ...testCase, devices: devices.with(index, { ...device, sourceId }) };
    }
  }
  for (const [index, domain] of domains.entries()) {
    for (const simpler of simplerDomains(domain, index)) {
      yield { ...testCase, domains: domains.with(index, simpler) };
    }
  }
  yield* withLowerPlaces(testCase);
  for (const [index, request] of requests.entries()) {
    for (const simpler of simplerRequests(testCase, request, index)) {
      yield { ...testCase, requests: requests.with(index, simpler) };
    }
  }
  yield* inOrder(testCase);
  yield* withPassThroughLater(testCase);
  yield* withPlacesInOrder(testCase);
  yield* withAtsEarlier(testCase);
  for (const [index, number] of failing.entries()) {
    const before = failing[index - 1] ?? -1;
    if (number - 1 > before) yield { ...testCase, failing: failing.with(index, number - 1) };
  }
}

/** So many places are changed all at once: one by one each stands in the way of the next. */
const CROWD = 4;

/** Places of one device, in the order in which they are named; one domain for all but the last attach. */
function* crowded(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests } = testCase;
  const keys = [...new Set(requests.filter(isOfPlace).map(keyOf))];
  if (keys.length < CROWD) return;
  if (keys.some((key, index) => key !== index)) {
    const placed = requests.map((request) => {
      if (!isOfPlace(request)) return request;
      const pasid = keys.indexOf(keyOf(request));
      return at(request, pasid === 0 ? { device: 0 } : { device: 0, pasid });
    });
    yield { ...testCase, requests: placed };
  }
  const last = requests.findLastIndex(({ request }) => request === 'attach');
  const alike = requests.map((request, index) =>
    request.request === 'attach' && index !== last && request.domain > 0
      ? { ...request, domain: 0 }
      : request,
  );
  if (alike.some((request, index) => request !== requests[index])) yield { ...testCase, requests: alike };
}

/** ATS that a request turns on is on at first. */
function* withAtsAtFirst(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests, devices } = testCase;
  for (const [index, request] of requests.entries()) {
    const device = request.request === 'ats' && request.on ? devices[request.device] : undefined;
    if (request.request !== 'ats' || device === undefined || requests.length === 1) continue;
    yield {
      ...testCase,
      requests: requests.toSpliced(index, 1),
      devices: devices.with(request.device, { ...device, ats: true }),
    };
  }
}

/** ATS is switched before something else happens. */
function* withAtsEarlier(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests } = testCase;
  for (const [index, request] of requests.entries()) {
    const before = requests[index - 1];
    if (request.request !== 'ats' || before === undefined || before.request === 'ats') continue;
    yield { ...testCase, requests: requests.with(index - 1, request).with(index, before) };
  }
}

/** Second-stage first, then pass-through, as most units have them; 4 levels, as all do that have another number. */
function* simplerDomains(domain: Domain, index: number): Iterable<Domain> {
  const table = FIRST_TABLE * BigInt(1 + index);
  if (domain.kind !== 'second-stage') yield { kind: 'second-stage', table, levels: 4 };
  if (domain.kind === 'pass-through') return;
  if (domain.kind !== 'second-stage') yield { kind: 'pass-through' };
  if (domain.kind === 'nested') yield { kind: 'first-stage', table, levels: 4 };
  if (domain.levels !== 4) yield { ...domain, levels: 4 };
  if (domain.table !== table) yield { ...domain, table };
}

/** All that is about one place is about another that comes before it. */
function* withLowerPlaces(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const places = new Map<number, NamedPlace>();
  for (const request of testCase.requests) if (isOfPlace(request)) places.set(keyOf(request), request);
  for (const [key, { device, pasid }] of places) {
    const lower = [
      ...(pasid === undefined ? [] : [{ device }]),
      ...(pasid !== undefined && pasid > 1 ? [{ device, pasid: 1 }] : []),
      ...(device > 0 ? [{ device: device - 1, ...(pasid === undefined ? {} : { pasid }) }] : []),
      // Where the device before it stands already: one device is simpler than two.
      ...(device > 0 && pasid === undefined ? [{ device: device - 1, pasid: 1 }] : []),
    ];
    for (const place of lower) yield moved(testCase, key, place);
  }
}

function moved(testCase: DomainReplaceCase, key: number, place: NamedPlace): DomainReplaceCase {
  const requests = testCase.requests.map((request): DomainRequest => {
    return isOfPlace(request) && keyOf(request) === key ? at(request, place) : request;
  });
  return { ...testCase, requests };
}

function* simplerRequests(
  { requests }: DomainReplaceCase,
  request: DomainRequest,
  index: number,
): Iterable<DomainRequest> {
  if (request.request === 'attach') {
    const { device, pasid } = request;
    yield { request: 'detach', device, ...(pasid === undefined ? {} : { pasid }) };
  }
  if (request.request === 'release' || request.request === 'track-dirty') {
    // Whatever was attached last may have been what it was about.
    const last = requests.slice(0, index).findLast((one) => one.request === 'attach');
    if (last !== undefined) yield* simplerRequests({ requests } as DomainReplaceCase, last, index);
  }
  if ('device' in request && request.device > 0) yield { ...request, device: request.device - 1 };
  if ('domain' in request && request.domain > 0) yield { ...request, domain: request.domain - 1 };
}

/** Domains in the order in which requests name them. */
function* inOrder(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const before = mentions(testCase);
  for (let index = 1; index < testCase.domains.length; index++) {
    const swapped = withSwappedDomains(testCase, index);
    const after = mentions(swapped);
    const at = after.findIndex((one, position) => one !== before[position]);
    if (at >= 0 && (after[at] ?? 0) < (before[at] ?? 0)) yield swapped;
  }
}

/** Domain 0 has tables, where another has. */
function* withPassThroughLater(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const [first, second, ...rest] = testCase.domains;
  if (first?.kind !== 'pass-through' || second === undefined || second.kind === 'pass-through') return;
  if (testCase.domains.some(({ kind }) => kind === 'nested')) return;
  yield { ...testCase, domains: [{ ...second, table: FIRST_TABLE }, first, ...rest] };
}

/** Two requests, one after the other, about two places: the lower one comes first, with what it has or the other. */
function* withPlacesInOrder(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests } = testCase;
  for (const [index, request] of requests.entries()) {
    const before = requests[index - 1];
    if (before === undefined || !isOfPlace(request) || !isOfPlace(before)) continue;
    if (keyOf(before) <= keyOf(request)) continue;
    if (request.request === 'attach' && before.request === 'attach') {
      yield { ...testCase, requests: requests.with(index - 1, request).with(index, before) };
    }
    const [first, second] = [at(before, placeIn(request)), at(request, placeIn(before))];
    yield { ...testCase, requests: requests.with(index - 1, first).with(index, second) };
  }
}

type OfPlace = Extract<DomainRequest, { request: 'attach' | 'detach' }>;

function placeIn({ device, pasid }: OfPlace): NamedPlace {
  return { device, ...(pasid === undefined ? {} : { pasid }) };
}

/** The same about another place. */
function at(request: OfPlace, place: NamedPlace): OfPlace {
  if (request.request === 'detach') return { request: 'detach', ...place };
  return { request: 'attach', ...place, domain: request.domain };
}

function isOfPlace(request: DomainRequest): request is OfPlace {
  return request.request === 'attach' || request.request === 'detach';
}
