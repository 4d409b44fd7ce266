import { describe } from 'vitest';
import {
  aborted,
  bypassed,
  type Command,
  cfgiAll,
  cfgiCdAll,
  cfgiRange,
  cfgiSte,
  commands,
  EATS,
  entryAt,
  gbpa,
  invalid,
  nested,
  off,
  on,
  type Parts,
  physical,
  plug,
  stage1,
  store,
  sync,
  unplug,
} from './hand-made.fixture.ts';
import {
  attach,
  change,
  create,
  describeRows,
  edited,
  free,
  issue,
  memory,
  NEW,
  nothing,
  OLD,
  only,
  start,
} from './judge-rows.fixture.ts';

/** The level 1 descriptor of a two-level table leads to another level 2 table; then `command` and a CMD_SYNC come. */
const descriptorChange = (command: Command): Parts => ({
  streamTable: { base: 0x2_0000n, config: 0x1_0188n },
  memory: [...memory, { address: 0x2_0000n, words: [0x1_0007n] }, { address: 0x3_0000n, words: bypassed }],
  steps: [...start, store(0x2_0000n, [0x3_0007n]), commands(command, sync)],
});

describe('What streams are', () => {
  describeRows([
    [
      'another context descriptor',
      change(stage1(NEW)),
      edited('create', { ste: stage1(OLD + 0x1000n) }),
      'stream.stage-1/outcome',
    ],
    [
      'ATS without EATS',
      change(stage1(NEW)),
      edited('create', { ste: stage1(NEW, EATS) }),
      'stream.stage-1/outcome',
    ],
    [
      'S1DSS of one descriptor, which says nothing',
      change(stage1(NEW)),
      edited('create', { ste: stage1(NEW, 1n) }),
      'nothing',
    ],
    [
      'S1CSH where nothing is cached, which says nothing',
      change(stage1(NEW, 3n << 6n)),
      edited('create', { ste: stage1(NEW) }),
      'nothing',
    ],
    [
      'S1CSH where descriptors are cached',
      change(stage1(NEW, (3n << 6n) | 4n)),
      edited('create', { ste: stage1(NEW, 4n) }),
      'stream.stage-1/outcome',
    ],
    [
      'S1STALLD added, where the guest has no stalls',
      { ...change(stage1(NEW)), smmu: { stallModel: 1 } },
      edited('create', { ste: stage1(NEW, 1n << 27n) }),
      'nothing',
    ],
    [
      'S1STALLD added, where it has',
      change(stage1(NEW)),
      edited('create', { ste: stage1(NEW, 1n << 27n) }),
      'stream.stage-1/outcome',
    ],
    [
      'bits below a table of 16 descriptors cleared',
      change(stage1(NEW | 0x380n | (4n << 59n))),
      edited('create', { ste: stage1(NEW | (4n << 59n)) }),
      'nothing',
    ],
    [
      'others there set',
      change(stage1(NEW | 0x380n | (4n << 59n))),
      edited('create', { ste: stage1(NEW | 0x40n | (4n << 59n)) }),
      'nothing',
    ],
    [
      'bits there set that the guest has clear',
      change(stage1(NEW | (4n << 59n))),
      edited('create', { ste: stage1(NEW | 0x40n | (4n << 59n)) }),
      'stream.stage-1/outcome',
    ],
    [
      'bits of the pointer to one descriptor cleared',
      change(stage1(NEW | 0x380n)),
      edited('create', { ste: stage1(NEW) }),
      'stream.stage-1/outcome',
    ],
    [
      'bits below a level 1 table of 64 cleared',
      { ...change(stage1(NEW | 0x100n | (12n << 59n) | (1n << 4n))), smmu: { substreamIdBits: 12 } },
      edited('create', { ste: stage1(NEW | (12n << 59n) | (1n << 4n)) }),
      'nothing',
    ],
    [
      'bits above it cleared',
      { ...change(stage1(NEW | 0x200n | (12n << 59n) | (1n << 4n))), smmu: { substreamIdBits: 12 } },
      edited('create', { ste: stage1(NEW | (12n << 59n) | (1n << 4n)) }),
      'stream.stage-1/outcome',
    ],
    [
      'bits of the pointer cut that the text gave no meaning before SMMUv3.4',
      change(stage1(NEW | (1n << 52n))),
      only(create(2, stage1(NEW)), attach(0, 2), free(1)),
      'nothing',
    ],
    [
      'bits cut that it always had, beyond OAS',
      change(stage1(NEW | (1n << 51n))),
      only(create(2, stage1(NEW)), attach(0, 2), free(1)),
      'stream.bad-entry/outcome',
    ],
    [
      'S1DSS of many',
      change(stage1(NEW | (4n << 59n), 2n)),
      edited('create', { ste: stage1(NEW | (4n << 59n), 1n) }),
      'stream.stage-1/outcome',
    ],
    [
      'S1STALLD lost',
      change(stage1(NEW, 1n << 27n)),
      edited('create', { ste: stage1(NEW) }),
      'stream.stage-1/outcome',
    ],
    ['a bypass entry blocked', change(bypassed), only(attach(0, 'abort'), free(1)), 'stream.bypass/outcome'],
    [
      'an abort entry let through',
      change(aborted),
      only(attach(0, 'bypass'), free(1)),
      'stream.abort/outcome',
    ],
    [
      'an invalid entry let through',
      change(invalid),
      only(attach(0, 'bypass'), free(1)),
      'stream.bad-entry/outcome',
    ],
    [
      'a nested entry let through',
      change(nested),
      only(attach(0, 'bypass'), free(1)),
      'stream.bad-entry/outcome',
    ],
    ['a nested entry left as it was', change(nested), nothing, 'event.cfgi-ste/outcome'],
    [
      'an older entry by a level 1 descriptor that stayed, behind Leaf',
      {
        streamTable: { base: 0x2_0000n, config: 0x1_0188n },
        memory: [...memory, { address: 0x2_0000n, words: [0x1_0007n] }],
        steps: [
          ...start,
          ...[store(entryAt(0), bypassed), store(0x2_0000n, [0x3_0007n]), commands(cfgiSte(0), sync)],
        ],
      },
      nothing,
      'event.cfgi-ste/outcome',
    ],
  ]);
});

