/** Simpler cases: fewer requests, failures, domains that nobody names, devices; lower numbers. */
import type { DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';

export function* simplerDomainReplaces(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests, failing, devices, domains } = testCase;
  for (const some of fewer(requests)) if (some.length > 0) yield { ...testCase, requests: [...some] };
  for (const some of fewer(failing)) yield { ...testCase, failing: [...some] };
  yield* withoutLast(testCase);
  for (const [index, { ats }] of devices.entries()) {
    const { pageRequests, ...without } = devices[index]!;
    if (ats) yield { ...testCase, devices: devices.with(index, { ...without, ats: false }) };
    if (pageRequests !== undefined) yield { ...testCase, devices: devices.with(index, without) };
  }
  for (const [index, request] of requests.entries()) {
    for (const simpler of simplerRequests(request)) {
      yield { ...testCase, requests: requests.with(index, simpler) };
    }
  }
  for (const [index, domain] of domains.entries()) {
    if ((domain.kind === 'first-stage' || domain.kind === 'nested') && domain.levels === 5) {
      yield { ...testCase, domains: domains.with(index, { ...domain, levels: 4 }) };
    }
  }
  for (const [index, number] of failing.entries()) {
    const before = failing[index - 1] ?? -1;
    if (number - 1 > before) yield { ...testCase, failing: failing.with(index, number - 1) };
  }
}

/** The last device or domain goes when nobody names it. */
function* withoutLast(testCase: DomainReplaceCase): Iterable<DomainReplaceCase> {
  const { requests, devices, domains } = testCase;
  const lastDevice = devices.length - 1;
  if (lastDevice > 0 && requests.every((one) => !('device' in one) || one.device !== lastDevice)) {
    yield { ...testCase, devices: devices.slice(0, -1) };
  }
  const last = domains.length - 1;
  const isNamed =
    requests.some((one) => 'domain' in one && one.domain === last) ||
    domains.some((one) => one.kind === 'nested' && one.parent === last);
  if (last > 0 && !isNamed) yield { ...testCase, domains: domains.slice(0, -1) };
}

function* simplerRequests(request: DomainRequest): Iterable<DomainRequest> {
  if ('pasid' in request && request.pasid !== undefined) {
    const { pasid, ...without } = request;
    yield without;
    if (pasid > 1) yield { ...request, pasid: 1 };
  }
  if ('device' in request && request.device > 0) yield { ...request, device: request.device - 1 };
  if ('domain' in request && request.domain > 0) yield { ...request, domain: request.domain - 1 };
}
