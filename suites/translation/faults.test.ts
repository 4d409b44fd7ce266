import { describe, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { expectations } from '../../models/reference/translation.ts';
import { faultCondition } from '../../spec/faults.ts';
import { translationRules } from '../../spec/rules/translation.ts';
import type { TranslationObservation } from '../../spec/schema.ts';
import { at, handMade, type Parts, tableOf, unit } from './hand-made.ts';

const legacy = (parts: Parts): Parts => ({ mode: 'legacy', ...parts });
const scalable = (parts: Parts): Parts => ({ mode: 'scalable', ...parts });
const secondStage = (bitsSet: bigint): readonly bigint[] => [
  tableOf(4) | (2n << 6n) | (2n << 2n) | 1n | bitsSet,
];
const everything = unit('everything');
const noSnoop = unit('second-stage-no-snoop');

/** One broken thing each; the condition must be the first, and its code the answer. */
const broken: readonly (readonly [condition: string, what: string, parts: Parts])[] = [
  ['RTA.1.1', 'abort-DMA mode without ADMS', legacy({ rtaddr: at.root | 0xc00n })],
  ['RTA.1.2', 'the reserved mode', legacy({ rtaddr: at.root | 0x800n })],
  ['RTA.1.3', 'scalable mode without SMTS', legacy({ rtaddr: at.root | 0x400n })],
  ['RTA.1.4', 'SSIRWE in legacy mode', legacy({ profile: everything, rtaddr: at.root | 0x80n })],
  ['RTA.4', 'abort-DMA mode with ADMS', legacy({ profile: everything, rtaddr: at.root | 0xc00n })],
  ['LRT.1', 'a root table that does not answer', legacy({ rtaddr: at.hole })],
  ['LRT.2', 'P=0 in the root entry', legacy({ root: [at.context, 0n] })],
  ['LRT.3', 'a reserved bit in the root entry', legacy({ root: [at.context | 1n, 1n] })],
  ['LCT.1', 'a context table that does not answer', legacy({ root: [at.hole | 1n, 0n] })],
  ['LCT.2', 'P=0 in the context entry', legacy({ context: [tableOf(4), 2n] })],
  ['LCT.3', 'a reserved bit in the context entry', legacy({ context: [tableOf(4) | 0x11n, 2n] })],
  ['LCT.4.1', 'AW without a width', legacy({ context: [tableOf(4) | 1n, 4n] })],
  ['LCT.4.2', 'the reserved TT', legacy({ context: [tableOf(4) | 0xdn, 2n] })],
  ['LCT.4.3', 'a top table that does not answer', legacy({ context: [at.hole | 1n, 2n] })],
  ['LSS.1', 'a lower table that does not answer', legacy({ tables: { 3: at.hole | 3n } })],
  ['LSS.2', 'bit 11 in a table entry', legacy({ tables: { 2: tableOf(1) | 0x803n } })],
  ['LSS.2', 'bit 7 in a PML4 entry', legacy({ tables: { 4: tableOf(3) | 0x83n } })],
  ['LSS.2', 'bit 62 in a page', legacy({ leaf: 0x4000_0000_0000_0003n })],
  ['LSS.2', 'bit 12 in a 2M page', legacy({ page: 2, leaf: 0x1083n })],
  ['LSS.2', 'bit 29 in a 1G page', legacy({ page: 3, leaf: 0x2000_0083n })],
  ['LGN.1.1', 'an address beyond AW', legacy({ address: 1n << 48n })],
  ['LGN.1.3', 'a pass-through address beyond HAW', legacy({ context: [9n, 3n], address: 1n << 52n })],
  ['LGN.2', 'a write without W', legacy({ leaf: 1n, op: 'write' })],
  ['LGN.2', 'a write where nothing is granted', legacy({ leaf: 0n, op: 'write' })],
  ['LGN.3', 'a read without R', legacy({ tables: { 4: tableOf(3) | 2n } })],
  ['LGN.3', 'a read where nothing is granted but a reserved bit is set', legacy({ leaf: 1n << 62n })],
  ['LGN.4', 'an output in the interrupt range', legacy({ leaf: 0xfeef_f003n })],
  ['SRT.1', 'a root table that does not answer', scalable({ rtaddr: at.hole | 0x400n })],
  ['SRT.2', 'LP=0', scalable({ root: [at.context, at.context | 1n] })],
  ['SRT.2', 'UP=0', scalable({ root: [at.context | 1n, 0n], sourceId: 0x80 })],
  ['SRT.3', 'a reserved bit in the half', scalable({ root: [at.context | 3n, 0n] })],
  ['SCT.1', 'a context table that does not answer', scalable({ root: [at.hole | 1n, 0n] })],
  ['SCT.2', 'P=0 in the context entry', scalable({ context: [at.directory, 0n] })],
  ['SCT.3', 'a reserved bit in the context entry', scalable({ context: [at.directory | 1n, 0n, 0n, 1n] })],
  ['SCT.4.1', 'PRE without DTE', scalable({ profile: everything, context: [at.directory | 0x11n] })],
  [
    'SCT.4.2',
    'RID_PASID beyond the directory',
    scalable({ profile: everything, context: [at.directory | 1n, 0x2000n] }),
  ],
  ['SCT.4.3', 'EPTR without PASIDE', scalable({ profile: everything, context: [at.directory | 0x41n] })],
  ['SPD.1', 'a directory that does not answer', scalable({ context: [at.hole | 1n, 0n] })],
  ['SPD.2', 'P=0 in the directory entry', scalable({ directory: at.pasidTable })],
  ['SPD.3', 'a reserved bit in the directory entry', scalable({ directory: at.pasidTable | 5n })],
  ['SPT.1', 'a PASID table that does not answer', scalable({ directory: at.hole | 1n })],
  ['SPT.2', 'P=0 in the PASID table entry', scalable({ pasid: [tableOf(4) | 0x88n] })],
  ['SPT.3', 'a reserved bit in the PASID table entry', scalable({ pasid: secondStage(0x20n) })],
  ['SPT.4.1', 'AW without a width', scalable({ pasid: secondStage(0x10n) })],
  ['SPT.4.2', 'a reserved PGTT', scalable({ pasid: [tableOf(4) | (7n << 6n) | 9n] })],
  [
    'SPT.6',
    'RID_PRIV without SRE',
    scalable({ profile: everything, context: [at.directory | 1n, 0x10_0000n] }),
  ],
  ['SSS.1', 'a lower table that does not answer', scalable({ tables: { 2: at.hole | 3n } })],
  ['SSS.2', 'an entry that grants nothing', scalable({ tables: { 3: tableOf(2) } })],
  ['SSS.2', 'a path that grants nothing in sum', scalable({ tables: { 3: tableOf(2) | 1n }, leaf: 2n })],
  ['SSS.2', 'an entry that grants nothing but has a reserved bit', scalable({ leaf: 1n << 62n })],
  ['SSS.3', 'bit 11 in a table entry', scalable({ tables: { 3: tableOf(2) | 0x803n } })],
  ['SSS.3', 'bit 7 in a PML5 entry', scalable({ levels: 5, tables: { 5: tableOf(4) | 0x83n } })],
  ['SSS.3', 'bit 11 in a page without SC', scalable({ profile: noSnoop, levels: 3, leaf: 0x803n })],
  ['SSS.3', 'a 1G page without the capability', scalable({ profile: noSnoop, levels: 3, page: 3 })],
  [
    'SSS.4',
    'a top table that does not answer',
    scalable({ pasid: [at.hole | (2n << 6n) | (2n << 2n) | 1n] }),
  ],
  ['SGN.4.2', 'a pass-through address beyond HAW', scalable({ pasid: [0x101n], address: 1n << 63n })],
  ['SGN.5', 'an address beyond AW', scalable({ address: 1n << 48n })],
  ['SGN.6', 'a write without W', scalable({ leaf: 1n, op: 'write' })],
  ['SGN.7', 'a read without R', scalable({ leaf: 2n })],
  ['SGN.8.1', 'an output in the interrupt range', scalable({ leaf: 0xfee0_0003n })],
];

/** First stage and second-stage flags: stages.test.ts has them. */
const elsewhere = /^(SFS\.|SPT\.4\.[34]|SGN\.[12]$|SSS\.5)/;

describe('a request is blocked', () => {
  test.each(broken)('with %s by %s', (id, _, parts) => {
    const testCase = handMade(parts);
    const [expected] = expectations(testCase);
    expect(expected?.[0]).toMatchObject({ outcome: 'blocked', condition: { id } });
    const { results } = optimized.run(testCase) as TranslationObservation;
    expect(results[0]).toMatchObject({ outcome: 'blocked', code: faultCondition(id).code });
  });

  test('by a case of this table for every condition of an untranslated request without first stage', () => {
    const conditions = translationRules
      .map(({ id }) => id)
      .filter((id) => !id.startsWith('translation.') && !elsewhere.test(id))
      .filter((id) => faultCondition(id).responses.untranslated !== 'n/a');
    expect(new Set(broken.map(([id]) => id))).toEqual(new Set(conditions));
  });
});

/** Alternatives of a hand-made case, as condition ids and outcomes. */
function allowed(parts: Parts): readonly string[] {
  const [expected] = expectations(handMade(parts));
  return (expected ?? []).map((answer) => (answer.outcome === 'blocked' ? answer.rule : 'translated'));
}

describe('where the architecture gives freedom', () => {
  test('a right that is missing above and a fault below may both be named (D5)', () => {
    const tables = { 4: tableOf(3) | 2n, 2: tableOf(1) | 0x803n };
    expect(new Set(allowed(scalable({ tables })))).toEqual(new Set(['SSS.3', 'SGN.7']));
  });

  test('conditions of one PASID table entry have no order among them or with the range (D1)', () => {
    const pasid = secondStage(0x20n);
    expect(new Set(allowed(scalable({ pasid, address: 1n << 60n })))).toEqual(new Set(['SPT.3', 'SGN.5']));
  });

  test('AW of legacy pass-through may be checked or not', () => {
    expect(new Set(allowed(legacy({ context: [9n, 4n] })))).toEqual(new Set(['translated', 'LCT.4.1']));
  });

  test('a malformed other half of the root entry may fault or not (D2)', () => {
    expect(new Set(allowed(scalable({ root: [at.context | 1n, 3n] })))).toEqual(
      new Set(['translated', 'SRT.3']),
    );
  });

  test('nothing is said of SSIRWE, or of writes to the interrupt range', () => {
    const unspecified = [
      scalable({ profile: everything, rtaddr: at.root | 0x480n }),
      legacy({ address: 0xfee0_0000n, op: 'write' }),
    ];
    for (const parts of unspecified) expect(expectations(handMade(parts))).toEqual([undefined]);
  });
});
