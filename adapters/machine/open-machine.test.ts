import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Implementation } from '../../spec/implementation.ts';
import type { Request, RequestResult, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { search } from '../../suites/core/search.ts';
import { translationSuite } from '../../suites/translation/suite.ts';
import { SCRATCH } from '../qemu/layout.ts';
import { configurations } from './configurations.ts';
import { openMachine } from './open-machine.ts';
import type { Alter } from './unit.ts';

const TIME_LIMIT_MS = 60_000;

let machine: Implementation | undefined;
afterEach(() => machine?.close?.());

const profileNamed = (name: string) => configurations.find((profile) => profile.name === name);
const ROOT = 0x20_0000n;
const DATA = 0x40_0000n;

/** Device 00:02.0 with one page at 0, readable and writable, and one behind it, read-only. */
function legacyCase(name: string, ...requests: readonly Pick<Request, 'address' | 'op'>[]): TranslationCase {
  const profile = profileNamed(name);
  if (!profile) throw new Error(`no configuration ${name}`);
  const [context, top, middle, bottom] = [0x1000n, 0x2000n, 0x3000n, 0x4000n].map((offset) => ROOT + offset);
  return {
    area: 'translation',
    profile,
    rtaddr: ROOT,
    memory: [
      { address: ROOT, words: [(context as bigint) | 1n] },
      { address: (context as bigint) + 0x100n, words: [(top as bigint) | 1n, 0x101n] },
      { address: top as bigint, words: [(middle as bigint) | 3n] },
      { address: middle as bigint, words: [(bottom as bigint) | 3n] },
      { address: bottom as bigint, words: [DATA | 3n, (DATA + 0x1000n) | 1n] },
    ],
    requests: requests.map((request) => ({ sourceId: 0x10, ...request })),
  };
}

type Bug = Alter;
type Recorded = NonNullable<Extract<RequestResult, { outcome: 'blocked' }>['record']>;

/** A unit that does `bug` to the requests of cases; the adapter's own go to SCRATCH. */
const onCases =
  (bug: Bug): Bug =>
  (result, request) => {
    const isOwn = result.outcome === 'translated' && (result.address ?? 0n) >= SCRATCH.start;
    return isOwn ? result : bug(result, request);
  };

const inRecord =
  (change: (record: Recorded, request: Request) => Recorded | null): Bug =>
  (result, request) =>
    result.outcome === 'blocked' && result.record
      ? { ...result, record: change(result.record, request) }
      : result;

const read = { address: 0x8n, op: 'read' } as const;
const write = { address: 0x10n, op: 'write' } as const;
const forbiddenWrite = { address: 0x1000n, op: 'write' } as const;
const beyondWidth = { address: 0x80_0000_0000n, op: 'read' } as const;

test(
  'the machine conforms, and nothing has to be expected for it',
  async () => {
    machine = await openMachine();
    const result = await search(translationSuite, machine, {
      seed: 'machine',
      runs: 64,
      profiles: configurations,
    });
    expect(result.findings).toEqual([]);
  },
  TIME_LIMIT_MS,
);

describe('the adapter sees', () => {
  // A start takes longer than all of the cases.
  let planted: Bug = (result) => result;
  const altered = openMachine({ alter: (result, request) => planted(result, request) });
  afterAll(async () => (await altered).close?.());

  test.each<[string, Bug, Pick<Request, 'address' | 'op'>, string]>([
    ['a lost record', inRecord(() => null), forbiddenWrite, 'translation.record.made record'],
    [
      'an address above the width',
      inRecord((r, { address }) => ({ ...r, address })),
      beyondWidth,
      'translation.record.address-above-width record',
    ],
    [
      'PP for no PASID',
      inRecord((r) => ({ ...r, pasidPresent: true })),
      forbiddenWrite,
      'translation.record.no-pasid record',
    ],
    [
      'another requester',
      inRecord((r) => ({ ...r, sourceId: 0x11 })),
      forbiddenWrite,
      'translation.record.source-id record',
    ],
    [
      'the other type',
      inRecord((r) => ({ ...r, op: 'read' })),
      forbiddenWrite,
      'translation.record.operation record',
    ],
    ['another code', inRecord((r) => ({ ...r, code: 6 })), forbiddenWrite, 'LGN.2 code'],
    [
      'a write that lands elsewhere',
      (r) => ({ ...r, address: DATA + 0x7000n }),
      write,
      'translation.second-stage.4k address',
    ],
    [
      'a read from elsewhere',
      (r) => ({ ...r, address: DATA + 0x1000n }),
      read,
      'translation.second-stage.4k address',
    ],
    [
      'a write let through',
      () => ({ outcome: 'translated', address: DATA }),
      forbiddenWrite,
      'LGN.2 outcome',
    ],
    [
      'a read held back',
      () => ({ outcome: 'blocked', record: null }),
      read,
      'translation.second-stage.4k outcome',
    ],
  ])('%s', async (_, bug, request, breach) => {
    planted = onCases(bug);
    const testCase = legacyCase('machine-legacy-39', request);
    const observation = (await (await altered).run(testCase)) as TranslationObservation;
    const { mismatches } = translationSuite.judge(testCase, observation);
    expect(mismatches.map(({ rule, aspect }) => `${rule} ${aspect}`).join()).toBe(breach);
  });
});

test('every fault is seen where records are taken in turn', async () => {
  machine = await openMachine();
  const writes = Array.from({ length: 10 }, () => forbiddenWrite);
  const name = 'machine-scalable-48';
  const testCase = legacyCase('machine-legacy-39', ...writes);
  const profile = profileNamed(name);
  const { results } = (await machine.run({
    ...testCase,
    profile,
  } as TranslationCase)) as TranslationObservation;
  const record = { code: 5, sourceId: 0x10, address: 0x1000n, op: 'write', pasidPresent: false };
  expect(results).toEqual(writes.map(() => ({ outcome: 'blocked', record })));
});

test('a machine that dies leaves its case without an answer, and the next case gets another machine', async () => {
  let isBroken = false;
  const alter: Alter = (result) => {
    if (isBroken) throw new Error('assertion failed');
    return result;
  };
  machine = await openMachine({ alter });
  const testCase = legacyCase('machine-legacy-39', write);
  const answer = await machine.run(testCase);
  isBroken = true;
  await expect(machine.run(testCase)).rejects.toMatchObject({ kind: 'crash', message: 'assertion failed' });
  isBroken = false;
  expect(await machine.run(testCase)).toEqual(answer);
});
