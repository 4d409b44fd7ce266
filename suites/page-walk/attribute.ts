/** Which rule a wrong call of the hook breaks, and in which aspect. */
import { pageWalk, runPageWalk } from '../../models/reference/page-walk.ts';
import type { Aspect, Mismatch, PageWalkCase, PageWalkObservation, WalkEvent } from '../../spec/schema.ts';
import { describeEvent } from './describe.ts';
import { type Deviation, VisitingFollower } from './follower.ts';

/** The call that is not as allowed. */
export function attributeDeviation(
  testCase: PageWalkCase,
  observation: PageWalkObservation,
  { rule, expected, observed }: Deviation,
): Mismatch {
  const mismatch = (broken: string, aspect: Aspect, wanted: WalkEvent | undefined = expected): Mismatch => ({
    rule: broken,
    aspect,
    expected: describeEvent(wanted),
    observed: describeEvent(observed),
  });
  if (isReordered(testCase, observation)) return mismatch('page-walk.order', 'order');
  if (observed === undefined) return mismatch(rule, 'outcome');
  const meantSame = isWithin(observed.iova, expected) && observed.event === expected.event;
  if (meantSame) {
    return hasOtherRightsOnly(expected, observed)
      ? mismatch('page-walk.permission', 'permission')
      : mismatch(expected.event === 'map' ? mapRule(testCase, expected, observed) : rule, 'address');
  }
  // A call for a later address: the expected one is missing. One for an earlier address is too many.
  return observed.iova >= expected.iova
    ? mismatch(rule, 'outcome')
    : tooMany(testCase, observation, observed);
}

const pageRules: ReadonlyMap<bigint, string> = new Map([
  [0x1000n, 'page-walk.map.4k'],
  [0x20_0000n, 'page-walk.map.2m'],
  [0x4000_0000n, 'page-walk.map.1g'],
]);

/** The rule that a mapping breaks which is not announced as it is. */
function mapRule({ walk }: PageWalkCase, expected: WalkEvent, observed: WalkEvent): string {
  const { iova, size } = expected;
  const isCut = walk.kind === 'range' && (iova < walk.start || iova + size > walk.end);
  const otherSpan = observed.iova !== iova || observed.size !== size;
  return isCut && otherSpan ? 'page-walk.map.whole' : (pageRules.get(size) ?? 'page-walk.range.bounds');
}

/** A call after the last one that is allowed. */
export function attributeExtra(
  testCase: PageWalkCase,
  observation: PageWalkObservation,
  extra: WalkEvent,
): Mismatch {
  if (!isReordered(testCase, observation)) return tooMany(testCase, observation, extra);
  return { rule: 'page-walk.order', aspect: 'order', ...told(undefined, extra) };
}

/** What is remembered is beside the point of a mapping that no entry grants. */
const ofNothingMapped: readonly string[] = [
  'page-walk.remembered.never-announced',
  'page-walk.remembered.kept',
];

/** A call that nobody asked for; an unmapped range may come before the mapping that is the trouble. */
function tooMany(testCase: PageWalkCase, observation: PageWalkObservation, extra: WalkEvent): Mismatch {
  const { events } = observation;
  const rule = ruleAt(testCase, observation, extra.iova);
  const needless: Mismatch = { rule, aspect: 'outcome', ...told(undefined, extra) };
  const mapped = events
    .slice(events.indexOf(extra))
    .find(({ event, iova }) => event === 'map' && iova === extra.iova);
  if (mapped === undefined) return needless;
  if (ofNothingMapped.includes(rule)) {
    return { rule: 'page-walk.skip.no-right', aspect: 'outcome', ...told(undefined, mapped) };
  }
  const isKnown = rule === 'page-walk.remembered.identical';
  return (isKnown && mappedOtherwise(testCase, mapped)) || needless;
}

/** `mapped` is not what was announced before and still holds. */
function mappedOtherwise(testCase: PageWalkCase, mapped: WalkEvent): Mismatch | undefined {
  const { walk } = testCase;
  const announced = walk.kind === 'range' ? (walk.announced ?? []) : [];
  const known = announced.find((mapping) => isWithin(mapped.iova, mapping));
  if (known === undefined) return undefined;
  const expected: WalkEvent = { event: 'map', ...known };
  if (describeEvent(expected) === describeEvent(mapped)) return undefined;
  return hasOtherRightsOnly(expected, mapped)
    ? { rule: 'page-walk.permission', aspect: 'permission', ...told(expected, mapped) }
    : { rule: mapRule(testCase, expected, mapped), aspect: 'address', ...told(expected, mapped) };
}

function told(expected: WalkEvent | undefined, observed: WalkEvent): Pick<Mismatch, 'expected' | 'observed'> {
  return { expected: describeEvent(expected), observed: describeEvent(observed) };
}

/** The rule of the entry that ends the walk for `iova`. */
function ruleAt(testCase: PageWalkCase, { events }: PageWalkObservation, iova: bigint): string {
  const follower = new VisitingFollower(testCase, events);
  pageWalk(testCase, follower);
  const deepest = follower.visits.findLast((visit) => isWithin(iova, visit));
  return deepest?.rule ?? 'page-walk.range.bounds';
}

/** All the reference's own calls, in another order. */
function isReordered(testCase: PageWalkCase, { events }: PageWalkObservation): boolean {
  const own = runPageWalk(testCase).events;
  if (own.length !== events.length) return false;
  const sorted = [own, events].map((list) => list.map(describeEvent));
  const [first, second] = sorted.map((list) => list.toSorted().join());
  return first === second && sorted[0]?.join() !== sorted[1]?.join();
}

function isWithin(
  address: bigint,
  { iova, size }: { readonly iova: bigint; readonly size: bigint },
): boolean {
  return address >= iova && address < iova + size;
}

function hasOtherRightsOnly(a: WalkEvent, b: WalkEvent): boolean {
  if (a.event === 'unmap' || b.event === 'unmap') return false;
  return a.iova === b.iova && a.size === b.size && a.target === b.target;
}
