import { expect, test } from 'vitest';
import type { Request, TranslationCase } from '../../spec/schema.ts';
import { layOut } from './case-memory.ts';
import { buildProgram } from './case-program.ts';
import { MARKER_TAG } from './layout.ts';
import type { Probe } from './list-builder.ts';
import { changedWords, type Evidence, isSilentWrite, observe } from './observe.ts';
import { profileOf } from './profile.ts';

const capabilities = { cap: 0xd2008c22260206n, ecap: 0xf00f4an };
const leaf = 0x30_0003n;
const caseOf = (request: Request, words: readonly bigint[] = [leaf]): TranslationCase => ({
  area: 'translation',
  profile: profileOf('test', capabilities),
  rtaddr: 0x20_0000n,
  memory: [{ address: 0x20_0000n, words: [...words] }],
  requests: [request],
});
const F = 1n << 63n;
const T1 = 1n << 62n;

function probeOf(testCase: TranslationCase): Probe {
  const [probe] = buildProgram([testCase], { capabilities, ttm: 0n }).probes[0] as readonly Probe[];
  return probe as Probe;
}

/** Evidence for one probe: completion, fault record, targets, and the slot of a read. */
function evidence(
  probe: Probe,
  parts: { low?: bigint; high?: bigint; targets?: bigint[]; slot?: bigint },
): Evidence {
  const results = new BigUint64Array(probe.result + 3 + probe.targets.length);
  results.set([1n, parts.low ?? 0n, parts.high ?? 0n, ...(parts.targets ?? [])], probe.result);
  const buffers = [BigUint64Array.of(parts.slot ?? probe.token)];
  return { results, buffers, strays: new Map() };
}

const read: Request = { sourceId: 0x10, address: 0x1008n, op: 'read' };
const write: Request = { sourceId: 0x10, address: 0x1008n, op: 'write' };

test('a read that brought a marker was translated to the address that the request itself would have reached', () => {
  const probe = probeOf(caseOf(read));
  expect(probe.address).toBe(0x1048n);
  const slot = MARKER_TAG + 0x30_0048n;
  expect(observe(probe, evidence(probe, { slot }))).toEqual({ outcome: 'translated', address: 0x30_0008n });
});

test('a read that brought nothing was blocked, with the record or without', () => {
  const probe = probeOf(caseOf(read));
  const record = { code: 6, sourceId: 0x10, address: 0x1000n, op: 'read', pasidPresent: false };
  const faulted = { low: 0x1000n, high: F | T1 | (6n << 32n) | 0x10n, slot: 0n };
  expect(observe(probe, evidence(probe, faulted))).toEqual({ outcome: 'blocked', record });
  expect(observe(probe, evidence(probe, { slot: 0n }))).toEqual({ outcome: 'blocked', record: null });
});

test('a read that brought something else was translated, no one knows where', () => {
  const probe = probeOf(caseOf(read));
  expect(observe(probe, evidence(probe, { slot: 0x1234n }))).toEqual({ outcome: 'translated' });
});

test('nothing read and nothing recorded is not observed where pass-through may lead out of memory', () => {
  const probe = probeOf(caseOf({ ...read, address: 0x40_0000_0000n }, [0x9n]));
  expect(observe(probe, evidence(probe, { slot: 0n }))).toEqual({ outcome: 'unobserved', record: null });
});

test('a write is found by its token where an entry leads, or where nobody expected it', () => {
  const probe = probeOf(caseOf(write));
  const targets = probe.targets.map((target) => (target === 0x30_0048n ? probe.token : 0n));
  expect(observe(probe, evidence(probe, { targets }))).toEqual({
    outcome: 'translated',
    address: 0x30_0008n,
  });
  const nowhere = evidence(probe, {});
  expect(isSilentWrite(probe, nowhere)).toBe(true);
  const strays = new Map([[probe.token, 0x50_0048n]]);
  expect(observe(probe, { ...nowhere, strays })).toEqual({ outcome: 'translated', address: 0x50_0008n });
});

test('a DMA that never completed is a hang; one that moved nothing says so', () => {
  const probe = probeOf(caseOf(read));
  const unfinished = evidence(probe, {});
  unfinished.results[probe.result] = 0n;
  expect(() => observe(probe, unfinished)).toThrow('never completed');
  expect(() => observe(probe, evidence(probe, {}))).toThrow('moved no data');
});

test('the words of a case are never where its requests read or write', () => {
  const probe = probeOf(caseOf(write, [leaf, 0x30_0083n, 0x20_0003n]));
  const lines = [...layOut(caseOf(write)).lines.keys()];
  for (const target of probe.targets) expect(lines).not.toContain(target & ~0x3fn);
});

test('the tables of a case are read again only where the unit keeps flags in them, and what changed is in order', () => {
  const firstStage = { cap: 0x1d2008c222f0606n, ecap: 0x880000f00f4an };
  const scalable: TranslationCase = {
    ...caseOf(read),
    rtaddr: 0x20_0400n,
    memory: [
      { address: 0x30_0008n, words: [1n] },
      { address: 0x20_0000n, words: [5n, 0n, leaf] },
    ],
  };
  const tablesOf = (ecap: bigint, testCase: TranslationCase) =>
    buildProgram([testCase], { capabilities: { ...firstStage, ecap }, ttm: 1n }).tables[0];
  expect(tablesOf(capabilities.ecap, scalable)).toBeUndefined();
  expect(tablesOf(firstStage.ecap, { ...scalable, rtaddr: 0x20_0000n })).toBeUndefined();
  const tables = tablesOf(firstStage.ecap, scalable) ?? [];
  expect(tables.map(({ address }) => address)).toEqual([0x30_0008n, 0x20_0000n, 0x20_0010n]);
  const results = new BigUint64Array(Math.max(...tables.map(({ result }) => result)) + 1);
  for (const { address, value, result } of tables)
    results[result] = address === 0x20_0010n ? value : value | 0x20n;
  expect(changedWords(tables, { results, buffers: [], strays: new Map() })).toEqual([
    { address: 0x20_0000n, value: 0x25n },
    { address: 0x30_0008n, value: 0x21n },
  ]);
});
