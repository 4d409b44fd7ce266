import { describe, expect, test } from 'vitest';
import { drawCases } from '../../generators/drawing.ts';
import { entrySyncCases } from '../../generators/entry-sync.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { runEntrySync } from '../../models/reference/entry-sync.ts';
import { usedBits } from '../../models/reference/used-bits.ts';
import { writableFormat } from '../../models/reference/writer-format.ts';
import { withCapabilities } from '../../spec/capabilities.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { resolveLayout } from '../../spec/layouts/resolve.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { EntrySyncCase, EntrySyncFormat, SyncAction, TraceEvent } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import { judgeEntrySync } from './judge.ts';
import { mutantTrace } from './mutant-writer.fixture.ts';
import { pasid, ste } from './pairs.fixture.ts';

const drawn = drawCases(entrySyncCases(ownProfiles), 21, 4000);
const coherent = namedProfile('nested-48')!;
const incoherent = { ...coherent, ecap: coherent.ecap & ~1n };

function caseOf(
  format: EntrySyncFormat,
  from: readonly bigint[],
  to: readonly bigint[],
  profile = coherent,
): EntrySyncCase {
  return { area: 'entry-sync', profile, format, from: [...from], to: [...to] };
}
const rules = (testCase: EntrySyncCase, trace: readonly TraceEvent[]) =>
  judgeEntrySync(testCase, { trace: [...trace] })
    .mismatches.map(({ rule }) => rule)
    .filter((rule) => rule !== 'entry-sync.amd.pass-through-window');
const store = (quantum: number, ...value: bigint[]): TraceEvent => ({ op: 'store', quantum, value });
const sync: TraceEvent = { op: 'sync' };

/** Stores and syncs, with the stores of each interval in the opposite order. */
function reversed(trace: readonly TraceEvent[]): TraceEvent[] {
  const result: TraceEvent[] = [];
  let interval: TraceEvent[] = [];
  for (const event of trace) {
    if (event.op === 'store') interval.push(event);
    else {
      result.push(...interval.reverse(), event);
      interval = [];
    }
  }
  return [...result, ...interval];
}

