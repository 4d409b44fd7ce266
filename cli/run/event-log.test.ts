import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { type RunEvent, runEventSchema } from '../../spec/run-events.ts';
import type { AreaResult } from '../../spec/schema.ts';
import { EventLog } from './event-log.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'event-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const result: AreaResult = {
  area: 'entry',
  claimed: true,
  cases: 10,
  durationMs: 1.5,
  rules: [{ id: 'SPT.3', exercised: 7, status: 'fail' }],
  findings: [sampleFinding],
};
const progress = { area: 'entry', cases: 5, rulesExercised: 1, rulesKnown: 2, findings: 0 } as const;

let logs = 0;
function logged(use: (log: EventLog) => void): readonly RunEvent[] {
  const file = path.join(folder, `${logs++}.jsonl`);
  use(new EventLog(file));
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/\n$/);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => v.parse(runEventSchema, JSON.parse(line)));
}

test('every event is one line of the schema, with 64-bit values that come back', () => {
  const events = logged((log) => {
    log.start({ name: 'mine', profile: 'any' }, 's', ['entry']);
    log.progress(progress);
    log.finding(sampleFinding);
    log.area({ area: 'entry', result });
    log.area({ area: 'translation', problem: 'it died' });
    log.end(3, 'it died');
  });
  expect(events).toEqual([
    {
      event: 'start',
      version: 1,
      implementation: { name: 'mine', profile: 'any' },
      seed: 's',
      areas: ['entry'],
    },
    { event: 'progress', ...progress },
    { event: 'finding', finding: sampleFinding },
    { event: 'area', area: 'entry', result },
    { event: 'area', area: 'translation', problem: 'it died' },
    { event: 'end', status: 3, error: 'it died' },
  ]);
});

test('a finding is told once, before the end of its area, whichever is heard of first', () => {
  const events = logged((log) => {
    log.area({ area: 'entry', result });
    log.finding(sampleFinding);
    log.progress(progress);
    log.area({ area: 'entry', result });
  });
  expect(events.map(({ event }) => event)).toEqual(['finding', 'area']);
});

test('progress is told about once a second, not after every chunk', () => {
  const events = logged((log) => {
    for (let cases = 0; cases < 1000; cases++) log.progress({ ...progress, cases });
  });
  expect(events.length).toBeLessThan(10);
});

test('a file that cannot be opened is one sentence', () => {
  const taken = path.join(folder, 'folder');
  mkdirSync(taken);
  expect(() => new EventLog(taken)).toThrow(
    expect.objectContaining({
      status: 2,
      message: expect.stringMatching(/folder cannot be written: it is a folder$/),
    }),
  );
});

test('a disk that is full is remembered and stops nothing', () => {
  const log = new EventLog('/dev/full');
  log.end(0);
  log.end(0);
  expect(log.problem).toMatch(/^\/dev\/full cannot be written: the disk is full$/);
});
