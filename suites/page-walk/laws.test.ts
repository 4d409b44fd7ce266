/** Relations that hold for every drawn case: between walks, and between a walk and translations. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPageWalkCase } from '../../generators/page-walk.ts';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import type {
  PageWalkCase,
  PageWalkObservation,
  Profile,
  RangeWalk,
  TranslationObservation,
} from '../../spec/schema.ts';
import { ALL_64, GIB1 } from './hand-made.fixture.ts';

const cases = anyPageWalkCase(profilePool);
const options = { seed: 20_260_311, numRuns: 800 };
const ALL = { start: 0n, end: ALL_64 };

describe.each([reference, optimized])('the $name model', ({ run }) => {
  const answer = ({ hookFailure: _, ...testCase }: PageWalkCase, changes: Partial<RangeWalk>) => {
    const walk = { ...testCase.walk, ...changes } as PageWalkCase['walk'];
    return run({ ...testCase, walk }) as PageWalkObservation;
  };
  const plain = { notifyUnmapped: false, announced: undefined } as unknown as Partial<RangeWalk>;

  test('two walks side by side announce what one walk over both announces', () => {
    let decided = 0;
    const property = fc.property(cases, fc.nat(511), (testCase, gibibytes) => {
      if (testCase.walk.kind === 'replay') return;
      const { start, end } = testCase.walk;
      const between = (start / GIB1 + BigInt(gibibytes)) * GIB1;
      if (between <= start || between >= end) return;
      const whole = answer(testCase, plain);
      const [first, second] = [
        { ...plain, start, end: between },
        { ...plain, start: between, end },
      ].map((part) => answer(testCase, part));
      if (whole.result.outcome !== 'done' || second?.result.outcome !== 'done') return;
      decided++;
      expect([...(first?.events ?? []), ...second.events]).toEqual(whole.events);
    });
    fc.assert(property, options);
    expect(decided).toBeGreaterThan(20);
  });

  test('a second walk that remembers the first announces nothing', () => {
    let decided = 0;
    const property = fc.property(cases, (testCase) => {
      const { announced, events } = answer(testCase, {});
      if (announced === undefined) return;
      if (events.length > 0) decided++;
      expect(answer(testCase, { announced })).toMatchObject({ events: [], announced });
    });
    fc.assert(property, options);
    expect(decided).toBeGreaterThan(100);
  });

  test('a sync over everything remembers just what is mapped, whatever was announced before', () => {
    let decided = 0;
    const property = fc.property(cases, (testCase) => {
      if (testCase.walk.kind === 'replay' || testCase.walk.announced === undefined) return;
      const sync = answer(testCase, { ...ALL, notifyUnmapped: true });
      const { skipped, announced = [] } = sync;
      // What lies under an entry that cannot be used is not touched, nor is what lies beyond the width.
      const beyond = announced.some(({ iova }) => iova >= 1n << 39n);
      if (skipped === undefined || skipped.unreadable + skipped.reserved > 0 || beyond) return;
      decided++;
      const mapped = answer(testCase, { ...ALL, ...plain }).events;
      expect(announced.map((mapping) => ({ event: 'map', ...mapping }))).toEqual(mapped);
    });
    fc.assert(property, options);
    expect(decided).toBeGreaterThan(50);
  });

  test('a mapping is announced if and only if a request is translated so', () => {
    let translated = 0;
    let blocked = 0;
    const property = fc.property(cases, fc.nat(ANY_OFFSET), (testCase, offset) => {
      if (testCase.walk.kind === 'replay' || !isSupported(testCase)) return;
      const { events } = answer(testCase, { ...ALL, ...plain });
      for (const event of events) {
        if (event.event !== 'map' || isInterrupt(event.iova) || isInterrupt(event.target)) continue;
        translated++;
        const { iova, target, read, write } = event;
        const inside = BigInt(offset) & (event.size - 1n) & ~7n;
        if (isInterrupt(iova + inside) || isInterrupt(target + inside)) continue;
        const given = translate(testCase, iova + inside, read ? 'read' : 'write');
        const expected = { outcome: 'translated', address: target + inside, read, write };
        if (!isLike(given, expected)) expect(given).toMatchObject(expected);
      }
      const { start } = testCase.walk;
      const place = start - (start % 8n);
      const covered = events.some(({ iova, size }) => place >= iova && place < iova + size);
      if (covered || isInterrupt(place)) return;
      blocked++;
      expect(translate(testCase, place, 'read')).toMatchObject({ outcome: 'blocked' });
      expect(translate(testCase, place, 'write')).toMatchObject({ outcome: 'blocked' });
    });
    fc.assert(property, options);
    expect(translated).toBeGreaterThan(1000);
    expect(blocked).toBeGreaterThan(200);
  });
});

const ANY_OFFSET = 0x3fff_ffff;

function isInterrupt(address: bigint): boolean {
  return address >> 20n === 0xfeen;
}

/** A width that a context entry can name, and tables in the lowest gigabytes so that others fit above. */
function isSupported({ walk, profile }: PageWalkCase): boolean {
  return walk.kind === 'range' && ((profile.cap >> BigInt(6 + walk.levels)) & 1n) === 1n;
}

/** Without the cost of `expect`, which is most of what is asked of each page. */
function isLike(answer: object | undefined, expected: object): boolean {
  const seen = new Map(Object.entries(answer ?? {}));
  return Object.entries(expected).every(([name, value]) => seen.get(name) === value);
}

/** The optimized answer to one request of a device behind the tables of `testCase`, in legacy mode. */
function translate({ profile, memory, walk }: PageWalkCase, address: bigint, op: 'read' | 'write') {
  if (walk.kind !== 'range') throw new TypeError('a replay has no tables of its own');
  const pages = new Set(memory.map((run) => run.address >> 12n));
  const [root, context] = [freePage(profile, pages, 0n), freePage(profile, pages, 1n)];
  const tables = [
    { address: root, words: [context | 1n] },
    { address: context, words: [walk.top | 1n, BigInt(walk.levels - 2)] },
  ];
  const requests = [{ sourceId: 0, address, op }];
  const answered = optimized.run({
    area: 'translation',
    profile,
    rtaddr: root,
    memory: [...memory, ...tables],
    requests,
  });
  return (answered as TranslationObservation).results[0];
}

/** Page `index` of the middle of low memory, where no case has tables. */
function freePage({ backed }: Profile, used: ReadonlySet<bigint>, index: bigint): bigint {
  const page = ((backed[0]?.end ?? 0n) >> 13n) + index;
  expect(used.has(page)).toBe(false);
  return page << 12n;
}
