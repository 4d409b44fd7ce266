import { describe, expect, test } from 'vitest';
import {
  bindingCase,
  callsOf,
  contextCache,
  contextOf,
  entryOf,
  firstStage,
  iotlb,
  notPresent,
  off,
  on,
  pasidCache,
  pasidIotlb,
  passThrough,
  plug,
  secondStage,
  store,
  track,
  unit,
  unplug,
} from './hand-made.fixture.ts';

const OLD = 0x4_0000n;
const NEW = 0x5_0000n;
const start = [plug(0), on];
const served = (words: bigint[], pasid = 0) => [{ address: entryOf(0, pasid), words }];

/** Calls of the last step. */
function last(parts: Parameters<typeof bindingCase>[0]): readonly string[] | undefined {
  return callsOf(bindingCase(parts)).at(-1);
}

describe('an entry that changes', () => {
  test('from nothing to first stage gets a nested table', () => {
    const steps = [...start, store(entryOf(0), firstStage(NEW)), pasidCache(5n, 0n)];
    expect(last({ steps })).toEqual(['nested 2 0x50000', 'attach 0 2']);
  });

  test('from one page table to another is replaced, and the old table is freed last', () => {
    const steps = [...start, store(entryOf(0), firstStage(NEW)), pasidCache(5n, 0n)];
    expect(last({ steps, memory: served(firstStage(OLD)) })).toEqual([
      'nested 3 0x50000',
      'attach 0 3',
      'free 2',
    ]);
  });

  test('to pass-through is attached to the parent', () => {
    const steps = [...start, store(entryOf(0), passThrough()), pasidCache()];
    expect(last({ steps, memory: served(firstStage(OLD)) })).toEqual(['attach 0 1', 'free 2']);
  });

  test('to nothing is detached', () => {
    const steps = [...start, store(entryOf(0), notPresent), pasidCache(5n)];
    expect(last({ steps, memory: served(firstStage(OLD)) })).toEqual(['detach 0', 'free 2']);
  });

  test('to second stage can only be blocked', () => {
    const steps = [...start, store(entryOf(0), secondStage()), pasidCache()];
    expect(last({ steps, memory: served(firstStage(OLD)) })).toEqual(['detach 0', 'free 2']);
  });

  test('and stays the same causes nothing', () => {
    const steps = [...start, pasidCache(), pasidCache(5n), contextCache()];
    expect(last({ steps, memory: served(firstStage(OLD)) })).toEqual([]);
  });
});

describe('the domain of a PASID-cache invalidation', () => {
  const changes = (did: bigint) => [...start, store(entryOf(0), firstStage(NEW, 6n)), pasidCache(did, 0n)];

  test('is that of the cached entry', () => {
    expect(last({ steps: changes(5n), memory: served(firstStage(OLD, 5n)) })).toContain('attach 0 3');
  });

  test('is not that of the new entry while an old one is cached', () => {
    expect(last({ steps: changes(6n), memory: served(firstStage(OLD, 5n)) })).toEqual([]);
  });

  test('is that of the new entry when none is cached', () => {
    expect(last({ steps: changes(6n) })).toContain('attach 0 2');
  });
});

describe('a device with PASIDs', () => {
  const devices = [{ pasidBits: 20 }];
  const memory = [...served(passThrough()), ...served(firstStage(OLD), 3)];

  test('has each bound by itself, and detached when translation is off', () => {
    const calls = callsOf(bindingCase({ devices, memory, steps: [...start, off] }));
    expect(calls[1]).toEqual(['nested 2 0x40000', 'attach 0.3 2']);
    expect(calls[2]).toEqual(['detach 0.3', 'free 2']);
  });

  test('has none bound when PASIDs are disabled in its context entry', () => {
    const [low] = [0x1_0001n];
    const steps = [...start, store(contextOf(0), [low]), contextCache(0)];
    expect(last({ devices, memory, steps })).toEqual(['detach 0.3', 'free 2']);
  });
});

describe('a parent table', () => {
  test('is shared by devices that need the same', () => {
    expect(callsOf(bindingCase({ steps: [plug(0), plug(1)] }))).toEqual([
      ['parent 1', 'attach 0 1'],
      ['attach 1 1'],
    ]);
  });

  test.for([
    ['another iommufd', [{}, { iommufd: 1 }], [{}]],
    ['a unit with the erratum', [{}, { unit: 1 }], [{}, { erratum772415: true }]],
    ['a unit that is not coherent, after one that is', [{}, { unit: 1 }], [{}, { coherent: false }]],
  ] as const)('is not shared with %s', ([, devices, units]) => {
    const parts = { devices: [...devices], units: [...units], steps: [plug(0), plug(1)] };
    expect(last(parts)).toEqual(['parent 2', 'attach 1 2']);
  });

  test('that is not coherent serves a coherent unit too', () => {
    const parts = { devices: [{ unit: 1 }, {}], units: [{}, { coherent: false }], steps: [plug(0), plug(1)] };
    expect(last(parts)).toEqual(['attach 1 1']);
  });
});

describe('what the guest drops', () => {
  const memory = served(firstStage(OLD));

  test('by PASID and domain is passed on before the emulated caches are purged', () => {
    expect(last({ memory, steps: [...start, pasidIotlb(5n, 0n)] })).toEqual(['invalidate 2', 'purge']);
    expect(last({ memory, steps: [...start, pasidIotlb(6n, 0n)] })).toEqual(['purge']);
    expect(last({ memory, steps: [...start, pasidIotlb(5n, 1n)] })).toEqual(['purge']);
  });

  test('by domain alone is passed on too', () => {
    expect(last({ memory, steps: [...start, iotlb(5n)] })).toEqual(['invalidate 2', 'purge']);
    expect(last({ memory, steps: [...start, iotlb()] })).toEqual(['invalidate 2', 'purge']);
  });
});

describe('writes that are tracked', () => {
  test('are tracked by parents, by nested tables, and by those made later', () => {
    const memory = served(firstStage(OLD));
    const steps = [...start, track(), store(entryOf(0), firstStage(NEW)), pasidCache()];
    const calls = callsOf(bindingCase({ memory, steps }));
    expect(calls[2]).toEqual(['track-dirty 1', 'track-dirty 2']);
    expect(calls[4]).toEqual(['nested 3 0x50000', 'track-dirty 3', 'attach 0 3', 'free 2']);
  });
});

describe('a call that fails', () => {
  test('leaves the old table attached and nothing behind', () => {
    const steps = [...start, store(entryOf(0), firstStage(NEW)), pasidCache()];
    const memory = served(firstStage(OLD));
    // 0 parent, 1 attach, 2 nested, 3 attach; 4 nested, 5 attach.
    expect(last({ memory, steps, failing: [4] })).toEqual(['nested 3 0x50000']);
    expect(last({ memory, steps, failing: [5] })).toEqual(['nested 3 0x50000', 'attach 0 3', 'free 3']);
  });

  test('while a device is plugged leaves nothing of it', () => {
    expect(last({ steps: [plug(0)], failing: [0] })).toEqual(['parent 1']);
    expect(last({ steps: [plug(0)], failing: [1] })).toEqual(['parent 1', 'attach 0 1', 'free 1']);
  });
});

describe('a device', () => {
  test('that goes leaves nothing', () => {
    const steps = [...start, unplug(0)];
    expect(last({ memory: served(firstStage(OLD)), steps })).toEqual(['detach 0', 'free 2', 'free 1']);
  });

  test('of a unit without caching mode is refused', () => {
    expect(last({ profile: unit({ CM: 0 }), steps: [plug(0)] })).toEqual([]);
  });
});
