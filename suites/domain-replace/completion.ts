/** What must hold when a driver says that a request is done. */
import type { Translation } from '../../models/reference/domain-replace/entry.ts';
import { checkEntry } from '../../models/reference/entry.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';
import { describeTranslation, isSame } from './describe.ts';
import type { RequestFacts } from './request-facts.ts';

export function judgeEnd(course: Course, facts: RequestFacts): Mismatch | undefined {
  noteExercised(course, facts);
  const wrong = judgeEntry(course, facts) ?? judgeStale(course, facts);
  if (wrong === undefined) remarkCosts(course, facts);
  return wrong;
}

function judgeEntry(course: Course, facts: RequestFacts): Mismatch | undefined {
  const { old, wanted, left, place, isFailing, failed, key } = facts;
  const observed = `${place}: ${describeTranslation(left)}`;
  const isServed = isSame(left, wanted);
  if (failed && !isFailing) {
    return broken('failure.served', 'outcome', `${place}: ${describeTranslation(wanted)}`, 'an error');
  }
  if (!isServed && isFailing) {
    const may = `${describeTranslation(old)} or blocked`;
    if (left !== undefined && !isSame(left, old)) return broken('failure.binding', 'memory', may, observed);
    if (!failed) return broken('failure.reported', 'record', 'an error reported', 'none');
  } else if (!isServed) {
    const rule = wanted === undefined ? 'entry.blocked' : 'entry.domain';
    return broken(rule, 'memory', `${place}: ${describeTranslation(wanted)}`, observed);
  }
  if (left === undefined) return undefined;
  const words = course.entries.get(key) ?? [];
  const { certain, mayBeValid } = checkEntry('pasid-table', words, course.testCase.profile);
  if (mayBeValid) return undefined;
  return broken('entry.valid', 'memory', `${place}: an entry without fault`, certain.join(', '));
}

/** Older copies that are left anywhere, the cache that fills the others first. */
function judgeStale({ before, after }: Course, facts: RequestFacts): Mismatch | undefined {
  const { key, left, place } = facts;
  const isOld = (one: Translation) => !isSame(one, left);
  const now = before.reach(key);
  const then = after.reach(key);
  const line = after.line(key);
  const expected = `${place}: ${describeTranslation(left)}`;
  const stale = (rule: string, old: Translation | undefined, where: string) =>
    broken(rule, rule === 'wait' ? 'order' : 'outcome', expected, `${describeTranslation(old)} ${where}`);

  if (line.mayBeBehind && (then.entry.some(isOld) || line.mayBeSeenAbsent)) {
    return broken('flush-line', 'memory', `${place}: memory holds what was stored`, 'no flush since');
  }
  if (then.entry.some(isOld)) return stale('pasid-cache', then.entry.find(isOld), 'in the PASID-cache');
  if (line.absentMayBeCached && left !== undefined) {
    return broken('caching-mode', 'outcome', expected, 'not present, in the PASID-cache');
  }
  if (then.iotlb.some(isOld)) {
    const rule = facts.refilled.has('iotlb') ? 'order.pasid-cache' : 'iotlb';
    return stale(rule, then.iotlb.find(isOld), 'in the IOTLB');
  }
  if (then.device.some(isOld)) {
    const rule = facts.refilled.has('device') ? 'order.iotlb' : 'device-tlb';
    return stale(rule, then.device.find(isOld), 'in the Device-TLB');
  }
  const pending = [...now.entry, ...now.iotlb, ...now.device].find(isOld);
  if (pending !== undefined) return stale('wait', pending, 'until the invalidation is over');
  if (before.line(key).absentMayBeCached && left !== undefined) {
    return broken('wait', 'order', expected, 'not present, until the invalidation is over');
  }
  return undefined;
}

function noteExercised(course: Course, facts: RequestFacts): void {
  const { wanted, isFailing, isReplaced, stores, old, key } = facts;
  const note = (...rules: readonly string[]) => {
    for (const rule of rules) course.exercised.add(`domain-replace.${rule}`);
  };
  if (isFailing) note('failure.binding', 'failure.reported');
  else note('failure.served');
  note(...(wanted === undefined ? ['entry.blocked'] : ['entry.domain', 'entry.valid', 'did.clean']));
  if (stores > 0) note('entry.torn');
  if (stores > 0 && course.capabilities.C === 0) note('flush-line');
  if (old === undefined && wanted !== undefined) {
    note('cost.iotlb');
    if (course.capabilities.CM === 1) note('caching-mode', 'wait');
  }
  const hasAts = course.before.slots.get(key)?.ats === true;
  if (!hasAts) note('device-tlb.ats');
  if (hasAts) note('cost.device-tlb');
  if (!isReplaced || isFailing) return;
  note('pasid-cache', 'iotlb', 'order.pasid-cache', 'wait');
  if (hasAts) note('device-tlb', 'order.iotlb');
}

function remarkCosts(course: Course, facts: RequestFacts): void {
  const { old, wanted, deviceTlbs, iotlbs, place } = facts;
  if (facts.canBeHitless) {
    course.exercised.add('domain-replace.entry.hitless');
    if (facts.wasAbsent) {
      facts.remarks.push(broken('entry.hitless', 'count', `${place}: always present`, 'not present between'));
    }
  }
  const needed = old === undefined ? 0 : 1;
  if (deviceTlbs > needed) {
    facts.remarks.push(broken('cost.device-tlb', 'count', `${needed} in this request`, `${deviceTlbs}`));
  }
  if (old === undefined && wanted !== undefined && iotlbs > 0) {
    facts.remarks.push(broken('cost.iotlb', 'count', '0 in this request', `${iotlbs}`));
  }
}
