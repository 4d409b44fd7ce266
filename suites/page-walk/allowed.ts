/** How the hook may be called in the course of a walk, as data. */
import type { Announcement } from '../../models/reference/announcements.ts';
import { type Course, pageWalk } from '../../models/reference/page-walk.ts';
import type { PageWalkCase } from '../../spec/schema.ts';
import type { AllowedPageWalk } from '../../spec/vectors/page-walk.ts';
import { longestFirst } from './follower.ts';
import { mostEntriesRead } from './judge-counts.ts';

type Walked = Extract<AllowedPageWalk, { course: 'walked' }>;

/**
 * Undefined when anything may be announced, and when what comes later depends on what was announced before: an
 * entry that may be left out while mappings are remembered, or a mapping of which a part may be.
 */
export function allowedPageWalk(testCase: PageWalkCase): AllowedPageWalk | undefined {
  const { walk } = testCase;
  const announcements: Announcement[] = [];
  const course = pageWalk(testCase, {
    call(announcement) {
      announcements.push(announcement);
      return announcement.alternatives[0];
    },
  });
  switch (course.is) {
    case 'open':
      return undefined;
    case 'refused':
      return {
        course: 'refused',
        rule: 'page-walk.range.beyond',
        codes: [...course.codes],
        orDone: course.orNothing,
      };
    case 'nothing':
      return { course: 'nothing', rule: course.rule, orRefused: walk.kind === 'replay' };
    case 'pass-through':
      return { course: 'pass-through', rule: 'page-walk.replay.pass-through' };
    case 'identity':
      return {
        course: 'identity',
        rule: 'page-walk.replay.identity',
        memory: course.memory.map(({ iova, size }) => ({ iova, size })),
        orNothing: course.orNothing,
      };
    case 'walked': {
      const { known, ambiguous } = course.announcements;
      const mayLeaveOut = announcements.some(({ leftOut }) => leftOut !== undefined);
      return known !== undefined && (mayLeaveOut || ambiguous) ? undefined : walked(course, announcements);
    }
  }
}

function walked(
  { walker, announcements: { known } }: Extract<Course, { is: 'walked' }>,
  announcements: readonly Announcement[],
): Walked {
  const { dropped, perhapsReserved: _, ...skipped } = walker.skipped;
  return {
    course: 'walked',
    announcements: announcements.map(({ rule, alternatives, leftOut }) => ({
      rule,
      alternatives: longestFirst(alternatives).map((calls) => ({
        calls: [...calls],
        ...(calls.length === 0 && leftOut !== undefined ? { counts: leftOut } : {}),
      })),
    })),
    skipped: { ...skipped, perhapsNoRight: dropped },
    mostEntriesRead: mostEntriesRead(walker.tables),
    ...(known === undefined ? {} : { announced: [...known] }),
  };
}
