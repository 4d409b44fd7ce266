/** Streams that the host would not change: what may be left of them, and of others. */
import { describe, expect, test } from 'vitest';
import { runSmmuNesting } from '../../models/reference/smmu-nesting/run.ts';
import type { SmmuCall } from '../../spec/schema.ts';
import {
  aborted,
  acknowledge,
  bypassed,
  cfgiSte,
  commands,
  entryAt,
  gbpa,
  off,
  on,
  type Parts,
  plug,
  type Report,
  smmuCase,
  stage1,
  store,
  sync,
  tlbiAll,
} from './hand-made.fixture.ts';
import { judgeSmmuNesting } from './judge.ts';
import { attach, change, create, failing, free, NEW, OLD } from './judge-rows.fixture.ts';

describe('A stream that the host would not change, whose command was consumed and failure reported', () => {
  const testCase = smmuCase({ ...failing(change(stage1(NEW), cfgiSte(0)), 3) });
  const { steps } = runSmmuNesting(testCase);
  const afterwards = (...calls: SmmuCall[]) => {
    const refused = { calls: [create(2, stage1(NEW)), ...calls], consumed: 1, error: null, reported: true };
    const longer = { ...testCase, steps: [...testCase.steps, commands(sync)] };
    const observation = { steps: [...steps.slice(0, 3), refused, { calls: [], consumed: 1, error: null }] };
    return judgeSmmuNesting(longer, observation).mismatches.map(({ rule }) => rule);
  };

  test('may be blocked behind CMD_SYNC', () => {
    expect(afterwards(attach(0, 'abort'), free(1))).toEqual([]);
  });

  test('may not be as it was', () => {
    expect(afterwards()).toEqual(['smmu-nesting.event.cfgi-ste']);
  });
});

describe('A stream that was blocked when its device came, since the host would not change it', () => {
  const parts: Parts = {
    memory: [{ address: entryAt(0), words: bypassed }],
    steps: [on, plug(0), commands(cfgiSte(0)), commands(sync)],
    failing: [{ call: 0 }, { call: 2 }],
  };
  const refusedAgain = (report: Partial<Report>) => {
    const blocked = { calls: [attach(0, 'bypass'), attach(0, 'abort')], error: null, reported: true };
    const again = { calls: [attach(0, 'bypass')], consumed: 1, error: null, ...report };
    const steps = [
      { calls: [] },
      { ...blocked, consumed: 0 },
      again,
      { calls: [], consumed: 1, error: null },
    ];
    return judgeSmmuNesting(smmuCase(parts), { steps }).mismatches.map(({ rule }) => rule);
  };

  test('and that it would not change once more at CFGI_STE, may stay blocked behind CMD_SYNC', () => {
    expect(refusedAgain({ reported: true })).toEqual([]);
  });

  test('but not when the second failure was told to nobody', () => {
    expect(refusedAgain({})).toEqual(['smmu-nesting.event.cfgi-ste']);
  });
});

describe('A stream that stayed as it was when the host would not change it, which was reported', () => {
  const parts: Parts = {
    memory: [{ address: entryAt(0), words: stage1(NEW) }],
    steps: [plug(0), on, commands(sync), commands(cfgiSte(0), sync)],
    failing: [{ call: 1 }],
  };
  const refused = { calls: [create(1, stage1(NEW))], consumed: 0, error: null, reported: true };
  const blockedLater = (...last: SmmuCall[]) => {
    const steps = [
      { calls: [attach(0, 'bypass')] },
      refused,
      { calls: [attach(0, 'abort')], consumed: 1, error: null },
      { calls: last, consumed: 2, error: null },
    ];
    return judgeSmmuNesting(smmuCase(parts), { steps }).mismatches.map(({ rule }) => rule);
  };

  test('may be blocked in a later step', () => {
    expect(blockedLater(create(2, stage1(NEW)), attach(0, 2))).toEqual([]);
  });

  test('until its next CFGI', () => {
    expect(blockedLater()).toEqual(['smmu-nesting.event.cfgi-ste']);
  });

  test('may not be blocked by its next CFGI, which the host does not refuse', () => {
    const testCase = smmuCase({ ...parts, steps: [plug(0), on, commands(cfgiSte(0), sync)] });
    const blocked = { calls: [attach(0, 'abort')], consumed: 2, error: null };
    const { mismatches } = judgeSmmuNesting(testCase, {
      steps: [{ calls: [attach(0, 'bypass')] }, refused, blocked],
    });
    expect(mismatches.map(({ rule }) => rule)).toEqual(['smmu-nesting.stream.stage-1']);
  });

  test('may be blocked when CMD_SYNC completes the CFGI that it was refused at', () => {
    const steps = [plug(0), on, store(entryAt(0), stage1(OLD)), commands(cfgiSte(0)), commands(sync)];
    const reports = [
      { calls: [attach(0, 'bypass')] },
      { calls: [create(1, stage1(NEW)), attach(0, 1)], consumed: 0, error: null },
      { calls: [] },
      { calls: [create(2, stage1(OLD))], consumed: 1, error: null, reported: true },
      { calls: [attach(0, 'abort'), free(1)], consumed: 1, error: null },
    ];
    const testCase = smmuCase({ ...parts, steps, failing: [{ call: 3 }] });
    expect(judgeSmmuNesting(testCase, { steps: reports }).mismatches).toEqual([]);
  });
});

