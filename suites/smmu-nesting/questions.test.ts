/** A breach that failures only bring to light is named by its cause, and one of failures keeps its name. */
import { expect, test } from 'vitest';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import {
  atcInv,
  CONTEXT,
  type Command,
  cfgiCd,
  cfgiSte,
  commands,
  nesting,
  on,
  plug,
  reserved,
  stage1,
  sync,
  tlbiAll,
  tlbiNsnh,
} from '../../models/faulty/smmu-nesting/cases.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { closerLook } from '../core/closer.ts';
import { smmuNestingSuite } from './suite.ts';

const failing = nesting(
  stage1(),
  [plug(), on, commands(tlbiAll, cfgiSte), { step: 'acknowledge', commands: [sync] }],
  { units: [{ vmid: 0 }, { vmid: 0 }], devices: [{ unit: 1 }], failing: [{ call: 0 }, { call: 5 }] },
);
/** PREFETCH_CONFIG with a bit that means nothing: it may be refused. */
const openPrefetch: Command = [0x01n, 0x8000n];
const own = bugCalled('smmu-batch-over-reported')!;

test.each([
  ['smmu-translations-of-one-unit', failing, 'forward.translations'],
  [own.id, own.smallest, 'failure.exact'],
])('%s is found by what it is', async (id, found, rule) => {
  if (found.area !== 'smmu-nesting') throw new RangeError(`${id} is of area ${found.area}`);
  const implementation = await loadFaulty(bugCalled(id)!);
  const { verdict } = judgeAnswer(smmuNestingSuite, found, await ask(implementation, found));
  const [mismatch] = verdict.mismatches;
  expect(mismatch?.rule).toBe('smmu-nesting.failure.exact');
  const closer = await closerLook(
    smmuNestingSuite,
    implementation,
    { testCase: found, mismatch: mismatch! },
    true,
  );
  expect(closer.mismatch.rule).toBe(`smmu-nesting.${rule}`);
});

test('what a failure left undone and a later command did too late is no order that got lost', async () => {
  const found = nesting(
    stage1(CONTEXT, 1n << 28n),
    [plug(), on, commands(tlbiAll, cfgiCd, sync, tlbiAll, atcInv, sync), { step: 'acknowledge' }],
    { smmu: { ats: true }, failing: [{ call: 3 }] },
  );
  const implementation = await loadFaulty(own);
  const { verdict } = judgeAnswer(smmuNestingSuite, found, await ask(implementation, found));
  const [mismatch] = verdict.mismatches;
  expect(mismatch?.rule).toBe('smmu-nesting.forward.order');
  const shown = { testCase: found, mismatch: mismatch! };
  const closer = await closerLook(smmuNestingSuite, implementation, shown, true);
  expect(closer.mismatch.rule).toBe('smmu-nesting.failure.exact');
});

test.each([
  [
    'smmu-nh-all-kept-back',
    nesting(stage1(), [plug(), on, commands(cfgiSte, tlbiNsnh, sync, tlbiAll, sync)]),
    'forward.order',
    'forward.translations',
  ],
  [
    'smmu-acknowledged-command-skipped',
    nesting(
      stage1(),
      [plug(), on, commands(cfgiSte, sync, openPrefetch, reserved), { step: 'acknowledge' }],
      {
        failing: [{ call: 3 }],
      },
    ),
    'forward.entry',
    'queue.illegal',
  ],
] as const)('%s is told by what it is not', async (id, found, first, rule) => {
  const implementation = await loadFaulty(bugCalled(id)!);
  const { verdict } = judgeAnswer(smmuNestingSuite, found, await ask(implementation, found));
  const [mismatch] = verdict.mismatches;
  expect(mismatch?.rule).toBe(`smmu-nesting.${first}`);
  const shown = { testCase: found, mismatch: mismatch! };
  const closer = await closerLook(smmuNestingSuite, implementation, shown, true);
  expect(closer.mismatch.rule).toBe(`smmu-nesting.${rule}`);
});