describe('a correct writer is left in peace', () => {
  test('that stores the quanta of a step in another order', () => {
    for (const testCase of drawn.filter(({ format }) => format !== 'amd-dte')) {
      const { trace } = runEntrySync(testCase);
      expect(rules(testCase, reversed(trace))).toEqual([]);
    }
  });

  test('that does not say what its syncs do', () => {
    for (const testCase of drawn) {
      const trace = runEntrySync(testCase).trace.map((event) => (event.op === 'sync' ? sync : event));
      expect(rules(testCase, trace)).toEqual([]);
    }
  });

  test('that counts what its unit checks to be zero as used (SPT.3)', () => {
    const known = writableFormat('vtd-pasid', undefined);
    for (const testCase of drawn.filter(({ format }) => format === 'vtd-pasid')) {
      const { reserved } = resolveLayout(pasidTable, testCase.profile);
      const used = (entry: readonly bigint[]) =>
        known.used(entry).map((mask, word) => ((entry[0]! & 1n) === 1n ? mask | reserved[word]! : mask));
      expect(rules(testCase, mutantTrace({ ...known, used }, 1n, testCase.from, testCase.to))).toEqual([]);
    }
  });

  test('that uses no bit that hardware does not, and takes such a bit of the target for a difference', () => {
    const narrow = usedBitsKnowledge['smmu-ste'].certain;
    const known = writableFormat('smmu-ste', undefined);
    const used = (entry: readonly bigint[]) =>
      known.used(entry).map((mask, word) => mask & usedBits(narrow, entry)[word]!);
    for (const testCase of drawn.filter(
      ({ format, profile }) => format === 'smmu-ste' && !profile.policies.usedBits,
    )) {
      expect(rules(testCase, mutantTrace({ ...known, used }, 1n, testCase.from, testCase.to))).toEqual([]);
    }
  });

  test('that invalidates nothing where no cache can hold a copy: without CM, while the entry was never present', () => {
    const none = pasid.second.map(() => 0n);
    const publish = store(0, pasid.second[0]!, pasid.second[1]!);
    const flush: TraceEvent = { op: 'sync', actions: ['flush-entry'] };
    expect(rules(caseOf('vtd-pasid', none, pasid.second), [publish])).toEqual([]);
    expect(rules(caseOf('vtd-pasid', none, pasid.second, incoherent), [publish, flush])).toEqual([]);
    expect(rules(caseOf('vtd-pasid', none, pasid.second, incoherent), [publish])).toEqual([
      'entry-sync.last-sync',
    ]);
    const caching = { ...coherent, ...withCapabilities(coherent, { CM: 1 }) };
    expect(rules(caseOf('vtd-pasid', none, pasid.second, caching), [publish])).toEqual([
      'entry-sync.last-sync',
    ]);
  });

  test('that moves a safe bit first where tables disagree whether the target uses it', () => {
    // Config 1 acts as abort; the driver's bit test takes it for stage 1, which uses MEV.
    const testCase = caseOf(
      'smmu-ste',
      [0xdn, 0x8_0000n, 0n, 0n, 0n, 0n, 0n, 0n],
      [0x3n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
    );
    expect(rules(testCase, runEntrySync(testCase).trace)).toEqual([]);
  });

  test('that clears garbage after the swap instead of before it', () => {
    const testCase = caseOf(
      'vtd-pasid',
      [0x49n, 0x80_0005n, 0x11_1000n, 0n, 0xffn, 0n, 0n, 0n],
      pasid.second,
    );
    const trace = [
      ...[store(0, pasid.second[0]!, pasid.second[1]!), sync],
      ...[store(1, 0n, 0n), store(2, 0n, 0n), sync],
    ];
    expect(runEntrySync(testCase).trace.filter(({ op }) => op === 'sync')).toHaveLength(3);
    expect(rules(testCase, trace)).toEqual([]);
  });

  test('that writes what is safe with what the new entry uses, and what both ignore behind the swap', () => {
    // MEV of word 1 is safe, S2FWB is ignored without stage 2.
    const rest = [0n, 0n, 0n, 0n, 0n, 0n];
    const testCase = caseOf('smmu-ste', [0x1000bn, 0x208_0000n, ...rest], [0x2000bn, 0n, ...rest]);
    const trace = [store(1, 0x200_0000n), sync, store(0, 0x2000bn), sync, store(1, 0n), sync];
    expect(rules(testCase, trace)).toEqual([]);
  });

  test('that stores both halves of an AMD entry whatever changes', () => {
    for (const testCase of drawn.filter(({ format }) => format === 'amd-dte')) {
      expect(rules(testCase, runEntrySync(testCase).trace)).toEqual([]);
    }
  });
});

describe('a wrong writer', () => {
  const swap = caseOf('vtd-pasid', pasid.second, pasid.secondOther);
  const target = store(0, pasid.secondOther[0]!, pasid.secondOther[1]!);

  test('stores half a quantum, or past the end', () => {
    expect(rules(swap, [store(0, pasid.secondOther[0]!), sync])).toEqual(['entry-sync.atomic-store']);
    expect(rules(swap, [store(4, 0n, 0n), sync])).toEqual(['entry-sync.atomic-store']);
  });

  test('breaks where one store would do', () => {
    expect(rules(swap, [store(0, 0n, 0n), sync, target, sync])).toEqual([
      'entry-sync.hitless',
      'entry-sync.minimal-stores',
      'entry-sync.minimal-syncs',
    ]);
  });

  test('stores nothing, or forgets the last sync', () => {
    expect(rules(swap, [])).toEqual(['entry-sync.final']);
    expect(rules(swap, [target])).toEqual(['entry-sync.last-sync']);
  });

  test('stores an equal value, or syncs for nothing', () => {
    expect(rules(swap, [target, target, sync])).toEqual(['entry-sync.minimal-stores']);
    expect(rules(swap, [sync, target, sync])).toEqual(['entry-sync.minimal-syncs']);
    expect(rules(caseOf('vtd-pasid', pasid.second, pasid.second), [sync])).toEqual([
      'entry-sync.minimal-syncs',
      'entry-sync.idempotent',
    ]);
  });

  test('swaps and prepares in one interval: a mix was never in memory, but hardware may see it', () => {
    const testCase = caseOf('vtd-pasid', pasid.second, pasid.first);
    const [prepare, swapped] = [store(1, 0x11_1000n, 0n), store(0, 0x49n, 0x80_0005n)];
    expect(rules(testCase, [prepare, sync, swapped, sync])).toEqual([]);
    expect(rules(testCase, [prepare, swapped, sync])).toEqual(['entry-sync.order']);
    expect(rules(testCase, [swapped, prepare, sync])).toEqual(['entry-sync.torn-view']);
  });

  test('breaks twice, leaves half of the quantum, or goes on after the entry is valid again', () => {
    const testCase = caseOf('vtd-pasid', pasid.first, pasid.firstOther);
    const clear = store(0, 0n, 0n);
    const fill = store(1, pasid.firstOther[2]!, 0n);
    const publish = store(0, pasid.firstOther[0]!, pasid.firstOther[1]!);
    const old = store(0, pasid.first[0]!, pasid.first[1]!);
    expect(rules(testCase, [clear, sync, fill, sync, publish, sync])).toEqual([]);
    expect(rules(testCase, [clear, sync, old, sync, clear, sync, fill, sync, publish, sync])).toEqual([
      ...['entry-sync.breaking-window', 'entry-sync.publish-last', 'entry-sync.minimal-stores'],
      'entry-sync.minimal-syncs',
    ]);
    const half = store(0, 0x48n, 0x80_0005n);
    expect(rules(testCase, [half, sync, fill, sync, publish, sync])).toEqual(['entry-sync.cleared-quantum']);
    expect(rules(testCase, [clear, fill, sync, publish, sync])).toEqual(['entry-sync.order']);
    expect(rules(testCase, [clear, sync, fill, publish, sync])).toEqual(['entry-sync.order']);
  });

  test('a stream table entry torn at 64 bits says at which widths it is torn', () => {
    const testCase = caseOf('smmu-ste', ste.s1, ste.s1OtherTable);
    const { mismatches } = judgeEntrySync(testCase, {
      trace: [store(1, ste.s1OtherTable[1]!), store(0, ste.s1OtherTable[0]!), sync],
    });
    expect(mismatches[0]).toMatchObject({ rule: 'entry-sync.torn-view', aspect: 'memory' });
    expect(mismatches[0]!.observed).toContain('64 or 128 bits');
  });

  test('a torn entry says which words of it are old and which new, of those that count and differ', () => {
    const stage2 = (vmid: bigint, table: bigint, ignored: bigint) => [
      ...[0xdn, 1n << 44n, (0x44a3558n << 32n) | vmid, table],
      ...[0n, 0n, ignored, 0n],
    ];
    const [from, to] = [stage2(1n, 0x1_2345_0000n, 1n), stage2(2n, 0x2_2345_0000n, 0n)];
    // As Jailhouse's arm_smmu_write_strtab_ent gives a device to another cell.
    const trace = [store(6, to[6]!), store(2, to[2]!), store(3, to[3]!), sync, store(0, to[0]!), sync];
    const { mismatches } = judgeEntrySync(caseOf('smmu-ste', from, to), { trace });
    expect(mismatches[0]!.rule).toBe('entry-sync.torn-view');
    expect(mismatches[0]!.observed).toMatch(/: word 2 new, word 3 old$/);
  });
});

describe('a sync', () => {
  const synced = (format: EntrySyncFormat, actions: SyncAction[], profile = coherent) => {
    const [from, to] = format === 'vtd-pasid' ? [pasid.second, pasid.secondOther] : [ste.abort, ste.bypass];
    const testCase = caseOf(format, from, to, profile);
    const trace = runEntrySync(testCase).trace.map((event) =>
      event.op === 'sync' ? { op: 'sync' as const, actions } : event,
    );
    return rules(testCase, trace);
  };

  test('of a coherent unit invalidates the PASID cache, and may flush and wait', () => {
    expect(synced('vtd-pasid', ['invalidate-pasid-cache'])).toEqual([]);
    expect(synced('vtd-pasid', ['flush-entry', 'invalidate-pasid-cache', 'wait'])).toEqual([]);
    expect(synced('vtd-pasid', ['wait'])).toEqual(['entry-sync.sync.invalidate']);
  });

  test('of a unit that is not coherent flushes the entry first', () => {
    expect(synced('vtd-pasid', ['flush-entry', 'invalidate-pasid-cache'], incoherent)).toEqual([]);
    expect(synced('vtd-pasid', ['invalidate-pasid-cache'], incoherent)).toEqual(['entry-sync.sync.flush']);
    expect(synced('vtd-pasid', ['invalidate-pasid-cache', 'flush-entry'], incoherent)).toEqual([
      'entry-sync.sync.flush',
    ]);
  });

  test.each(['invalidate-iotlb', 'invalidate-device-tlb', 'invalidate-context-cache'] as const)(
    'does no %s',
    (stranger) => {
      expect(synced('vtd-pasid', ['invalidate-pasid-cache', stranger])).toEqual([
        'entry-sync.sync.nothing-else',
      ]);
    },
  );

  test('of SMMUv3 invalidates the entry and waits', () => {
    expect(synced('smmu-ste', ['cfgi-ste', 'wait'])).toEqual([]);
    expect(synced('smmu-ste', ['cfgi-ste'])).toEqual(['entry-sync.sync.invalidate']);
    expect(synced('smmu-ste', ['wait', 'cfgi-ste'])).toEqual(['entry-sync.sync.invalidate']);
    expect(synced('smmu-ste', ['cfgi-cd', 'wait'])).toEqual([
      'entry-sync.sync.invalidate',
      'entry-sync.sync.nothing-else',
    ]);
    expect(synced('smmu-cd', ['cfgi-ste', 'wait'])).toEqual([]);
  });
});
