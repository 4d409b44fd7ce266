import { describe, expect, test } from 'vitest';
import { runSmmuNesting } from '../../models/reference/smmu-nesting/run.ts';
import type { SmmuCall } from '../../spec/schema.ts';
import {
  atcInv,
  blamed,
  cfgiAll,
  cfgiCd,
  cfgiCdAll,
  cfgiRange,
  cfgiSte,
  commands,
  EATS,
  entryAt,
  off,
  on,
  physical,
  plug,
  smmuCase,
  stage1,
  store,
  sync,
  tlbiAll,
  tlbiNsnh,
  tlbiVa,
  tlbiVaa,
  unplug,
  VMID,
} from './hand-made.fixture.ts';
import { judgeSmmuNesting } from './judge.ts';
import {
  ats,
  attach,
  change,
  describeRows,
  issue,
  memory,
  NEW,
  nothing,
  OLD,
  only,
  same,
  start,
  withAts,
  without,
} from './judge-rows.fixture.ts';

describe('What must reach the host', () => {
  describeRows([
    ['context descriptors of the same entry', same(cfgiSte(0), sync), nothing, 'forward.entry/outcome'],
    [
      'the same, dropped one by one',
      same(cfgiSte(0), sync),
      only(issue(cfgiCd(physical(0), 0n))),
      'forward.entry/outcome',
    ],
    ['the same, attached again', same(cfgiSte(0), sync), only(attach(0, 1)), 'nothing'],
    ['the same, by CFGI_STE', same(cfgiSte(0), sync), only(issue(cfgiSte(physical(0)))), 'nothing'],
    ['a context descriptor', same(cfgiCd(0), sync), nothing, 'forward.descriptors/outcome'],
    ['a context descriptor before CMD_SYNC', same(cfgiCd(0)), nothing, 'nothing'],
    [
      'upper levels of descriptors',
      same(cfgiCd(0, 0n), sync),
      only(issue(cfgiCd(physical(0)))),
      'forward.descriptors/outcome',
    ],
    ['all descriptors for one', same(cfgiCd(0), sync), only(issue(cfgiCdAll(physical(0)))), 'nothing'],
    [
      'one descriptor for all',
      same(cfgiCdAll(0), sync),
      only(issue(cfgiCd(physical(0)))),
      'forward.descriptors/outcome',
    ],
    ['a descriptor beyond S1CDMax', same([0x5005n, 1n], sync), nothing, 'nothing'],
    ['a translation', same(tlbiVa(), sync), nothing, 'forward.translations/outcome'],
    ['all translations for one', same(tlbiVa(), sync), only(issue(tlbiAll(VMID))), 'nothing'],
    ['of all ASIDs for one', same(tlbiVa(), sync), only(issue(tlbiVaa(VMID))), 'nothing'],
    [
      'the last level alone',
      same(tlbiVa(), sync),
      only(issue(tlbiVaa(VMID, 1n))),
      'forward.translations/outcome',
    ],
    ['one ASID for all', same(tlbiVaa(), sync), only(issue(tlbiVa(VMID))), 'forward.translations/outcome'],
    ['what another VMID drops', same(tlbiAll(3n), sync), nothing, 'nothing'],
    [
      'translations on another unit',
      {
        memory: [{ address: entryAt(0), words: [...stage1(OLD), 0n, 0n, 0n, 0n, 0n, 0n, ...stage1(OLD)] }],
        units: [{ vmid: Number(VMID) }, { vmid: Number(VMID) }],
        devices: [{}, { unit: 1 }],
        steps: [plug(0), plug(1), on, commands(tlbiAll(), sync)],
      },
      only(issue(tlbiAll(VMID))),
      'forward.translations/outcome',
    ],
    [
      'translations, where no device has a table',
      {
        memory,
        steps: [...start, off, commands(tlbiAll(), sync)],
      },
      nothing,
      'nothing',
    ],
    ['an ATC', ats(atcInv(0), sync), nothing, 'forward.atc/outcome'],
    ['a part of an ATC', ats(atcInv(0), sync), only(issue(atcInv(physical(0), 3n))), 'forward.atc/outcome'],
    [
      'an ATC, with what says nothing without SSV',
      ats([0x40n | (1n << 9n) | (5n << 12n), 52n], sync),
      only(issue(atcInv(physical(0)))),
      'nothing',
    ],
    [
      'the ATC of a substream for all',
      ats(atcInv(0), sync),
      only(issue([0x840n | (physical(0) << 32n), 52n])),
      'forward.atc/outcome',
    ],
    [
      'the ATC of a substream, with Global',
      ats([0x1840n, 52n], sync),
      only(issue([0x1a40n | (physical(0) << 32n), 52n])),
      'nothing',
    ],
    [
      'the ATC of a substream, with all of the stream',
      ats([0x1840n, 52n], sync),
      only(issue(atcInv(physical(0)))),
      'nothing',
    ],
    [
      'the ATC of a substream, with a part of the stream',
      ats([0x1840n, 52n], sync),
      only(issue(atcInv(physical(0), 3n))),
      'forward.atc/outcome',
    ],
    [
      'the ATC of a substream by another one with Global',
      ats([0x1840n, 52n], sync),
      only(issue([0xa40n | (physical(0) << 32n), 52n])),
      'forward.atc/outcome',
    ],
    [
      'Global left out',
      ats([0x1a40n, 52n], sync),
      only(issue([0x1840n | (physical(0) << 32n), 52n])),
      'forward.atc/outcome',
    ],
    [
      'the ATC of a substream that can not be',
      { ...ats([0x1840n, 52n], sync), smmu: { substreamIdBits: 0 } },
      nothing,
      'nothing',
    ],
    [
      'the ATC of substream 0, where there are no substreams',
      { ...ats([0x840n, 52n], sync), smmu: { substreamIdBits: 0 } },
      nothing,
      'nothing',
    ],
    ['the ATC of a stream without EATS', same(atcInv(0), sync), nothing, 'nothing'],
    [
      'translations before configuration',
      same(cfgiCd(0), sync, tlbiAll(), sync),
      only(issue(tlbiAll(VMID)), issue(cfgiCd(physical(0)))),
      'forward.order/order',
    ],
    [
      'both without CMD_SYNC between',
      same(cfgiCd(0), sync, tlbiAll(), sync),
      only(issue(cfgiCd(physical(0)), tlbiAll(VMID))),
      'forward.order/order',
    ],
    [
      'both with CMD_SYNC between',
      same(cfgiCd(0), sync, tlbiAll(), sync),
      only(issue(cfgiCd(physical(0)), sync, tlbiAll(VMID))),
      'nothing',
    ],
    [
      'both where the guest has no CMD_SYNC',
      same(cfgiCd(0), tlbiAll(), sync),
      only(issue(tlbiAll(VMID), cfgiCd(physical(0)))),
      'nothing',
    ],
    [
      'the same table, attached again behind translations, with a pointer that was not aligned',
      {
        memory: [{ address: entryAt(0), words: stage1(OLD | (4n << 59n)) }],
        steps: [
          ...[...start, store(entryAt(0), stage1(OLD | 0x80n | (4n << 59n)))],
          commands(cfgiSte(0), sync, tlbiAll(), sync),
        ],
      },
      only(issue(cfgiCdAll(physical(0))), issue(tlbiAll(VMID)), attach(0, 1)),
      'nothing',
    ],
    [
      'a new table behind translations',
      change(stage1(NEW), cfgiSte(0), sync, tlbiAll(), sync),
      ({ calls }) => ({ calls: calls.toSorted((a) => (a.call === 'issue' ? -1 : 0)) }),
      'forward.order/order',
    ],
    [
      'an ATC that attaching has dropped',
      {
        memory: withAts,
        steps: [...start, store(entryAt(0), stage1(NEW, EATS)), commands(cfgiSte(0), sync, atcInv(0), sync)],
      },
      without('issue'),
      'nothing',
    ],
    [
      'an ATC before translations',
      ats(tlbiAll(), sync, atcInv(0), sync),
      only(issue(atcInv(physical(0))), issue(tlbiAll(VMID))),
      'forward.order/order',
    ],
  ]);
});

