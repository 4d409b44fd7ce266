import { describe, expect, test } from 'vitest';
import { runEntrySync as optimized } from '../../models/optimized/entry-sync.ts';
import { runEntrySync as reference } from '../../models/reference/entry-sync.ts';
import { amdDte } from '../../spec/layouts/amd-dte.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { EntrySyncCase, TraceEvent } from '../../spec/schema.ts';
import { entryOf } from '../used-bits/entries.fixture.ts';
import { judgeEntrySync } from './judge.ts';

const notValid = entryOf(amdDte, {});
const interrupts = { InterruptLow: 0xabc, InterruptHigh: 0x5a };
const blocked = entryOf(amdDte, { V: 1, TV: 1, ...interrupts });
const host = entryOf(amdDte, { V: 1, TV: 1, Mode: 3, HostRoot: 0x1000, IR: 1, IW: 1, DomainID: 7 });
const guest = { V: 1, TV: 1, GV: 1, GLX: 1, IR: 1, IW: 1, DomainID: 9, GCR3Middle: 5 };
const guest4 = entryOf(amdDte, { ...guest, GuestPagingMode: 0, ...interrupts });
const guest4Other = entryOf(amdDte, { ...guest, DomainID: 11, GuestPagingMode: 0 });
const guest5 = entryOf(amdDte, { ...guest, GuestPagingMode: 1 });

const caseOf = (from: readonly bigint[], to: readonly bigint[]): EntrySyncCase => ({
  ...{ area: 'entry-sync', profile: namedProfiles[0]!, format: 'amd-dte', from: [...from], to: [...to] },
});
const order = (trace: readonly TraceEvent[]) =>
  trace.map((event) => (event.op === 'sync' ? 'flush' : ['lower', 'upper'][event.quantum])).join(', ');
const rules = (testCase: EntrySyncCase, trace: TraceEvent[]) =>
  judgeEntrySync(testCase, { trace }).mismatches.map(({ rule }) => rule);

describe.each([
  ['reference', reference],
  ['optimized', optimized],
])('%s writer of AMD entries', (_model, run) => {
  test.each([
    ['not valid before', notValid, guest5, 'upper, lower, flush'],
    ['not valid after', guest5, notValid, 'lower, upper, flush'],
    ['no guest table before', host, guest5, 'upper, lower, flush'],
    ['blocked before', blocked, host, 'upper, lower, flush'],
    ['no guest table after', guest4, host, 'lower, upper, flush'],
    ['guest levels differ', guest4, guest5, 'lower, flush, upper, lower, flush'],
    ['guest levels stay', guest4, guest4Other, 'lower'],
  ])('%s', (_row, from, to, expected) => {
    const { trace } = run(caseOf(from, to));
    expect(order(trace)).toBe(expected);
    const mayFindings = expected.startsWith('lower, flush') ? ['entry-sync.amd.pass-through-window'] : [];
    expect(rules(caseOf(from, to), trace)).toEqual(mayFindings);
  });

  test('interrupt remapping stays as memory has it', () => {
    const { trace } = run(caseOf(guest4, guest5));
    const upper = trace.find((event) => event.op === 'store' && event.quantum === 1);
    expect(upper).toEqual({ op: 'store', quantum: 1, value: [guest5[2]! | guest4[2]!, 0n] });
  });
});

