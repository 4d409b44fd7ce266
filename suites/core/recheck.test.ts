import { describe, expect, test } from 'vitest';
import { CaseSkipped, type Implementation } from '../../spec/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { EntryObservation, Profile } from '../../spec/schema.ts';
import { entrySuite } from '../entry/suite.ts';
import { failingCases, type Recorded, recheck } from './recheck.ts';
import { type RecordedFile, tryRecorded } from './try-recorded.ts';

const profile = namedProfile('second-stage-48') as Profile;
/** Bit 0 of word 3 is reserved. */
const recordedCase: Recorded = {
  rule: 'SPT.3',
  aspect: 'outcome',
  case: { area: 'entry', profile, format: 'pasid-table', words: [0x85n, 0n, 0n, 1n, 0n, 0n, 0n, 0n] },
};
const file: RecordedFile = {
  ...recordedCase,
  file: 'findings/mine/a.json',
  id: 'SPT.3/outcome/797c5c0c',
  isOwn: true,
};

const answering = (
  run: () => EntryObservation,
  profile: Implementation['profile'] = 'any',
): Implementation => ({
  name: 'mine',
  profile,
  areas: ['entry'],
  run,
});
const right = answering(() => ({ fault: 0x5a }));
const wrong = answering(() => ({ fault: null }));
const dead = answering(() => {
  throw new Error('x is not a function');
});
const state = async (implementation: Implementation, recorded = recordedCase) =>
  (await recheck(entrySuite, implementation, [recorded]))[0];

describe('a recorded finding', () => {
  test('fails while the same rule is broken in the same aspect', async () => {
    expect(await state(wrong)).toMatchObject({ state: 'fails', mismatch: { rule: 'SPT.3' } });
  });

  test('is fixed when the answer conforms, and only then', async () => {
    expect(await state(right)).toEqual({ state: 'fixed' });
    const other = { ...recordedCase, rule: 'SPT.2' };
    expect(await state(wrong, other)).toMatchObject({
      state: 'fails-otherwise',
      mismatch: { rule: 'SPT.3' },
    });
    expect(await state(dead)).toMatchObject({
      state: 'fails-otherwise',
      mismatch: { rule: 'entry.answers' },
      failure: { kind: 'crash' },
    });
  });

  test('is fixed also where something else breaks that is expected', async () => {
    const [result] = await recheck(entrySuite, wrong, [{ ...recordedCase, rule: 'SPT.2' }], () => true);
    expect(result).toEqual({ state: 'fixed' });
  });

  test('of chance is asked many times', async () => {
    let asked = 0;
    const flaky = answering(() => ({ fault: ++asked === 70 ? null : 0x5a }));
    const chance = { ...recordedCase, rule: 'entry.repeatable' };
    expect(await state(flaky, chance)).toMatchObject({ state: 'fails' });
    expect(await state(right, chance)).toEqual({ state: 'fixed' });
  });

  test('that is passed over is neither', async () => {
    const picky = answering(() => {
      throw new CaseSkipped('no PASIDs');
    });
    expect(await state(picky)).toEqual({ state: 'skipped', reason: 'no PASIDs' });
  });

  test('is asked in a batch where there is one', async () => {
    const batched: Implementation = {
      ...dead,
      runBatch: async (cases) => cases.map(() => ({ observation: { fault: 0x5a } })),
    };
    expect(await state(batched)).toEqual({ state: 'fixed' });
  });
});

test('each breach is given to the search once, by the first case that shows it', async () => {
  const recorded = [recordedCase, recordedCase, { ...recordedCase, rule: 'SPT.2' }];
  const results = await recheck(entrySuite, wrong, recorded);
  expect(failingCases(recorded, results)).toEqual([recordedCase.case]);
  expect(failingCases(recorded, await recheck(entrySuite, right, recorded))).toEqual([]);
});

describe('what is recorded is tried', () => {
  const nothing = { onChunk: () => undefined };
  const tried = (implementation: Implementation, recorded = [file]) =>
    tryRecorded(entrySuite, implementation, recorded, [], nothing);

  test('and what fails is given to the search', async () => {
    expect(await tried(wrong)).toEqual({
      results: [{ file: file.file, id: file.id, state: 'fails' }],
      failing: [file.case],
    });
  });

  test('and what is fixed is not', async () => {
    expect(await tried(right)).toEqual({
      results: [{ file: file.file, id: file.id, state: 'fixed' }],
      failing: [],
    });
  });

  test('and what another implementation broke is not called fixed', async () => {
    const { results } = await tried(right, [{ ...file, isOwn: false }]);
    expect(results.map((result) => result.state)).toEqual(['passes']);
  });

  test('but not under a profile that is not offered', async () => {
    const other = answering(() => ({ fault: null }), [{ ...profile, haw: 40 }]);
    expect(await tried(other)).toMatchObject({ results: [{ state: 'not-offered' }], failing: [] });
  });

  test('and under the name that the profile has now', async () => {
    const renamed = { ...profile, name: 'mine-2.0' };
    const { failing } = await tried(answering(() => ({ fault: null }), [renamed]));
    expect(failing).toEqual([{ ...file.case, profile: renamed }]);
  });

  test('in its own area alone', async () => {
    const elsewhere = {
      ...file,
      case: {
        area: 'used-bits',
        profile,
        format: 'vtd-pasid',
        entry: Array<bigint>(8).fill(0n),
      },
    } as const;
    const result = await tryRecorded(entrySuite, wrong, [elsewhere], [], nothing);
    expect(result).toEqual({ results: [], failing: [] });
  });
});
