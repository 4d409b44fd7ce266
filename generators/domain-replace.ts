/**
 * Draws cases of area `domain-replace`: a unit, one to three devices with and without ATS, a few domains of the
 * kinds that the unit walks, and requests that attach, replace and detach them, release their tables, track what
 * is written, or switch ATS. A case costs a dozen integers.
 */
import type * as fc from 'fast-check';
import { decodeCapabilities } from '../spec/capabilities.ts';
import type { Domain, DomainReplaceCase, DomainRequest, Profile } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { built, seed, seeds, upTo } from './drawing.ts';

const MOST_DOMAINS = 5;
const MOST_REQUESTS = 10;
const ROUNDS = 3;
/** More places than the smallest unit has domain ids (ND = 0: 16), of which a driver may keep two back. */
const CROWD = 16;
const SMALLEST = 0;
const sourceIds = [0x0010, 0x0011, 0x0180] as const;
/** Tables lie this far apart. */
const TABLE = 0x10_0000n;

/** What a unit can do. */
interface Target {
  readonly profile: Profile;
  readonly kinds: readonly Domain['kind'][];
  readonly secondLevels: readonly (3 | 4 | 5)[];
  readonly firstLevels: readonly (4 | 5)[];
  readonly pasids: readonly number[];
  readonly hasAts: boolean;
  readonly hasPageRequests: boolean;
  readonly hasDirtyFlags: boolean;
  readonly isSmallest: boolean;
}

/** Cases under `profiles`, shrinking to the first that fits, one device and one request. */
export function anyDomainReplaceCase(profiles: readonly Profile[]): fc.Arbitrary<DomainReplaceCase> {
  const targets = fitting(profiles);
  return built(
    [upTo(targets.length - 1), seed, seeds(1, MOST_DOMAINS), seeds(1, MOST_REQUESTS), seeds(0, 2)],
    (target, shape, domains, requests, failures) =>
      build(targets[target] as Target, new Choices(shape), domains, requests, failures),
  );
}

/** Units that can be given some domain; what is offered where there is none, to be passed over. */
function fitting(profiles: readonly Profile[]): readonly Target[] {
  const targets = profiles.map(targetOf);
  const able = targets.filter(({ kinds, profile }) => {
    const { SMTS, QI } = decodeCapabilities(profile);
    return kinds.length > 0 && SMTS === 1 && QI === 1;
  });
  // What few units have is drawn as often as what most have.
  const rare = able.filter(({ hasPageRequests, hasDirtyFlags }) => hasPageRequests || hasDirtyFlags);
  return able.length > 0 ? [...able, ...rare, ...rare] : targets;
}

function targetOf(profile: Profile): Target {
  const { FSTS, SSTS, NEST, PT, FS5LP, SAGAW, PASID, PSS, DT, PRS, PDS, SSADS, ND } =
    decodeCapabilities(profile);
  const secondLevels = ([4, 3, 5] as const).filter((levels) => (SAGAW >> (levels - 2)) & 1);
  const hasSecond = SSTS === 1 && secondLevels.length > 0;
  return {
    profile,
    kinds: [
      ...(hasSecond ? (['second-stage'] as const) : []),
      ...(FSTS === 1 ? (['first-stage'] as const) : []),
      ...(hasSecond && NEST === 1 ? (['nested'] as const) : []),
      ...(PT === 1 ? (['pass-through'] as const) : []),
    ],
    secondLevels,
    firstLevels: FS5LP === 1 ? [4, 5] : [4],
    pasids: PASID === 1 && profile.pasids !== false ? pasidsOf(2 ** (PSS + 1) - 1) : [],
    hasAts: DT === 1,
    hasPageRequests: DT === 1 && PRS === 1 && PDS === 1,
    hasDirtyFlags: hasSecond && SSADS === 1,
    isSmallest: ND === SMALLEST && PASID === 1 && PSS > 4,
  };
}

/** Some have the low bits of requests without PASID. */
function pasidsOf(highest: number): readonly number[] {
  return [...[1, 2, 0x100, 0x1_0000].filter((pasid) => pasid < highest), highest];
}

function build(
  target: Target,
  choices: Choices,
  domainSeeds: readonly number[],
  requestSeeds: readonly number[],
  failures: readonly number[],
): DomainReplaceCase {
  const count = 1 + choices.pick(sourceIds.length);
  const domains: Domain[] = [];
  for (const one of domainSeeds) domains.push(drawDomain(target, domains, new Choices(one)));
  const devices = Array.from({ length: count }, (_, index) => {
    const ats = target.hasAts && choices.oneIn(2);
    const pageRequests = ats && target.hasPageRequests && choices.oneIn(2);
    return { sourceId: sourceIds[index] ?? index, ats, ...(pageRequests ? { pageRequests } : {}) };
  });
  const ground = { target, devices, domains };
  const drawn = requestSeeds.map((one) => drawRequest(ground, new Choices(one)));
  const requests = repeated(ground, drawn, choices);
  return {
    area: 'domain-replace',
    profile: target.profile,
    devices,
    domains,
    requests,
    failing: choices.oneIn(3)
      ? [...new Set(failures.map((one) => new Choices(one).pick(requests.length)))].toSorted((a, b) => a - b)
      : [],
  };
}