describe('a wrong writer of AMD entries', () => {
  const flush: TraceEvent = { op: 'sync' };
  const lower = (entry: readonly bigint[]): TraceEvent => ({
    op: 'store',
    quantum: 0,
    value: entry.slice(0, 2),
  });
  const upper = (entry: readonly bigint[]): TraceEvent => ({
    op: 'store',
    quantum: 1,
    value: entry.slice(2),
  });

  test('makes the guest table valid before its levels are there', () => {
    expect(rules(caseOf(host, guest5), [lower(guest5), upper(guest5), flush])).toEqual([
      'entry-sync.torn-view',
    ]);
    expect(rules(caseOf(guest5, host), [upper(host), lower(host), flush])).toEqual(['entry-sync.torn-view']);
  });

  test('stores single words', () => {
    const trace: TraceEvent[] = [{ op: 'store', quantum: 0, value: [host[0]!] }, flush];
    expect(rules(caseOf(notValid, host), trace)).toEqual(['entry-sync.atomic-store']);
  });

  test('overwrites interrupt remapping', () => {
    expect(rules(caseOf(blocked, host), [upper(host), lower(host), flush])).toEqual([
      'entry-sync.amd.interrupt-remapping',
      'entry-sync.final',
    ]);
  });

  test('changes the levels of a guest table that is in use', () => {
    const found = rules(caseOf(guest4Other, guest5), [upper(guest5), lower(guest5), flush]);
    expect(found).toContain('entry-sync.torn-view');
    expect(found).toContain('entry-sync.amd.level-change');
  });

  test('or may, when one store does it: the unit reads all 256 bits at once', () => {
    const to = guest4Other.with(2, guest5[2]!);
    expect(rules(caseOf(guest4Other, to), [upper(to), flush])).toEqual([]);
  });

  test('or may, when the entry blocks in between: no DMA gets through untranslated then', () => {
    const trace = [lower(blocked), flush, upper(guest5), lower(guest5), flush];
    const toGuest5 = caseOf(guest4Other, guest5);
    expect(rules(toGuest5, trace)).toEqual([]);
    expect(rules(toGuest5, [lower(blocked), upper(guest5), flush, lower(guest5), flush])).toEqual([]);
    const permits = entryOf(amdDte, { V: 1, TV: 1, IR: 1 });
    const untranslated = entryOf(amdDte, { V: 1, IR: 1, Mode: 3 });
    expect(rules(toGuest5, [lower(untranslated), flush, upper(guest5), lower(guest5), flush])).toEqual([]);
    expect(rules(toGuest5, [lower(permits), flush, upper(guest5), lower(guest5), flush])).toContain(
      'entry-sync.torn-view',
    );
  });

  test('or may, when TV is cleared first or set last: the guest table is out of use then', () => {
    const off = entryOf(amdDte, { ...guest, TV: 0, GuestPagingMode: 1 });
    expect(rules(caseOf(guest4Other, off), [lower(off), upper(off), flush])).toEqual([]);
    expect(rules(caseOf(off, guest4Other), [upper(guest4Other), lower(guest4Other), flush])).toEqual([]);
  });

  test('blocks the entry although the levels stay', () => {
    const trace = [lower(blocked), flush, lower(guest4Other), flush];
    expect(rules(caseOf(guest4, guest4Other), trace)).toEqual(['entry-sync.hitless']);
  });

  test('disables the entry although the levels stay', () => {
    const trace = [lower(notValid), flush, lower(guest4Other), flush];
    expect(rules(caseOf(guest4, guest4Other), trace)).toEqual(['entry-sync.hitless']);
  });
});

test('while TV is clear DMA is blocked, whatever the rest says: TV goes last when a table is given, as in Xen', () => {
  const off = entryOf(amdDte, { V: 1, ...interrupts });
  const target = [host[0]!, host[1]!, off[2]!, 0n];
  const tv = 2n;
  const lower = (...value: bigint[]): TraceEvent => ({ op: 'store', quantum: 0, value });
  const trace: TraceEvent[] = [
    lower(off[0]!, host[1]!),
    lower(host[0]! & ~tv, host[1]!),
    lower(host[0]!, host[1]!),
    { op: 'sync', actions: ['flush-dte'] },
  ];
  expect(rules(caseOf(off, target), trace)).toEqual([]);
  const tooEarly = [lower(off[0]! | tv | (1n << 61n), 0n), ...trace];
  expect(rules(caseOf(off, target), tooEarly)).toContain('entry-sync.torn-view');
});
