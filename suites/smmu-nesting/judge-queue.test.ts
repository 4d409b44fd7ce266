import { describe, expect, test } from 'vitest';
import { runSmmuNesting } from '../../models/reference/smmu-nesting/run.ts';
import type { SmmuCall } from '../../spec/schema.ts';
import {
  acknowledge,
  atcInv,
  cfgiCd,
  cfgiSte,
  commands,
  gbpa,
  invalid,
  physical,
  reserved,
  smmuCase,
  stage1,
  sync,
  tlbiAll,
  VMID,
} from './hand-made.fixture.ts';
import { judgeSmmuNesting } from './judge.ts';
import {
  ats,
  attach,
  change,
  create,
  describeRows,
  failing,
  free,
  issue,
  memory,
  NEW,
  nothing,
  same,
  start,
} from './judge-rows.fixture.ts';

describe('The queue', () => {
  describeRows([
    [
      'a legal command refused',
      same(cfgiCd(0), sync),
      () => ({ calls: [], consumed: 0, error: 1 }),
      'queue.legal/outcome',
    ],
    ['a command forgotten', same(cfgiCd(0), sync), () => ({ consumed: 1 }), 'queue.legal/count'],
    [
      'a bad entry refused',
      change(invalid),
      () => ({ calls: [], consumed: 0, error: 1 }),
      'queue.bad-entry/outcome',
    ],
    [
      'an unknown stream refused',
      same(cfgiSte(9), sync),
      () => ({ consumed: 0, error: 1 }),
      'queue.unknown-stream/outcome',
    ],
    [
      'an illegal command consumed',
      same(sync, reserved, sync),
      () => ({ consumed: 3, error: null }),
      'queue.illegal/count',
    ],
    [
      'an illegal command without an error',
      same(sync, reserved, sync),
      () => ({ error: null }),
      'queue.illegal/outcome',
    ],
    ['another error', same(sync, reserved, sync), () => ({ error: 2 }), 'queue.illegal/outcome'],
    [
      'an error beside the illegal command',
      same(sync, reserved, sync),
      () => ({ consumed: 0 }),
      'queue.legal/outcome',
    ],
    ['an error of nothing', same(sync), () => ({ error: 1 }), 'queue.stopped/outcome'],
    ['more than there is', same(sync), () => ({ consumed: 2 }), 'queue.stopped/count'],
    [
      'a queue that goes on',
      { steps: [commands(reserved), commands(sync)] },
      () => ({ consumed: 1 }),
      'queue.stopped/count',
    ],
    [
      'an error that goes away',
      { steps: [commands(reserved), commands(sync)] },
      () => ({ error: null }),
      'queue.stopped/outcome',
    ],
    [
      'a queue that stays stopped',
      { steps: [commands(reserved), acknowledge(sync)] },
      () => ({ consumed: 0, error: 1 }),
      'queue.legal/outcome',
    ],
    [
      'the same illegal command',
      { steps: [commands(reserved), acknowledge()] },
      () => ({ consumed: 1, error: null }),
      'queue.illegal/count',
    ],
    [
      'reserved bits, refused or not',
      same([0x46n | (1n << 20n), 0n]),
      () => ({ consumed: 0, error: 1 }),
      'nothing',
    ],
    [
      'a VMID, which is reserved here, refused',
      same(tlbiAll(3n), sync),
      () => ({ consumed: 0, error: 1 }),
      'nothing',
    ],
    [
      'a VMID refused as another error',
      same(tlbiAll(3n), sync),
      () => ({ consumed: 0, error: 3 }),
      'queue.legal/outcome',
    ],
    [
      'a command without a VMID, before one with it, that is not done',
      same(tlbiAll(), tlbiAll(3n), sync),
      nothing,
      'forward.translations/outcome',
    ],
    ['a Secure command', same([0x403n, 1n]), () => ({ consumed: 1, error: null }), 'queue.illegal/count'],
    [
      'ATC_INV without ATS',
      { ...same(atcInv(0)), smmu: { ats: false } },
      () => ({ consumed: 1, error: null }),
      'queue.illegal/count',
    ],
  ]);
});

