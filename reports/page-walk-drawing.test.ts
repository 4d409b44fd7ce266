import { expect, test } from 'vitest';
import type { Mapping, PageWalkCase, PageWalkObservation } from '../spec/schema.ts';
import { caseDrawing } from './case-drawing.ts';
import { caseLines } from './case-lines.ts';
import { plain } from './palette.ts';
import { sampleProfile as profile } from './sample.fixture.ts';

const known: Mapping = { iova: 0n, size: 0x1000n, target: 0x9000n, read: true, write: false };
/** One page behind three levels, which was announced with another output. */
const testCase: PageWalkCase = {
  area: 'page-walk',
  profile,
  memory: [
    { address: 0x1000n, words: [0x2003n, 0x9000_0003n] },
    { address: 0x2000n, words: [0x3003n] },
    { address: 0x3000n, words: [0x5003n] },
  ],
  walk: {
    kind: 'range',
    top: 0x1000n,
    levels: 3,
    start: 0n,
    end: 0x4000_1000n,
    notifyUnmapped: false,
    announced: [known],
  },
  hookFailure: { at: 7, error: 12 },
};
const map = { event: 'map', iova: 0n, size: 0x1000n, target: 0x5000n, read: true, write: true } as const;
const observation: PageWalkObservation = { events: [map], result: { outcome: 'done' }, entriesRead: 1027 };

test('a walk in short says where it goes, what was announced, and what memory holds', () => {
  expect(caseLines(testCase, 20).slice(1)).toEqual([
    'walk from 0x0 to below 0x40001000, 3 levels from 0x1000',
    'mappings alone are asked for',
    '1 announced before:',
    '  map 0x0 size 0x1000 to 0x9000 r-',
    'the hook fails at call 7 with 12',
    '[0x0000000000001000] = 0x0000000000002003',
    '[0x0000000000001008] = 0x0000000090000003',
    '[0x0000000000002000] = 0x0000000000003003',
    '[0x0000000000003000] = 0x0000000000005003',
  ]);
});

test('a replay in short names the device and whether translation is on', async () => {
  const replay: PageWalkCase = {
    area: 'page-walk',
    profile,
    memory: [],
    walk: { kind: 'replay', rtaddr: 0x1000n, translationEnabled: false, sourceId: 0x0b },
  };
  expect(caseLines(replay, 20).slice(1)).toEqual([
    'replay for 00:01.3 with translation off',
    'RTADDR 0x0000000000001000',
  ]);
  expect(await caseDrawing(replay, null, plain)).toContain('none is read: identity');
});

test('a walk is drawn entry by entry, then call by call beside what was observed', async () => {
  expect(await caseDrawing(testCase, observation, plain)).toEqual([
    'entries that are not empty, and tables that cannot be read',
    '    level 3 at 0x1000 for 0x0: 0x0000000000002003 table',
    '      level 2 at 0x2000 for 0x0: 0x0000000000003003 table',
    '        level 1 at 0x3000 for 0x0: 0x0000000000005003 page-walk.remembered.changed',
    '    level 3 at 0x1008 for 0x40000000: 0x0000000090000003 table',
    '      level 2 at 0x90000000 for 0x40000000: memory does not answer page-walk.skip.unreadable',
    '',
    'expected calls, the likeliest     observed',
    'unmap 0x0 size 0x1000             map 0x0 size 0x1000 to 0x5000 rw',
    'map 0x0 size 0x1000 to 0x5000 rw  no call',
    'expected: {"outcome":"done"}',
    'answer: {"result":{"outcome":"done"},"entriesRead":1027}',
  ]);
});
