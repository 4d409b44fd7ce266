import { expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { CaseSkipped, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Case, EntryCase, Observation, Profile } from '../../spec/schema.ts';
import { entrySuite } from '../entry/suite.ts';
import { compareArea } from './compare.ts';
import { groundsOf } from './grounds.ts';
import { Members } from './members.ts';

/** The optimized model, asked another case than the one that it is given. */
function changed(name: string, change: (testCase: EntryCase) => Case): Implementation {
  return {
    name,
    profile: 'any',
    areas: ['entry'],
    run: (testCase) => optimized.run(change(testCase as EntryCase)),
  };
}
const answering = (
  name: string,
  run: (testCase: EntryCase, right: Observation) => Observation,
): Implementation => ({
  name,
  profile: 'any',
  areas: ['entry'],
  run: (testCase) => run(testCase as EntryCase, optimized.run(testCase) as Observation),
});

/** Another fault that the reference allows: of an entry with several defects any may be named. */
function otherThan(testCase: EntryCase, right: Observation): number | undefined {
  return [0x51, 0x52, 0x59, 0x5a, 0x5b].find(
    (fault) =>
      'fault' in right &&
      fault !== right.fault &&
      entrySuite.judge(testCase, { fault }).mismatches.length === 0,
  );
}

const isPasid = ({ format }: EntryCase) => format === 'pasid-table';
const withoutWord3 = (testCase: EntryCase) =>
  isPasid(testCase) ? { ...testCase, words: testCase.words.with(3, 0n) } : testCase;
const blind = changed('blind', withoutWord3);

function compared(implementations: readonly Implementation[], seed = 'a', runs = 1000) {
  const members = new Members(
    implementations.map((implementation) => ({ label: implementation.name, implementation })),
    groundsOf(implementations),
  );
  return compareArea(entrySuite, members, { seed, runs });
}

test('implementations that conform have no difference but freedoms', async () => {
  const { cases, groups, alikeWrong } = await compared([optimized, reference]);
  expect(groups.filter(({ kind }) => kind === 'difference')).toEqual([]);
  expect({ cases, alikeWrong }).toEqual({ cases: 1000, alikeWrong: 0 });
});

test('a difference names who breaks which rule, on its smallest case, and who is right', async () => {
  const ids = new Set<string>();
  for (const seed of ['a', 'b', 'c']) {
    const { groups } = await compared([optimized, blind, reference], seed);
    const [group, ...more] = groups.filter(({ kind }) => kind === 'difference');
    expect(more).toEqual([]);
    expect(group).toMatchObject({ title: 'SPT.3 by blind', aspect: 'outcome', byChance: false });
    expect(group?.breaches).toMatchObject([{ member: 1, mismatch: { rule: 'SPT.3' } }]);
    expect(group?.answers.map(({ broken }) => broken.length)).toEqual([0, 1, 0]);
    const { words } = group!.finding.case as EntryCase;
    expect(words.map((word) => word !== 0n)).toEqual([true, false, false, true, false, false, false, false]);
    expect(group!.cases).toBeGreaterThan(1);
    ids.add(group!.finding.id);
  }
  expect(ids.size).toBe(1);
});

test('what all break alike is counted and is no difference', async () => {
  const { groups, alikeWrong } = await compared([blind, { ...blind, name: 'blind too' }]);
  expect(groups).toEqual([]);
  expect(alikeWrong).toBeGreaterThan(0);
});

test('what all break, each otherwise, is a difference in which nobody is right', async () => {
  const says = (name: string, fault: number) =>
    answering(name, (_testCase, right) => ('fault' in right && right.fault === 0x59 ? { fault } : right));
  const { groups } = await compared([says('one', 0x58), says('two', 0x5b)]);
  const group = groups.find(({ title }) => title === 'SPT.2 by one and two, each otherwise');
  expect(group?.aspect).toBe('code');
  expect(group?.breaches.map(({ mismatch }) => mismatch.observed)).toEqual(['fault 0x58', 'fault 0x5b']);
});

test('different answers that are all right are a freedom, with the place where they differ', async () => {
  const picky = answering('picky', (testCase, right) => {
    const fault = otherThan(testCase, right);
    return fault === undefined ? right : { fault };
  });
  const { groups } = await compared([optimized, picky]);
  expect(groups).toMatchObject([{ kind: 'freedom', aspect: 'code', path: 'fault', breaches: [] }]);
});

test('right answers by chance are a freedom too, and no failure', async () => {
  let asked = 0;
  const moody = answering('moody', (testCase, right) => {
    const other = otherThan(testCase, right);
    return other !== undefined && asked++ % 2 === 0 ? { fault: other } : right;
  });
  const { groups } = await compared([optimized, moody]);
  expect(groups.map(({ kind, byChance }) => [kind, byChance])).toContainEqual(['freedom', true]);
  expect(groups.filter(({ kind }) => kind === 'difference')).toEqual([]);
});

test('each is asked and judged under its own claims where no profile is equal', async () => {
  const unit = (name: string, own: Profile): Implementation => ({
    name,
    profile: [{ ...own, name: 'scalable' }],
    areas: ['entry'],
    run: (testCase) => {
      if (testCase.profile.ecap !== own.ecap) throw new Error('asked under the claims of another one');
      return optimized.run(testCase) as Observation;
    },
  });
  const older = unit('older', namedProfile('second-stage-48')!);
  const newer = unit('newer', namedProfile('nested-48')!);
  const { groups } = await compared([older, newer]);
  expect(groups.filter(({ kind }) => kind === 'difference')).toEqual([]);
  expect(groups.some(({ kind }) => kind === 'freedom')).toBe(true);
});

test('a crash is a difference; so is chance, and a case that one passes over is compared among the others', async () => {
  const crashing = answering('crashing', (testCase, right) => {
    if (isPasid(testCase)) throw new ImplementationFailure('crash', 'assertion failed');
    return right;
  });
  const { groups } = await compared([optimized, crashing], 'a', 400);
  expect(groups).toMatchObject([{ title: 'entry.answers by crashing', breaches: [{ member: 1 }] }]);

  let asked = 0;
  const moody = answering('moody', (_testCase, right) => (++asked % 5 === 0 ? { fault: 0x2a } : right));
  const byChance = (await compared([optimized, moody], 'a', 400)).groups;
  expect(byChance.some((group) => group.byChance && group.kind === 'difference')).toBe(true);

  const picky = answering('picky', (testCase, right) => {
    if (isPasid(testCase)) throw new CaseSkipped('no PASIDs here');
    return right;
  });
  const two = await compared([blind, picky], 'a', 400);
  expect(two.skipped).toMatchObject([{ reason: 'picky: no PASIDs here' }]);
  expect(two.groups).toEqual([]);
  const three = await compared([blind, picky, optimized], 'a', 2000);
  expect(three.skipped).toEqual([]);
  expect(three.groups.find(({ kind }) => kind === 'difference')?.title).toBe('SPT.3 by blind');
});

test('a search gives up after a few hangs, and says who hangs', async () => {
  const hanging = answering('hanging', () => {
    throw new ImplementationFailure('hang', 'no answer in 10 s');
  });
  const { cases, groups } = await compared([optimized, hanging]);
  expect(cases).toBeLessThan(100);
  expect(groups[0]?.finding.observed).toMatch(/^hang: hanging: no answer/);
});
