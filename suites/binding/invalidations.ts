/** Whether what the guest dropped was passed on to the host. */
import type { DroppedTranslations, GuestEvent } from '../../models/reference/binding/guest-event.ts';
import { describeRequests, keyOf, type Requests } from '../../models/reference/binding/host.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { broken } from '../core/broken.ts';
import type { Course } from './course.ts';
import { covers, describeDropped, describeInvalidates } from './coverage.ts';
import type { StepFacts } from './step-facts.ts';

/** Requests whose nested table must be told of `drop`, with that table. */
export function mustCover(
  course: Course,
  drop: DroppedTranslations,
): readonly { readonly requests: Requests; readonly table: number }[] {
  const { domain, pasid, by } = drop;
  const passesOn =
    by === 'pasid' || by === 'page' || course.testCase.profile.policies.iotlbForwarding !== 'pasid-iotlb';
  if (!passesOn || !course.bindings.enabled) return [];
  return [...course.host.attached.values()].filter(
    ({ requests, table }) =>
      course.host.tables.get(table)?.is === 'nested' &&
      (course.bindings.isCachedAs(requests, domain, pasid) || course.held.has(requests, table, drop)) &&
      !(pasid !== undefined && course.bindings.mayHaveMoved(requests)),
  );
}

export function judgeCoverage(
  course: Course,
  event: GuestEvent,
  dropped: readonly { readonly requests: Requests; readonly table: number }[],
  facts: StepFacts,
): Mismatch | undefined {
  if (event.is !== 'translations') return undefined;
  const { drop } = event;
  const rule = `binding.invalidate.${drop.by}`;
  for (const { requests, table } of dropped) {
    if (course.host.attached.get(keyOf(requests))?.table !== table) continue;
    course.exercised.add(rule);
    const calls = facts.invalidates.filter((call) => call.table === table);
    if (facts.failedInvalidates.has(table) || covers(calls, drop)) continue;
    const expected = `${describeRequests(requests)}: ${describeDropped(drop)}`;
    return broken(rule, calls.length === 0 ? 'outcome' : 'address', expected, describeInvalidates(calls));
  }
  if (dropped.length > 0) course.exercised.add('binding.invalidate.before-purge');
  remarkStrays(course, drop, facts);
  return undefined;
}

/** Tables that nobody had to be told of: a cost, not a failure. */
function remarkStrays(course: Course, { domain, pasid }: DroppedTranslations, facts: StepFacts): void {
  const rule = 'binding.invalidate.only-matching';
  for (const { table } of facts.invalidates) {
    const users = [...course.host.attached.values()].filter((one) => one.table === table);
    const isMeant = users.some(({ requests }) => course.bindings.mayBeCachedAs(requests, domain, pasid));
    course.exercised.add(rule);
    if (!isMeant)
      facts.remarks.push(broken(rule, 'count', 'only tables of matching entries', `table ${table} too`));
  }
}
