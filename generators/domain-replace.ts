/**
 * Draws cases of area `domain-replace`: a unit, one to three devices with and without ATS, a few domains of the
 * kinds that the unit walks, and requests that attach, replace and detach them. A case costs a dozen integers.
 */
import * as fc from 'fast-check';
import { decodeCapabilities } from '../spec/capabilities.ts';
import type { Domain, DomainReplaceCase, DomainRequest, Profile } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { seed, seeds } from './seeds.ts';

const MOST_DOMAINS = 5;
const MOST_REQUESTS = 10;
const ROUNDS = 3;
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
}

/** Cases under `profiles`, shrinking to the first that fits, one device and one request. */
export function anyDomainReplaceCase(profiles: readonly Profile[]): fc.Arbitrary<DomainReplaceCase> {
  const targets = fitting(profiles);
  return fc
    .noBias(
      fc.tuple(
        fc.nat(targets.length - 1),
        seed,
        seeds(1, MOST_DOMAINS),
        seeds(1, MOST_REQUESTS),
        seeds(0, 2),
      ),
    )
    .map(([target, shape, domains, requests, failures]) =>
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
  return able.length > 0 ? able : targets;
}

function targetOf(profile: Profile): Target {
  const { FSTS, SSTS, NEST, PT, FS5LP, SAGAW, PASID, PSS, DT } = decodeCapabilities(profile);
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
    pasids: PASID === 1 && profile.pasids !== false ? [1, 2, 2 ** (PSS + 1) - 1] : [],
    hasAts: DT === 1,
  };
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
  const drawn = requestSeeds.map((one) => drawRequest(target, count, domains.length, new Choices(one)));
  // Often enough for the domain ids of the smallest unit to be given again.
  const requests = choices.oneIn(8) ? Array.from({ length: ROUNDS }, () => drawn).flat() : drawn;
  return {
    area: 'domain-replace',
    profile: target.profile,
    devices: Array.from({ length: count }, (_, index) => ({
      sourceId: sourceIds[index] ?? index,
      ats: target.hasAts && choices.oneIn(2),
    })),
    domains,
    requests,
    failing: choices.oneIn(3)
      ? [...new Set(failures.map((one) => new Choices(one).pick(requests.length)))].toSorted((a, b) => a - b)
      : [],
  };
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

function drawRequest(target: Target, devices: number, domains: number, choices: Choices): DomainRequest {
  const device = choices.pick(devices);
  const pasid = target.pasids.length > 0 && choices.oneIn(2) ? choices.one(target.pasids) : undefined;
  const place = pasid === undefined ? { device } : { device, pasid };
  if (choices.oneIn(5)) return { request: 'detach', ...place };
  return { request: 'attach', ...place, domain: choices.pick(domains) };
}
