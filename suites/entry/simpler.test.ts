/** One bug, one report: whatever the seed, a planted bug shrinks to the same few bits. */
import { expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { toJson } from '../../spec/json.ts';
import type { EntryCase, EntryObservation, Mismatch } from '../../spec/schema.ts';
import { caught } from '../core/planted.fixture.ts';
import { entrySuite } from './suite.ts';

type Run = (testCase: EntryCase) => EntryObservation;
const healthy: Run = (testCase) => optimized.run(testCase) as EntryObservation;

const bugs: readonly (readonly [name: string, finding: string, words: readonly bigint[], run: Run])[] = [
  [
    'bit 5 of a PASID table entry, reserved since SSEE went, is not checked',
    'SPT.3/outcome',
    [0x121n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
    (testCase) => {
      const [first = 0n] = testCase.words;
      const blind = testCase.format === 'pasid-table' ? first & ~0x20n : first;
      return healthy({ ...testCase, words: testCase.words.with(0, blind) });
    },
  ],
  [
    'the ignored bits 134:133 of a PASID table entry are refused',
    'entry.ignored.pasid-table/outcome',
    [0x101n, 0n, 0x20n, 0n, 0n, 0n, 0n, 0n],
    (testCase) => {
      const answer = healthy(testCase);
      const refused = testCase.format === 'pasid-table' && ((testCase.words[2] ?? 0n) & 0x60n) !== 0n;
      return refused && answer.fault === null ? { ...answer, fault: 0x5a } : answer;
    },
  ],
  [
    'the first PASID beyond the directory is taken for the last one in it',
    'SCT.4.2/outcome',
    [0x1n, 0x2000n, 0n, 0n],
    (testCase) => {
      const answer = healthy(testCase);
      const [first = 0n, second = 0n] = testCase.words;
      const beyond = 1n << (13n + ((first >> 9n) & 7n));
      const missed = answer.fault === 0x43 && (second & 0xfffffn) === beyond;
      return testCase.format === 'context-scalable' && missed ? { ...answer, fault: null } : answer;
    },
  ],
  [
    'bit 15 of the domain id is lost',
    'entry.field.pasid-table.DID/outcome',
    [0x101n, 0x8000n, 0n, 0n, 0n, 0n, 0n, 0n],
    (testCase) => {
      const { fields, ...answer } = healthy(testCase);
      if (fields?.['DID'] === undefined) return fields === undefined ? answer : { ...answer, fields };
      return { ...answer, fields: { ...fields, DID: fields['DID'] & 0x7fffn } };
    },
  ],
];

test.each(bugs)('%s', async (_name, expected, words, run) => {
  const isIt = ({ rule, aspect }: Mismatch) => `${rule}/${aspect}` === expected;
  const plant = { suite: entrySuite, profiles: profilePool, healthy, faulty: run, isIt };
  const forms = new Set<string>();
  for (const seed of ['a', 'b', 'c']) {
    const smallest = await caught(plant, seed);
    expect(smallest).toMatchObject({ words });
    forms.add(toJson(smallest));
  }
  expect([...forms]).toHaveLength(1);
});

test('every simpler entry is plainer by the measure that makes shrinking end', () => {
  const start: EntryCase = {
    area: 'entry',
    profile: profilePool[0]!,
    format: 'pasid-table',
    words: [0xaa_a0c9n, 0x80_0009n, 0x44_4000n, 0n, 0n, 0n, 0n, 0n],
  };
  let current: EntryCase | undefined = start;
  let steps = 0;
  // Always the mildest step: the longest way down.
  while (current !== undefined) {
    current = [...entrySuite.simpler(current)].at(-1);
    expect(++steps).toBeLessThan(2000);
  }
});
