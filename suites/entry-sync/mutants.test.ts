import { describe, expect, test } from 'vitest';
import { drawCases } from '../../generators/drawing.ts';
import { entrySyncCases } from '../../generators/entry-sync.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { writableFormat } from '../../models/reference/writer-format.ts';
import { bit } from '../../spec/bits.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import { judgeEntrySync } from './judge.ts';
import { type Mutant, mutants, mutantTrace } from './mutant-writer.fixture.ts';
import { type Pair, pasidPairs, stePairs } from './pairs.fixture.ts';

const claimed = ownProfiles.filter(({ policies }) => policies.usedBits === 'reviewed');
const [profile] = claimed;
const caseOf = ({ format, from, to }: Pair): EntrySyncCase => ({
  ...{ area: 'entry-sync', profile: profile!, format, from: [...from], to: [...to] },
});
const drawn = drawCases(entrySyncCases(claimed), 11, 3000).filter(({ format }) => format !== 'amd-dte');

const TORN = ['entry-sync.torn-view', 'entry-sync.order'];
const BREAK = 'entry-sync.hitless';
const FINAL = 'entry-sync.final';
const UNSYNCED = 'entry-sync.last-sync';
const SYNCS = ['entry-sync.minimal-syncs', 'entry-sync.idempotent'];
const WRITES = 'entry-sync.minimal-stores';

/** The invariants that must catch each mutant; at least one of them has to, in each of the lists. */
const oracles: Readonly<Record<Mutant, readonly string[]>> = {
  'prepare by the bits of the target': [...TORN, BREAK, ...SYNCS],
  'prepare by the bits of either': [BREAK, ...SYNCS],
  'difference in all bits': [BREAK, ...SYNCS],
  'critical quantum prepared too': [WRITES, ...SYNCS],
  'swap before prepare': TORN,
  'no prepare': TORN,
  'no clean up': [FINAL],
  'no sync after prepare': TORN,
  'no sync after swap': [...TORN, UNSYNCED],
  'no sync after clean up': [UNSYNCED],
  'everything in one step': TORN,
  'always break': [BREAK],
  'two or more as hitless': TORN,
  'no syncs in a break': TORN,
  'fill with the valid quantum': TORN,
  'fill one short': [...TORN, FINAL],
  'sync always': SYNCS,
  'no safe bits': [BREAK],
  'safe bits not masked': [...SYNCS, WRITES, ...TORN],
  'valid bit cleared alone': ['entry-sync.cleared-quantum'],
};

function rulesBroken(testCase: EntrySyncCase, mutant?: Mutant): string[] {
  const { format, layout, from, to } = testCase;
  const validBit = layout?.valid.bit ?? (format === 'smmu-cd' ? 31 : 0);
  const trace = mutantTrace(writableFormat(format, layout), bit(validBit), from, to, mutant);
  return judgeEntrySync(testCase, { trace }).mismatches.map(({ rule }) => rule);
}

const lists = [
  ['stream table entries of the KUnit tests', stePairs.map(caseOf)],
  ['PASID table entries', pasidPairs.map(caseOf)],
  ['drawn updates', drawn],
] as const;

describe.each(lists)('%s', (list, cases) => {
  test('the writer without a mistake breaks no rule', () => {
    for (const testCase of cases) expect(rulesBroken(testCase)).toEqual([]);
  });

  // No PASID table entry has safe bits, and there is nothing in them to mask.
  const applicable = mutants.filter((mutant) => list !== 'PASID table entries' || !mutant.includes('safe'));
  test.each(applicable)('caught: %s', (mutant) => {
    const found = cases.flatMap((testCase) => rulesBroken(testCase, mutant));
    expect(found.filter((rule) => oracles[mutant].includes(rule)).length).toBeGreaterThan(0);
  });
});
