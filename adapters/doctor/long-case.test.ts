import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { reference } from '../../models/reference/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { latticeBreaches } from '../../spec/lattice.ts';
import { type Area, caseSchema } from '../../spec/schema.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import { longCase } from './long-case.ts';

test.for<Area>(['translation', 'page-walk', 'invalidation'])(
  'a %s case with more zeros is legal, long, and means the same',
  async (area) => {
    const { arbitrary } = await suiteOf(area);
    for (const testCase of fc.sample(arbitrary(profilePool), { seed: 7, numRuns: 6 })) {
      const long = v.parse(caseSchema, longCase(testCase, false));
      expect(toJson(long).length).toBeGreaterThan(800 << 10);
      expect(await reference.run(long)).toEqual(await reference.run(testCase));
    }
  },
);

test('a case without memory is long by its profile, where any profile may be asked for', async () => {
  const [testCase] = fc.sample((await suiteOf('entry')).arbitrary(profilePool), { seed: 7, numRuns: 1 });
  const long = v.parse(caseSchema, longCase(testCase!, true));
  expect(latticeBreaches(long.profile)).toEqual([]);
  expect(await reference.run(long)).toEqual(await reference.run(testCase!));
  expect(longCase(testCase!, false)).toBeUndefined();
});

test('a page that the case names is left as it is, wherever it is', async () => {
  const [drawn] = fc.sample((await suiteOf('translation')).arbitrary(profilePool), { seed: 7, numRuns: 1 });
  if (drawn?.area !== 'translation') throw new Error('not what was asked for');
  const top = (drawn.profile.backed.at(-1)?.end ?? 0n) - 4096n;
  const named = [
    { address: top + 8n, words: [1n] },
    { address: top - 8n, words: [2n] },
  ];
  const long = longCase({ ...drawn, memory: named }, false);
  const added = long && 'memory' in long ? long.memory.slice(named.length) : [];
  expect(added).toHaveLength(300);
  expect(added.filter(({ address }) => address >= top - 4096n)).toEqual([]);
});