describe('A stream that is right, though the host refused what CFGI_STE asked for, which was reported', () => {
  const judged = (reported: boolean) => {
    const testCase = smmuCase({
      memory: [{ address: entryAt(0), words: bypassed }],
      steps: [plug(0), on, commands(cfgiSte(0), sync), plug(1), acknowledge()],
      failing: [{ call: 1 }],
    });
    const steps = [
      { calls: [attach(0, 'bypass')] },
      { calls: [], consumed: 0, error: null },
      { calls: [attach(0, 'bypass')], consumed: 1, error: reported ? 1 : null, reported },
      { calls: [attach(1, 'abort')], consumed: 0, error: reported ? 1 : null },
      { calls: [attach(0, 'abort')], consumed: 1, error: null },
    ];
    return judgeSmmuNesting(testCase, { steps }).mismatches.map(({ rule }) => rule);
  };

  test('may be blocked when CMD_SYNC completes', () => {
    expect(judged(true)).toEqual([]);
  });

  test('not when nobody was told', () => {
    expect(judged(false)).not.toEqual([]);
  });
});

describe('SMMUEN is set, and the host refuses the first of two devices', () => {
  const testCase = smmuCase({
    memory: [0, 1].map((index) => ({ address: entryAt(index), words: aborted })),
    steps: [plug(0), plug(1), on],
    failing: [{ call: 2 }],
  });
  const { steps } = runSmmuNesting(testCase);
  const reported = (...calls: SmmuCall[]) => {
    const observation = { steps: [...steps.slice(0, 2), { calls, reported: true }] };
    return judgeSmmuNesting(testCase, observation).mismatches.map(({ rule }) => rule);
  };

  test('which may stay as it was', () => {
    expect(reported(attach(0, 'abort'), attach(1, 'abort'))).toEqual([]);
  });

  test('the other may not', () => {
    expect(reported(attach(0, 'abort'))).toEqual(['smmu-nesting.event.enable']);
  });
});

describe('A device that the host refused when it came', () => {
  const later = [gbpa(true), on, commands(cfgiSte(0), sync), commands(tlbiAll(), sync)];
  const parts: Parts = {
    memory: [{ address: entryAt(0), words: bypassed }],
    steps: [plug(0), ...later],
    failing: [{ call: 0 }],
  };
  const judged = (first: Partial<Report>, ...more: SmmuCall[]) => {
    const steps = [
      { calls: [attach(0, 'bypass')], ...first },
      { calls: more, consumed: 0, error: null },
      { calls: [], consumed: 0, error: null },
      { calls: [], consumed: 2, error: null },
      { calls: [], consumed: 2, error: null },
    ];
    return judgeSmmuNesting(smmuCase(parts), { steps }).mismatches.map(({ rule }) => rule);
  };

  test('may be left out from then on: nothing is attached, and the guest never had it', () => {
    expect(judged({ reported: true })).toEqual([]);
  });

  test('also when what it was given before the failure is taken back', () => {
    const failed = smmuCase({ ...parts, steps: [plug(0), on], failing: [{ call: 1 }] });
    const calls = [attach(0, 'bypass'), attach(0, 'bypass'), attach(0, 'abort')];
    const { mismatches } = judgeSmmuNesting(failed, { steps: [{ calls, reported: true }, { calls: [] }] });
    expect(mismatches).toEqual([]);
  });

  test('also when that is what its entry says, and is something else later', () => {
    const parted = { memory: [{ address: entryAt(0), words: aborted }], steps: [on, plug(0), off] };
    const calls = [attach(0, 'bypass'), attach(0, 'bypass'), attach(0, 'abort')];
    const steps = [{ calls: [] }, { calls, reported: true }, { calls: [] }];
    const { mismatches } = judgeSmmuNesting(smmuCase({ ...parted, failing: [{ call: 1 }] }), { steps });
    expect(mismatches).toEqual([]);
  });

  test('also when it comes once more, and is refused again', () => {
    const twice = smmuCase({ ...parts, steps: [plug(0), plug(0), on], failing: [{ call: 0 }, { call: 1 }] });
    const refused = { calls: [attach(0, 'bypass')], reported: true };
    expect(judgeSmmuNesting(twice, { steps: [refused, refused, { calls: [] }] }).mismatches).toEqual([]);
  });

  test('not when nobody was told', () => {
    expect(judged({})).toEqual(['smmu-nesting.failure.reported']);
  });

  test('not when something is done with it later: it is there then', () => {
    expect(judged({ reported: true }, attach(0, 'bypass'))).toEqual(['smmu-nesting.event.gbpa']);
  });
});
