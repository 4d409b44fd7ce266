import { expect, test } from 'vitest';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { profilesOf } from '../core/profiles-of.ts';
import { search } from '../core/search.ts';
import { suiteOf } from '../suite-of.ts';
import { figuresOf } from './figures.ts';
import { measureBug } from './measure.ts';

const bug = bugCalled('not-prepared')!;

test('a bug is measured on the finding that check makes of it under the same seed', async () => {
  const [sighting] = await measureBug(bug, ['5']);
  const faulty = await loadFaulty(bug);
  const suite = await suiteOf(bug.area);
  const { findings } = await search(suite, faulty, { seed: '5', runs: 256, profiles: profilesOf(faulty) });
  expect(findings[0]).toMatchObject({
    id: sighting?.finding,
    found: { afterCases: sighting?.cases, executions: sighting?.executions },
  });
});

test('a bug that shows in no drawn case is missed, which is no error', async () => {
  const healthy = { ...bug, edits: [] };
  const figures = figuresOf(healthy, 2, await measureBug(healthy, ['1', '2'], 300));
  expect(figures).toMatchObject({ seeds: 2, found: 0, forms: 0, cases: { median: 0, worst: 0 } });
});
