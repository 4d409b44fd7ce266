/** Cases in which requests, domains or devices have other numbers: what names them is changed along. */
import type { Domain, DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';

type Renumber = (index: number) => number;

/** Fewer requests; those that are left fail as they did. */
export function* withFewerRequests(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests, failing } = testCase;
  for (const kept of fewer([...requests.keys()])) {
    if (kept.length === 0) continue;
    yield {
      ...testCase,
      requests: kept.map((index) => requests[index] as DomainRequest),
      failing: failing.flatMap((number) => (kept.includes(number) ? [kept.indexOf(number)] : [])),
    };
  }
}

/** Without device `gone`, when nobody names it and there is another. */
export function* withoutDevice(testCase: DomainReplaceCase, gone: number): Iterable<DomainReplaceCase> {
  const { devices, requests } = testCase;
  if (devices.length === 1 || requests.some((one) => 'device' in one && one.device === gone)) return;
  const lower = below(gone);
  yield {
    ...testCase,
    devices: devices.toSpliced(gone, 1),
    requests: requests.map((one) => ('device' in one ? { ...one, device: lower(one.device) } : one)),
  };
}

/** What was about device `index` is about the one before it, and so on. */
export function* withNeighbours(testCase: DomainReplaceCase, index: number): Iterable<DomainReplaceCase> {
  const { devices, requests } = testCase;
  if (index === 0) return;
  const lower = (device: number) => (device >= index ? device - 1 : device);
  yield {
    ...testCase,
    devices: devices.toSpliced(index, 1),
    requests: requests.map((one) => ('device' in one ? { ...one, device: lower(one.device) } : one)),
  };
}

/** Without domain `gone`, when nobody names it and there is another. */
export function* withoutDomain(testCase: DomainReplaceCase, gone: number): Iterable<DomainReplaceCase> {
  const { domains, requests } = testCase;
  const isParent = domains.some((one) => one.kind === 'nested' && one.parent === gone);
  const isNamed = isParent || requests.some((one) => 'domain' in one && one.domain === gone);
  if (domains.length === 1 || isNamed) return;
  yield renumbered(testCase, domains.toSpliced(gone, 1), below(gone));
}

/** Domain `index` and the one before it change places, not addresses. */
export function withSwappedDomains(testCase: DomainReplaceCase, index: number): DomainReplaceCase {
  const { domains } = testCase;
  const [one, other] = [domains[index - 1], domains[index]];
  if (one === undefined || other === undefined) return testCase;
  const swapped = domains.with(index - 1, withTableOf(other, one)).with(index, withTableOf(one, other));
  return renumbered(testCase, swapped, (number) =>
    number === index ? index - 1 : number === index - 1 ? index : number,
  );
}

/** The numbers of the domains that requests name, in order. */
export function mentions({ requests }: DomainReplaceCase): readonly number[] {
  return requests.flatMap((one) => ('domain' in one ? [one.domain] : []));
}

function renumbered(
  testCase: DomainReplaceCase,
  domains: readonly Domain[],
  number: Renumber,
): DomainReplaceCase {
  return {
    ...testCase,
    domains: domains.map((one) => (one.kind === 'nested' ? { ...one, parent: number(one.parent) } : one)),
    requests: testCase.requests.map(
      (one): DomainRequest => ('domain' in one ? { ...one, domain: number(one.domain) } : one),
    ),
  };
}

function below(gone: number): Renumber {
  return (index) => (index > gone ? index - 1 : index);
}

function withTableOf(domain: Domain, other: Domain): Domain {
  if (domain.kind === 'pass-through' || other.kind === 'pass-through') return domain;
  return { ...domain, table: other.table };
}