describe('How it reaches the host', () => {
  describeRows([
    ['the VMID of the guest', same(tlbiAll(), sync), only(issue(tlbiAll())), 'convert.vmid/outcome'],
    ['the StreamID of the guest', same(cfgiCd(0), sync), only(issue(cfgiCd(0))), 'convert.stream/outcome'],
    [
      'a stream that is gone',
      { memory, steps: [...start, plug(1), unplug(1), commands(cfgiCd(1), sync)] },
      only(issue(cfgiCd(physical(1)))),
      'convert.stream/outcome',
    ],
    ['every translation of the host', same(tlbiNsnh, sync), only(issue(tlbiNsnh)), 'convert.opcode/outcome'],
    ['every stream of the host, a cost', same(cfgiAll, sync), only(issue(cfgiAll)), 'convert.range/count'],
    [
      'a range of its streams beside ours',
      same(cfgiAll, sync),
      only(issue(cfgiRange(0x80, 5n))),
      'forward.entry/outcome',
    ],
  ]);
});

test('translations that were dropped while no device had a table must be gone before one has', () => {
  const testCase = smmuCase({ memory, steps: [...start, off, commands(tlbiAll(), sync), on] });
  expect(blamed(testCase, 3, nothing)).toBe('forward.translations/outcome');
});

describe('Translations that the host drops, all of them, when the last table goes', () => {
  const testCase = smmuCase({ memory, steps: [...start, off, commands(tlbiAll(), sync), on] });
  const { steps } = runSmmuNesting(testCase);
  const dropped = (edit: (calls: readonly SmmuCall[]) => SmmuCall[]) => {
    const leaving = { ...steps[2]!, calls: edit(steps[2]!.calls) };
    const later = steps.slice(3).map((step) => ({ ...step, ...without('issue')(step) }));
    return judgeSmmuNesting(testCase, { steps: [...steps.slice(0, 2), leaving, ...later] }).mismatches;
  };

  test('need not be dropped once more, since nothing has filled them', () => {
    expect(dropped((calls) => [...calls, issue(tlbiAll(VMID))])).toEqual([]);
  });

  test('may come back when that is done while a device still has the table', () => {
    const found = dropped((calls) => [issue(tlbiAll(VMID)), ...calls]);
    expect(found).toMatchObject([{ rule: 'smmu-nesting.forward.translations' }]);
  });
});

test('what was done too early is not in order, though the CMD_SYNC that needs it comes in a later step', () => {
  const together = only(issue(cfgiCd(physical(0)), tlbiAll(VMID)));
  const testCase = smmuCase({
    memory,
    steps: [...start, commands(cfgiCd(0), sync, tlbiAll()), commands(sync)],
  });
  expect(blamed(testCase, 2, together)).toBe('forward.order/order');
});
