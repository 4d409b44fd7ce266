/** The walk of a range: the entries that matter, then the calls of the hook, expected beside observed. */

import { pageWalk, runPageWalk } from '../models/reference/page-walk.ts';
import type { Visit } from '../models/reference/range-walk.ts';
import { toJson } from '../spec/json.ts';
import type { PageWalkCase, PageWalkObservation, WalkEvent } from '../spec/schema.ts';
import { describeEvent } from '../suites/page-walk/describe.ts';
import { hex, shortHex } from './hex.ts';
import type { Palette } from './palette.ts';

const MOST_VISITS = 40;
const MOST_CALLS = 40;
const TITLE = 'expected calls, the likeliest';

/** `observation` is null when the implementation gave none. */
export function pageWalkDrawing(
  testCase: PageWalkCase,
  observation: PageWalkObservation | null,
  palette: Palette,
): readonly string[] {
  const expected = runPageWalk(testCase);
  return [
    palette.bold('entries that are not empty, and tables that cannot be read'),
    ...cut(visitLines(testCase, palette), MOST_VISITS, 'entries'),
    '',
    ...cut(callLines(expected.events, observation?.events, palette), MOST_CALLS, 'calls'),
    `expected: ${toJson(expected.result)}`,
    ...(observation ? [`answer: ${toJson(withoutEvents(observation))}`] : []),
  ];
}

function visitLines(testCase: PageWalkCase, palette: Palette): readonly string[] {
  const visits: Visit[] = [];
  const run = pageWalk(testCase, {
    call: ({ alternatives: [likeliest] }) => likeliest,
    visit: (visit) => visits.push(visit),
  });
  if (visits.length === 0) return [`none is read: ${run.is}`];
  const shown = visits.filter(
    ({ word, level, iova }, index) =>
      word !== 0n && (word !== undefined || visits[index - 1]?.level !== level || iova === 0n),
  );
  if (shown.length === 0) return ['none within the range'];
  return shown.map(({ level, address, word, iova, rule }) => {
    const indent = '  '.repeat(Math.max(5 - level, 0));
    const text = word === undefined ? 'memory does not answer' : hex(word);
    const verdict = rule === undefined ? 'table' : palette.bold(rule);
    return `${indent}level ${level} at ${shortHex(address)} for ${shortHex(iova)}: ${text} ${verdict}`;
  });
}

/** One line a call; those that differ stand out. */
function callLines(
  expected: readonly WalkEvent[],
  observed: readonly WalkEvent[] | undefined,
  palette: Palette,
): readonly string[] {
  const left = expected.map(describeEvent);
  if (observed === undefined) return [palette.bold(TITLE), ...left];
  const width = Math.max(TITLE.length, ...left.map((line) => line.length));
  const rows = Array.from({ length: Math.max(expected.length, observed.length) }, (_, index) => {
    const wanted = describeEvent(expected[index]);
    const seen = describeEvent(observed[index]);
    const row = `${wanted.padEnd(width)}  ${seen}`;
    return wanted === seen ? row : palette.red(row);
  });
  return [palette.bold(`${TITLE.padEnd(width)}  observed`), ...rows];
}

function cut(lines: readonly string[], limit: number, what: string): readonly string[] {
  return lines.length <= limit
    ? lines
    : [...lines.slice(0, limit), `… and ${lines.length - limit} more ${what}`];
}

function withoutEvents({ events: _, ...rest }: PageWalkObservation): unknown {
  return rest;
}