/** What requests are drawn upon. */
interface Ground {
  readonly target: Target;
  readonly devices: DomainReplaceCase['devices'];
  readonly domains: Domain[];
}

/**
 * Sometimes often enough for domain ids to be given again, or behind so many attached domains that a small unit runs
 * out of them: a driver may give one to each domain, or each time.
 */
function repeated(ground: Ground, drawn: readonly DomainRequest[], choices: Choices): DomainRequest[] {
  const { target, devices, domains } = ground;
  if (target.isSmallest && choices.oneIn(3)) {
    if (!choices.oneIn(3)) return [...comeBack(ground, choices), ...drawn];
    const isOwn = choices.oneIn(3);
    while (isOwn && domains.length < CROWD) domains.push(drawDomain(target, domains, choices));
    const crowd = Array.from({ length: CROWD }, (_, index): DomainRequest => {
      const pasid = 1 + Math.floor(index / devices.length);
      return {
        request: 'attach',
        device: index % devices.length,
        pasid,
        domain: isOwn ? index : choices.pick(domains.length),
      };
    });
    return [...crowd, ...drawn];
  }
  return choices.oneIn(8) ? Array.from({ length: ROUNDS }, () => drawn).flat() : [...drawn];
}

/**
 * Half of the crowd is attached and comes back: its tables went and it was detached, or it had other domains in
 * between. What a driver keeps of that is then more than a small unit has domain ids.
 */
function comeBack({ devices, domains }: Ground, choices: Choices): DomainRequest[] {
  const released = domains.flatMap(({ kind }, index) => (kind === 'first-stage' ? [index] : []));
  const places = Array.from({ length: CROWD / 2 }, (_, index) => ({
    device: index % devices.length,
    pasid: 1 + Math.floor(index / devices.length),
  }));
  const attached = places.map((place) => ({
    place,
    domain: released.length > 0 ? choices.one(released) : choices.pick(domains.length),
  }));
  const attaches = (by: number) =>
    attached.map(
      ({ place, domain }): DomainRequest => ({
        ...{ request: 'attach', ...place },
        domain: (domain + by) % domains.length,
      }),
    );
  const detaches = places.map((place): DomainRequest => ({ request: 'detach', ...place }));
  const releases = released.map((domain): DomainRequest => ({ request: 'release', domain }));
  const others = attaches(1 + choices.pick(domains.length));
  const between = choices.oneIn(2) ? others : [...releases, ...detaches];
  return [...attaches(0), ...between, ...attaches(0)];
}

/** Every table of its own, so that who reaches what can be told. */
function drawDomain(target: Target, domains: readonly Domain[], choices: Choices): Domain {
  const table = TABLE * BigInt(1 + domains.length);
  const kind = target.kinds.length === 0 ? 'pass-through' : choices.one(target.kinds);
  const parents = [...domains.entries()].filter(([, one]) => one.kind === 'second-stage');
  if (kind === 'pass-through') return { kind };
  if (kind === 'first-stage') return { kind, table, levels: choices.one(target.firstLevels) };
  if (kind === 'nested' && parents.length > 0) {
    const [parent] = choices.one(parents);
    return { kind, table, levels: choices.one(target.firstLevels), parent };
  }
  return { kind: 'second-stage', table, levels: choices.one(target.secondLevels) };
}

function drawRequest({ target, devices, domains }: Ground, choices: Choices): DomainRequest {
  const device = choices.pick(devices.length);
  const pasid = target.pasids.length > 0 && choices.oneIn(2) ? choices.one(target.pasids) : undefined;
  const place = pasid === undefined ? { device } : { device, pasid };
  const domain = choices.pick(domains.length);
  if (choices.oneIn(5)) return { request: 'detach', ...place };
  const drawn = domains[domain];
  if (drawn?.kind === 'first-stage' && choices.oneIn(4)) return { request: 'release', domain };
  const parent = drawn?.kind === 'nested' ? drawn.parent : domain;
  const isTracked = drawn?.kind === 'second-stage' || drawn?.kind === 'nested';
  if (isTracked && target.hasDirtyFlags && choices.oneIn(3)) {
    return { request: 'track-dirty', domain: parent, on: !choices.oneIn(3) };
  }
  const { ats, pageRequests } = devices[device] ?? {};
  if (target.hasAts && pageRequests !== true && choices.oneIn(8)) {
    return { request: 'ats', device, on: ats === true ? choices.oneIn(3) : !choices.oneIn(3) };
  }
  return { request: 'attach', ...place, domain };
}
