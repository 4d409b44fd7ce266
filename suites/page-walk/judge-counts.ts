/** What is counted and remembered besides the calls, judged as far as it was observed. */
import type { Announcements } from '../../models/reference/announcements.ts';
import type { RangeWalker } from '../../models/reference/range-walk.ts';
import { toJson } from '../../spec/json.ts';
import type { Mapping, Mismatch, PageWalkObservation } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';

/** Of a walk to the end. */
export function judgeCounts(
  walker: RangeWalker,
  announcements: Announcements,
  observation: PageWalkObservation,
): Verdict {
  const verdicts = [
    judgeSkipped(walker, observation),
    judgeCost(walker, observation),
    judgeMemory(announcements, observation),
  ];
  return {
    exercised: verdicts.flatMap(({ exercised }) => exercised),
    mismatches: verdicts.flatMap(({ mismatches }) => mismatches),
  };
}

function judgeSkipped({ skipped }: RangeWalker, { skipped: observed }: PageWalkObservation): Verdict {
  if (observed === undefined) return { exercised: [], mismatches: [] };
  const { unreadable, reserved, noRight, unreadableOrReserved, reservedOrNoRight } = skipped;
  const { dropped, perhapsReserved } = skipped;
  const least = unreadable + reserved + noRight - dropped + unreadableOrReserved + reservedOrNoRight;
  const most = least + dropped + perhapsReserved;
  const counts = [
    ['page-walk.count.unreadable', observed.unreadable, unreadable, unreadable + unreadableOrReserved],
    [
      'page-walk.count.reserved',
      observed.reserved,
      reserved,
      reserved + unreadableOrReserved + reservedOrNoRight + perhapsReserved,
    ],
    ['page-walk.count.no-right', observed.noRight, noRight - dropped, noRight + reservedOrNoRight],
  ] as const;
  const mismatches = counts.flatMap(([rule, count, atLeast, atMost]) =>
    count >= atLeast && count <= atMost ? [] : [countMismatch(rule, atLeast, atMost, count)],
  );
  const sum = observed.unreadable + observed.reserved + observed.noRight;
  if (mismatches.length === 0 && (sum > most || sum < least)) {
    mismatches.push(countMismatch('page-walk.count.reserved', least, most, sum));
  }
  return {
    exercised: counts.filter(([, , , atMost]) => atMost > 0).map(([rule]) => rule),
    mismatches,
  };
}

/** Nobody has to read an entry twice. */
export function mostEntriesRead(tables: number): number {
  return tables * 512;
}

function judgeCost({ tables }: RangeWalker, { entriesRead }: PageWalkObservation): Verdict {
  if (entriesRead === undefined) return { exercised: [], mismatches: [] };
  const most = mostEntriesRead(tables);
  const within = entriesRead <= most;
  return {
    exercised: ['page-walk.cost'],
    mismatches: within ? [] : [countMismatch('page-walk.cost', 0, most, entriesRead)],
  };
}

function judgeMemory({ known }: Announcements, { announced }: PageWalkObservation): Verdict {
  if (known === undefined || announced === undefined) return { exercised: [], mismatches: [] };
  const rule = 'page-walk.remembered.state';
  const [expected, observed] = [known, announced].map((list) =>
    toJson(joined(list).map(({ iova, size, target, read, write }) => [iova, size, target, read, write])),
  ) as [string, string];
  return {
    exercised: [rule],
    mismatches: expected === observed ? [] : [{ rule, aspect: 'memory', expected, observed }],
  };
}

/** Pieces that go on in the next one are one: how a mapping is remembered is nobody's business. */
function joined(list: readonly Mapping[]): readonly Mapping[] {
  const whole: Mapping[] = [];
  for (const next of list) {
    const last = whole.at(-1);
    if (last && continues(last, next)) whole[whole.length - 1] = { ...last, size: last.size + next.size };
    else whole.push(next);
  }
  return whole;
}

function continues(a: Mapping, b: Mapping): boolean {
  return (
    a.iova + a.size === b.iova && a.target + a.size === b.target && a.read === b.read && a.write === b.write
  );
}

function countMismatch(rule: string, least: number, most: number, observed: number): Mismatch {
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  return { rule, aspect: 'count', expected, observed: `${observed}` };
}
