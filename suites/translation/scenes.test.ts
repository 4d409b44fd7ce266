/** A breach ends in the plainest tables that show it, under the name that it has there. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTranslationCase } from '../../generators/translation.ts';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { ROOT, scalable, translation, type Words } from '../../models/faulty/tables.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { sizeOf } from '../core/case-size.ts';
import { search } from '../core/search.ts';
import { judgeTranslation } from './judge.ts';
import { scenes } from './scenes.ts';
import { translationSuite } from './suite.ts';

const drawn = fc.sample(anyTranslationCase(namedProfiles), { seed: 3, numRuns: 40 });

test('a scene holds no more than the case that it stands for, and a healthy unit conforms in it', () => {
  const made = drawn.flatMap((testCase) => [...scenes(testCase)].map((scene) => ({ testCase, scene })));
  expect(made.length).toBeGreaterThan(50);
  for (const { testCase, scene } of made) {
    expect(sizeOf(scene).words).toBeLessThanOrEqual(sizeOf(testCase).words);
    const observation = optimized.run(scene) as TranslationObservation;
    expect(judgeTranslation(scene, observation).mismatches).toEqual([]);
  }
});

test('a case of several requests has no scenes: it is shrunk to one of them first', () => {
  const several = translation('legacy-39', 0n, [], {}, { address: 0x1000n });
  expect([...scenes(several)]).toEqual([]);
});

/** Four levels from 5000h, the last entry as it is given. */
const secondStage = (leaf: bigint): TranslationCase =>
  scalable('second-stage-48', [
    [0x4000n, 0x5085n],
    [0x5000n, 0x6001n],
    [0x6000n, 0x7001n],
    [0x7000n, leaf],
  ]);
/** RID_PRIV; in a page whose accessed flag is not set, out of tables that are not snooped. */
const supervisorsWrite = scalable(
  'nested-48',
  [
    [0x2000n, 0x3001n, 0x10_0000n],
    [0x4000n, 0x41n, 0n, 0x5001n],
    [0x5000n, 0x6025n],
    [0x6000n, 0xa5n],
  ],
  { op: 'write' },
);
/** The page is reached by two entries of the second stage, and has no right there. */
const supervisorsNested = scalable(
  'nested-48',
  [
    [0x2000n, 0x3009n],
    [0x4040n, 0x50c5n, 0n, 0x1c_3001n],
    [0x5000n, 0x6001n],
    [0x6000n, 0x7001n],
    [0x7268n, 0x9001n],
    [0x7e18n, 0x8001n],
    [0x8000n, 0x4_d025n],
    [0x9000n, 0xa5n],
  ],
  { pasid: 1, privileged: true },
);
/** Tables of five levels behind pages that can be read only, and a page behind one that can be written only. */
const readOnlyTables = translation(
  'everything',
  0x1400n,
  [
    ...[ROOT, [0x2000n, 0x3005n], [0x3000n, 0x4001n], [0x4000n, 0x50c9n, 0x80_0000n, 0x3004n]],
    ...[
      [0x5000n, 0x6001n],
      [0x5008n, 0xe002n],
      [0x6000n, 0x7001n],
      [0x7000n, 0x8001n],
    ],
    ...[
      [0x8000n, 0xb001n],
      [0x8010n, 0xa001n],
      [0x8018n, 0x9001n],
      [0x8020n, 0xc001n],
      [0x8028n, 0xd001n],
    ],
    ...[
      [0x9ff8n, 0x2027n],
      [0xa000n, 0x27n],
      [0xb000n, 0x4027n],
      [0xc000n, 0x5027n],
    ],
    ...[
      [0xd000n, 0x80_0000_0027n],
      [0xe000n, 0x82n],
    ],
  ] as readonly Words[],
  { address: 0xffff_0000_0000_0000n, kind: 'translation' },
);
const shown: readonly (readonly [bug: string, found: TranslationCase, rule: string, words: number])[] = [
  ['interrupt-range-translated', secondStage(0xfee0_0001n), 'LGN.4', 9],
  ['leaf-snoop-bit-in-scalable-mode', secondStage(0x2000_0903n), 'translation.snoop-bit', 8],
  // What these requests should have come to, SFS.9 and SSS.2, is not what is wrong.
  ['supervisors-barred-from-user-pages', supervisorsWrite, 'translation.first-stage.1g', 15],
  ['supervisors-barred-from-user-pages', supervisorsNested, 'translation.pasid', 14],
  ['dirty-flag-in-a-read-only-table', readOnlyTables, 'SFS.8', 18],
];

test.each(shown)('%s is found by what it is', async (id, found, rule, words) => {
  const faulty = await loadFaulty(bugCalled(id)!);
  const options = { seed: '1', runs: 0, given: [found], profiles: namedProfiles };
  const { findings } = await search(translationSuite, faulty, options);
  expect(findings.map((finding) => [finding.rule, sizeOf(finding.case).words])).toEqual([[rule, words]]);
});
