/** What must hold when a driver says that a request is done. */
import { hasSameTables, type Translation } from '../../models/reference/domain-replace/entry.ts';
import { checkEntry } from '../../models/reference/entry.ts';
import { bits } from '../../spec/bits.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';
import { describePlace, describeTranslation } from './describe.ts';
import { serves } from './place.ts';
import { remarkCosts } from './remarks.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Subject } from './subject.ts';

const AW = fieldOf(pasidTable, 'AW');

export function judgeEnd(course: Course, facts: RequestFacts): Mismatch | undefined {
  noteExercised(course, facts);
  if (facts.failed && !facts.mayFail) {
    return broken('failure.served', 'outcome', 'what was asked for', 'an error');
  }
  const wrong = firstOf(
    facts,
    (subject) => judgeEntry(course, facts, subject) ?? judgeStale(course, subject),
  );
  if (wrong !== undefined) return wrong;
  const late = judgeAts(course, facts) ?? judgePageRequests(course, facts);
  if (late === undefined) remarkCosts(course, facts);
  return late;
}

function firstOf(
  { subjects }: RequestFacts,
  judge: (subject: Subject) => Mismatch | undefined,
): Mismatch | undefined {
  for (const subject of subjects.values()) {
    const wrong = judge(subject);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function judgeEntry(course: Course, facts: RequestFacts, subject: Subject): Mismatch | undefined {
  const { wanted, old, left, isServed, place } = subject;
  if (!isServed) {
    const observed = `${subject.name}: ${describeTranslation(left)}`;
    const isAttach = facts.request.request === 'attach';
    const isGiven = isAttach && wanted !== undefined && left !== undefined && hasSameTables(wanted, left);
    // Who gave the tables that were asked for did not fail: what is wrong with them has a name of its own.
    if (!facts.mayFail || (isGiven && !facts.failed)) {
      return broken(
        entryRule(facts, subject),
        'memory',
        `${subject.name}: ${describeTranslation(wanted)}`,
        observed,
      );
    }
    // Tables that are neither old nor new were seen when they were stored.
    if (!facts.failed) return broken(facts.failureRule('reported'), 'record', 'an error reported', 'none');
  } else if (facts.failed && facts.request.request === 'attach' && !serves(wanted, old)) {
    // Who is told of an error goes on as if the old tables, or none, were in use.
    const observed = `${subject.name}: ${describeTranslation(left)}`;
    return broken(facts.failureRule('binding'), 'memory', 'the old tables, or none', observed);
  }
  if (left === undefined) return undefined;
  const words = course.entries.get(place.key) ?? [];
  const { profile } = course.testCase;
  const { certain, mayBeValid } = checkEntry('pasid-table', withoutNeedlessWidth(left, words), profile);
  if (!mayBeValid)
    return broken('entry.valid', 'memory', `${subject.name}: an entry without fault`, certain.join(', '));
  const isSupervised = left.kind === 'first-stage' || left.kind === 'nested';
  if (isSupervised && ((words[2] ?? 0n) & 1n) === 1n) {
    return broken('entry.supervisor', 'memory', `${subject.name}: SRE clear`, 'set');
  }
  return undefined;
}

/** AW is reserved on a unit without second stage (9.6), yet Linux writes it into every entry: it is let be there. */
function withoutNeedlessWidth({ kind }: Translation, words: readonly bigint[]): readonly bigint[] {
  if (kind === 'second-stage' || kind === 'nested') return words;
  return words.map((word, index) => (index === AW.word ? word & ~bits(AW.high, AW.low) : word));
}

function entryRule({ request }: RequestFacts, { wanted, left }: Subject): string {
  if (wanted === undefined) return 'entry.blocked';
  if (left === undefined || !hasSameTables(wanted, left)) return 'entry.domain';
  if (request.request === 'attach') return 'dirty.attach';
  return wanted.kind === 'nested' ? 'dirty.nested' : 'dirty.second-stage';
}

/** Older copies that are left anywhere, the cache that fills the others first. */
function judgeStale({ before, after }: Course, subject: Subject): Mismatch | undefined {
  const { goal, refilled, place } = subject;
  const { key } = place;
  const isOld = (one: Translation) => !serves(goal, one);
  const then = after.reach(key);
  const line = after.line(key);
  const expected = () => `${subject.name}: ${describeTranslation(goal)}`;
  const stale = (rule: string, old: Translation | undefined, where: string) =>
    broken(rule, rule === 'wait' ? 'order' : 'outcome', expected(), `${describeTranslation(old)} ${where}`);

  if (line.mayBeBehind && (then.entry.some(isOld) || line.mayBeSeenAbsent)) {
    return broken('flush-line', 'memory', `${subject.name}: memory holds what was stored`, 'no flush since');
  }
  if (then.entry.some(isOld)) return stale('pasid-cache', then.entry.find(isOld), 'in the PASID-cache');
  if (line.absentMayBeCached && goal !== undefined) {
    return broken('caching-mode', 'outcome', expected(), 'not present, in the PASID-cache');
  }
  if (then.iotlb.some(isOld)) {
    const rule = refilled.has('iotlb') ? 'order.pasid-cache' : 'iotlb';
    return stale(rule, then.iotlb.find(isOld), 'in the IOTLB');
  }
  if (then.device.some(isOld)) {
    const rule = refilled.has('device') ? 'order.iotlb' : 'device-tlb';
    return stale(rule, then.device.find(isOld), 'in the Device-TLB');
  }
  if (before === after) return undefined;
  const now = before.reach(key);
  const pending = [...now.entry, ...now.iotlb, ...now.device].find(isOld);
  if (pending !== undefined) return stale('wait', pending, 'until the invalidation is over');
  if (before.line(key).absentMayBeCached && goal !== undefined) {
    return broken('wait', 'order', expected(), 'not present, until the invalidation is over');
  }
  return undefined;
}

function judgeAts(course: Course, { request, failed }: RequestFacts): Mismatch | undefined {
  if (request.request !== 'ats') return undefined;
  course.exercised.add('ats');
  const { device, on } = request;
  if (failed || course.ats[device] === on) return undefined;
  return broken('ats', 'outcome', `${describePlace(device, 0)}: ATS ${on ? 'on' : 'off'}`, on ? 'off' : 'on');
}

/** A PASID that is given back must not have page requests that nobody has seen. */
function judgePageRequests(course: Course, facts: RequestFacts): Mismatch | undefined {
  if (facts.request.request !== 'detach') return undefined;
  return firstOf(facts, (subject) => {
    const { place, old, goal } = subject;
    const { key } = place;
    // What a failure left blocked was given back by the one who was told.
    const isGivenBack = old !== undefined || course.bindings.released.has(key);
    if (goal !== undefined || !isGivenBack || !course.pageRequests.isOpen(key)) return undefined;
    return broken(
      'page-requests.drain',
      'order',
      `${subject.name}: page requests drained`,
      'some may be on their way',
    );
  });
}

function noteExercised(course: Course, facts: RequestFacts): void {
  const { isFailing, mayRunOut, request, subjects } = facts;
  const note = (...rules: readonly string[]) => {
    for (const rule of rules) course.exercised.add(rule);
  };
  if (isFailing) note('failure.binding', 'failure.reported');
  else note(mayRunOut ? 'did.exhausted' : 'failure.served');
  const { C, CM } = course.capabilities;
  for (const { wanted, stores, old, isReplaced, place } of subjects.values()) {
    note(...(wanted === undefined ? ['entry.blocked'] : ['entry.domain', 'entry.valid', 'did.clean']));
    if (wanted?.kind === 'first-stage' || wanted?.kind === 'nested') note('entry.supervisor');
    if (wanted?.tracked === true && request.request === 'attach') note('dirty.attach');
    else if (wanted?.tracked === true) note(wanted.kind === 'nested' ? 'dirty.nested' : 'dirty.second-stage');
    if (stores > 0) note('entry.torn');
    if (stores > 0 && C === 0) note('flush-line');
    if (old === undefined && wanted !== undefined)
      note('cost.iotlb', ...(CM === 1 ? ['caching-mode', 'wait'] : []));
    const hasAts = course.ats[place.device] === true;
    note(hasAts ? 'cost.device-tlb' : 'device-tlb.ats');
    const drains =
      request.request === 'detach' && course.testCase.devices[place.device]?.pageRequests === true;
    const isGivenBack = old !== undefined || course.bindings.released.has(place.key);
    const hadNone = old?.kind === 'pass-through' && !course.pageRequests.isOpen(place.key);
    if (drains && isGivenBack && !hadNone) note('page-requests.drain');
    if (!isReplaced || isFailing) continue;
    note('pasid-cache', 'iotlb', 'order.pasid-cache', 'wait');
    if (hasAts) note('device-tlb', 'order.iotlb');
  }
}
