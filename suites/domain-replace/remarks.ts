/** What a driver may do and need not: facts for its maintainers. */
import type { Course } from './course.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Subject } from './subject.ts';

const FPD = 2n;

export function remarkCosts(course: Course, facts: RequestFacts): void {
  for (const subject of facts.subjects.values()) {
    remarkPresence(course, facts, subject);
    remarkInvalidations(course, facts, subject);
    remarkOutcome(course, facts, subject);
  }
}

function remarkPresence({ exercised }: Course, facts: RequestFacts, subject: Subject): void {
  if (!subject.canBeHitless) return;
  exercised.add('entry.hitless');
  if (subject.wasAbsent)
    facts.remark('entry.hitless', 'count', `${subject.name}: always present`, 'not present between');
}

function remarkInvalidations({ testCase }: Course, facts: RequestFacts, subject: Subject): void {
  const { old, wanted, deviceTlbs, iotlbs, place } = subject;
  // Page requests are drained behind an invalidation, of a place that was released before too.
  const isDrained = wanted === undefined && testCase.devices[place.device]?.pageRequests === true;
  const needed = old === undefined && !isDrained ? 0 : 1;
  if (deviceTlbs > needed) {
    facts.remark('cost.device-tlb', 'count', `${needed} in this request`, `${deviceTlbs}`);
  }
  if (old === undefined && wanted !== undefined && iotlbs > 0) {
    facts.remark('cost.iotlb', 'count', '0 in this request', `${iotlbs}`);
  }
}

function remarkOutcome({ exercised, entries }: Course, facts: RequestFacts, subject: Subject): void {
  const { request } = facts;
  const { left, place } = subject;
  if (request.request === 'release' && left === undefined) {
    exercised.add('release.faults');
    const [low = 0n] = entries.get(place.key) ?? [];
    if ((low & FPD) === 0n) facts.remark('release.faults', 'memory', `${subject.name}: FPD set`, 'clear');
  }
  if (request.request === 'track-dirty' && !request.on && left !== undefined) {
    exercised.add('dirty.off');
    if (left.tracked) facts.remark('dirty.off', 'memory', `${subject.name}: SSADE clear`, 'set');
  }
}
