/**
 * Hangs, by a clock that goes on only while the process has said that it is silent from now on: a busy machine is
 * no hang.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BatchAnswer } from '../../spec/implementation.ts';
import type { Case } from '../../spec/schema.ts';
import { wordsOf } from './command-line.ts';
import { Guard } from './guard.ts';
import { startChild } from './start-child.ts';
import { exceptions, numbered, openStub, stub, testLimits } from './stub-process.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'process-hangs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const realTimeout = setTimeout;
const POLL_MS = 5;
/** Of starts nothing is tested: the clock may run ahead of them. */
const limits = { helloMs: 2 ** 31 - 1 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The answers of a stub that hangs at the entry that points to `page`. */
async function answersTo(page: number, cases: readonly Case[]): Promise<readonly BatchAnswer[]> {
  const notes = path.join(folder, `notes-${page}`);
  const implementation = await openStub(`hangs-aloud ${page} ${notes}`, limits);
  let answers: readonly BatchAnswer[] | undefined;
  const asked = implementation.runBatch?.(cases).then((all) => {
    answers = all;
  });
  while (answers === undefined) {
    await new Promise((resolve) => realTimeout(resolve, POLL_MS));
    const isSilent = existsSync(notes) && readFileSync(notes, 'utf8').endsWith('hangs ');
    if (isSilent) vi.advanceTimersByTime(testLimits.caseMs);
  }
  await asked;
  await implementation.close?.();
  return answers;
}

test('exactly the case that hangs is blamed, and every other has its answer', async () => {
  expect(exceptions(await answersTo(100, numbered(256)))).toEqual([[100, 'hang: no answer in 20 s']]);
});

test('after a few hangs a process is given up, and what is left of the batch is skipped', async () => {
  const [good, bad] = numbered(2);
  expect(await answersTo(1, [good!, bad!, bad!, bad!, good!, bad!])).toMatchObject([
    { observation: { fault: null } },
    { error: { kind: 'hang' } },
    { error: { kind: 'hang' } },
    { error: { kind: 'hang' } },
    { skip: 'given up: 3 cases hang' },
    { skip: 'given up: 3 cases hang' },
  ]);
});

test('a process that is slow but answers is none, however long all of its cases take', async () => {
  const guard = new Guard();
  const { child } = await startChild(wordsOf(stub('dribbles')), { ...testLimits, ...limits }, guard);
  await new Promise<void>((resolve, reject) => {
    child.listener = {
      onReply: () => undefined,
      onFailure: reject,
      onPause() {
        if (child.waiting.size === 0) resolve();
        else vi.advanceTimersByTime(0.75 * testLimits.caseMs);
      },
    };
    child.ask(numbered(6));
  });
  guard.close();
  await child.bye();
});
