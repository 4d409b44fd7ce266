import { describe } from 'vitest';
import {
  contextCache,
  contextOf,
  entryOf,
  firstStage,
  notPresent,
  off,
  passThrough,
  ROOT,
  secondStage,
  store,
  unit,
} from './hand-made.fixture.ts';
import { change, describeRows, edited, memory, NEW, OLD, start } from './judge-rows.fixture.ts';

describe('What requests are bound to', () => {
  describeRows([
    [
      'a first stage at another address',
      change(firstStage(NEW)),
      edited('create-nested', { pageTable: OLD + 0x1000n }),
      'bind.first-stage/address',
    ],
    [
      'a first stage of another width',
      change(firstStage(NEW)),
      edited('create-nested', { addressWidth: 57 }),
      'bind.first-stage/permission',
    ],
    [
      'a first stage without SRE',
      change(firstStage(NEW, 5n, 1n)),
      edited('create-nested', { supervisorRequests: false }),
      'bind.first-stage/permission',
    ],
    [
      'a first stage with EAFE',
      change(firstStage(NEW)),
      edited('create-nested', { extendedAccessed: true }),
      'bind.first-stage/permission',
    ],
    [
      'requests without PASID of a supervisor, which the entry does not take, blocked',
      {
        profile: unit({ SRS: 1, RPRIVS: 1 }),
        memory: [
          { address: contextOf(0) + 8n, words: [0x10_0000n] },
          { address: entryOf(0), words: firstStage(OLD) },
        ],
        steps: start,
      },
      () => ({ calls: [{ call: 'detach', device: 0 }] }),
      'nothing',
    ],
    [
      'and those that it takes',
      {
        profile: unit({ SRS: 1, RPRIVS: 1 }),
        memory: [
          { address: contextOf(0) + 8n, words: [0x10_0000n] },
          { address: entryOf(0), words: firstStage(OLD, 5n, 1n) },
        ],
        steps: start,
      },
      () => ({ calls: [{ call: 'detach', device: 0 }] }),
      'bind.first-stage/outcome',
    ],
    [
      'WPE without SRE, which says nothing',
      change(firstStage(NEW)),
      edited('create-nested', { writeProtect: true }),
      'nothing',
    ],
    [
      'a device blocked under pass-through',
      change(passThrough()),
      () => ({
        calls: [
          { call: 'detach', device: 0 },
          { call: 'free', table: 2 },
        ],
      }),
      'bind.pass-through/outcome',
    ],
    [
      'a device that reaches everything without an entry',
      change(notPresent),
      () => ({
        calls: [
          { call: 'attach', device: 0, table: 1 },
          { call: 'free', table: 2 },
        ],
      }),
      'bind.blocked/outcome',
    ],
    [
      // The directory that goes on there is that of device 1.
      'second stage without a word, where RID_PASID lies beyond the directory of an older unit',
      {
        profile: { ...unit(), specRev: '4.1' },
        memory: [
          { address: contextOf(0) + 8n, words: [0x1_0000n] },
          { address: entryOf(1), words: secondStage() },
        ],
        steps: start,
      },
      () => ({ error: false }),
      'nothing',
    ],
    [
      'second stage without a word',
      change(secondStage()),
      () => ({ error: false }),
      'bind.unsupported/record',
    ],
    [
      'second stage that was told of before the other half of the root entry left a doubt, without another word',
      {
        profile: unit({}, { rebinding: 'every-event' }),
        memory: [{ address: entryOf(0), words: secondStage() }],
        steps: [...start, store(ROOT + 8n, [0x101n]), contextCache(), store(ROOT + 8n, [0n]), contextCache()],
      },
      () => ({ error: false }),
      'nothing',
    ],
    [
      'a device blocked when translation is off',
      { memory, steps: [...start, off] },
      () => ({
        calls: [
          { call: 'detach', device: 0 },
          { call: 'free', table: 2 },
        ],
      }),
      'bind.default/outcome',
    ],
  ]);
});