describe('Failures', () => {
  describeRows([
    [
      'a failure that stops the queue without an error',
      failing(same(tlbiAll(), sync), 3),
      () => ({ error: null }),
      'queue.legal/count',
    ],
    [
      'a failure as another error',
      failing(same(tlbiAll(), sync), 3),
      () => ({ error: 3 }),
      'failure.error-code/outcome',
    ],
    ['a failure at CMD_SYNC', failing(ats(atcInv(0), sync), 3), () => ({ consumed: 1, error: 3 }), 'nothing'],
    [
      'a failure that is passed over',
      failing(same(tlbiAll(), sync), 3),
      () => ({ consumed: 2, error: null }),
      'forward.translations/outcome',
    ],
    [
      'a failure, done again',
      failing(same(tlbiAll(), sync), 3),
      () => ({ calls: [issue(tlbiAll(VMID)), issue(tlbiAll(VMID))], consumed: 2, error: null }),
      'nothing',
    ],
    [
      'commands of a batch that may be issued again',
      failing(same(cfgiCd(0), tlbiAll(), sync), 3, 1),
      () => ({ calls: [issue(cfgiCd(physical(0)), tlbiAll(VMID))], consumed: 2, error: 1 }),
      'nothing',
    ],
    [
      'commands of a batch that were',
      failing(same(cfgiCd(0), tlbiAll(), sync), 3, 1),
      () => ({ calls: [issue(cfgiCd(physical(0)), tlbiAll(VMID))], consumed: 1, error: 1 }),
      'nothing',
    ],
    [
      'neither the old nor blocked',
      failing(change(stage1(NEW)), 4),
      () => ({ calls: [create(2, stage1(NEW)), attach(0, 2), attach(0, 'bypass'), free(1), free(2)] }),
      'failure.stream/outcome',
    ],
    [
      'blocked',
      failing(change(stage1(NEW)), 4),
      () => ({ calls: [create(2, stage1(NEW)), attach(0, 2), attach(0, 'abort'), free(1), free(2)] }),
      'nothing',
    ],
    [
      'the old one behind CMD_SYNC',
      failing(change(stage1(NEW)), 4),
      () => ({ consumed: 2, error: null }),
      'failure.stream/outcome',
    ],
    [
      'a failure that nobody hears of',
      failing({ memory, steps: start }, 1),
      () => ({ reported: false }),
      'failure.reported/record',
    ],
    [
      'a failed enable, left',
      { ...failing({ memory, steps: start }, 1), steps: [...start, gbpa(true)] },
      nothing,
      'nothing',
    ],
    [
      'a failed enable, left behind CMD_SYNC',
      { ...failing({ memory, steps: start }, 1), steps: [...start, commands(cfgiSte(0), sync)] },
      nothing,
      'event.cfgi-ste/outcome',
    ],
  ]);
});

describe('Commands that failed and were consumed', () => {
  const batch = [issue(cfgiCd(physical(0)), tlbiAll(VMID))];
  const testCase = smmuCase(failing(same(cfgiCd(0), tlbiAll(), sync), 3, 1));
  const { steps } = runSmmuNesting(testCase);
  const afterwards = (...calls: SmmuCall[]) => {
    const stopped = { calls: batch, consumed: 2, error: 1 };
    const goesOn = { calls, consumed: 1, error: null };
    const longer = { ...testCase, steps: [...testCase.steps, acknowledge()] };
    const observation = { steps: [...steps.slice(0, 2), stopped, goesOn] };
    return judgeSmmuNesting(longer, observation).mismatches.map(({ rule }) => rule);
  };

  test('have to be done when the next CMD_SYNC completes', () => {
    expect(afterwards()).toEqual(['smmu-nesting.failure.exact']);
  });

  test('may be done until then', () => {
    expect(afterwards(issue(tlbiAll(VMID)))).toEqual([]);
  });
});

test('A failure that is passed over before an illegal command, which stops the queue, is no inexact stop', () => {
  const parts = failing(same(cfgiCd(0), reserved), 3);
  const testCase = smmuCase({ ...parts, steps: [...parts.steps, acknowledge(sync)] });
  const { steps } = runSmmuNesting(testCase);
  const passedOver = { calls: [issue(cfgiCd(physical(0)))], consumed: 1, error: 1 };
  const goesOn = { calls: [], consumed: 1, error: null };
  const { mismatches } = judgeSmmuNesting(testCase, { steps: [...steps.slice(0, 2), passedOver, goesOn] });
  expect(mismatches.map(({ rule }) => rule)).toEqual(['smmu-nesting.forward.descriptors']);
});

describe('ATC_INVs behind which CMD_SYNC timed out', () => {
  const testCase = smmuCase(failing(ats(cfgiCd(0), atcInv(0), sync), 3, 0));
  const { steps } = runSmmuNesting(testCase);
  const afterwards = (error: number, ...calls: SmmuCall[]) => {
    const stopped = { calls: [issue(cfgiCd(physical(0)), atcInv(physical(0)))], consumed: 2, error };
    const longer = { ...testCase, steps: [...testCase.steps, acknowledge()] };
    const observation = { steps: [...steps.slice(0, 2), stopped, { calls, consumed: 1, error: null }] };
    return judgeSmmuNesting(longer, observation).mismatches.map(({ rule }) => rule);
  };

  test('may never complete', () => {
    expect(afterwards(3, issue(cfgiCd(physical(0))))).toEqual([]);
  });

  test('and nothing else', () => {
    expect(afterwards(3, issue(atcInv(physical(0))))).toEqual(['smmu-nesting.failure.exact']);
  });

  test('nor behind another error', () => {
    expect(afterwards(1, issue(cfgiCd(physical(0))))).toEqual(['smmu-nesting.failure.exact']);
  });
});