describe('Events that were missed', () => {
  describeRows([
    ['CFGI_STE', change(stage1(NEW)), nothing, 'event.cfgi-ste/outcome'],
    ['CFGI_STE before CMD_SYNC', change(stage1(NEW), cfgiSte(0)), nothing, 'nothing'],
    ['CFGI_STE of another stream', change(stage1(NEW), cfgiSte(1), sync), nothing, 'nothing'],
    ['a range', change(stage1(NEW), cfgiRange(1, 0n), sync), nothing, 'event.cfgi-range/outcome'],
    ['a range beside it', change(stage1(NEW), cfgiRange(2, 0n), sync), nothing, 'nothing'],
    ['all streams', change(stage1(NEW), cfgiAll, sync), nothing, 'event.cfgi-all/outcome'],
    ['SMMUEN set', { memory, steps: start }, nothing, 'event.enable/outcome'],
    ['SMMUEN cleared', { memory, steps: [...start, off] }, nothing, 'event.disable/outcome'],
    [
      'SMMUEN cleared, blocked',
      { memory, steps: [...start, off] },
      only(attach(0, 'abort'), free(1)),
      'event.disable/outcome',
    ],
    ['GBPA while SMMUEN is 0', { steps: [plug(0), gbpa(true)] }, nothing, 'event.gbpa/outcome'],
    [
      'GBPA applied while SMMUEN is 1',
      { memory, steps: [...start, gbpa(true)] },
      only(attach(0, 'abort'), free(1)),
      'event.gbpa/outcome',
    ],
    ['a device that was plugged', { memory, steps: [on, plug(0)] }, nothing, 'event.plug/outcome'],
    [
      'a device that was unplugged',
      { memory, steps: [...start, unplug(0)] },
      nothing,
      'event.unplug/outcome',
    ],
    [
      'a stale level 1 descriptor, with Leaf',
      descriptorChange(cfgiSte(0)),
      only(issue(cfgiCdAll(physical(0)))),
      'nothing',
    ],
    [
      'a new level 1 descriptor, without Leaf',
      descriptorChange(cfgiSte(0, 0n)),
      nothing,
      'event.cfgi-ste/outcome',
    ],
  ]);
});
