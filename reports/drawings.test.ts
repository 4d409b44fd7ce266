import { expect, test } from 'vitest';
import { explainPlan } from '../models/reference/plan.ts';
import { walkTrace } from '../models/reference/translation.ts';
import type { TranslationCase } from '../spec/schema.ts';
import { usedBitsKnowledge } from '../spec/used-bits/formats.ts';
import { caseDrawing } from './case-drawing.ts';
import { decidingEntry } from './deciding-entry.ts';
import { entryDrawing } from './entry-drawing.ts';
import { pagingDrawing, pagingFormats } from './paging-drawing.ts';
import { plain } from './palette.ts';
import { planDrawing } from './plan-drawing.ts';
import { requestLine } from './request-line.ts';
import { sampleProfile as profile } from './sample.fixture.ts';
import { usedBitsDrawing } from './used-bits-drawing.ts';
import { walkDrawing } from './walk-drawing.ts';
import { walkedLayouts as layouts } from './walked-layouts.ts';

test('an entry is drawn field by field, with the verdict under a profile', () => {
  expect(entryDrawing('pasid-directory', [0x1005n], profile, plain).join('\n')).toBe(
    `Scalable-mode PASID directory entry (9.5), 64 bits
word 0  0x0000000000001005
    63       55       47       39       31       23       15       7      0
    00000000 00000000 00000000 00000000 00000000 00000000 00010000 00000101
    rrrrrrrr rrrrrrrr rruuuuuu uuuuuuuu uuuuuuuu uuuuuuuu uuuurrrr rrrrrruu   u used, r reserved
                                                                        ^
  63:46  0x0                 SMPTBLPTR   reserved   above HAW 46
  45:12  0x1                 SMPTBLPTR   used       PASID table
   11:2  0000000001          reserved    reserved   <- must be 0
      1  0                   FPD         used       fault processing disable, looked at even when P is 0
      0  1                   P           used       present

verdict under profile second-stage-48: refused with:
  SPD.3, fault 0x52, qualified: A present PASID directory entry has a reserved bit set.`,
  );
});

test('in an entry that is not present only P and FPD count', () => {
  const lines = entryDrawing('pasid-directory', [0xff2n], profile, plain);
  expect(lines.filter((line) => line.includes(' used '))).toHaveLength(2);
  expect(lines.join('\n')).not.toContain('must be 0');
  expect(lines.at(-1)).toBe('FPD is set: qualified faults are not recorded');
});

const pagingText = (name: string, ...words: readonly bigint[]): string => {
  const format = pagingFormats[name];
  if (format === undefined) throw new RangeError(name);
  return pagingDrawing(format, words, profile, plain).join('\n');
};

test('a second-stage entry is a table or a page by bit 7, and absent without rights', () => {
  expect(pagingText('second-stage-pd', 0x20_0083n)).toMatch(/^Second-stage 2 MiB page .*grants a right/s);
  expect(pagingText('second-stage-pd', 0x1003n)).toMatch(/^Second-stage page directory entry /);
  expect(pagingText('second-stage-pd', 0x1083n)).toMatch(
    /20:12 {2}000000001 .*<- must be 0.*SSS\.3 \(0x7a\)/s,
  );
  expect(pagingText('second-stage-pt', 0x1080n)).toMatch(/grants neither read nor write/);
});

test('a first-stage entry is checked when it is present', () => {
  expect(pagingText('first-stage-pd', 0x20_0083n)).toMatch(/^First-stage 2 MiB page .*no reserved bit set/s);
  expect(pagingText('first-stage-pml4', 0x1081n)).toMatch(/<- must be 0.*SFS\.3 \(0x72\)/s);
  expect(pagingText('first-stage-pml4', 0x1080n)).toMatch(/not present: nothing else in it counts/);
});

test('a host permission entry is checked whether it leads on or not', () => {
  expect(pagingText('host-permission-l2', 3n, 0x1000n)).toMatch(/no reserved bit set$/);
  expect(pagingText('host-permission-l2', 3n, 0x1002n)).toMatch(/HPT\.2 \(0xa1\)$/);
});

test('a request is told by its kind, its PASID and its privilege', () => {
  const base = { sourceId: 8, address: 0x7000n, op: 'read' } as const;
  expect(requestLine(base)).toBe('read of 0x7000 from 00:01.0');
  expect(requestLine({ ...base, kind: 'translated', op: 'write' })).toBe(
    'translated write of 0x7000 from 00:01.0',
  );
  expect(requestLine({ ...base, kind: 'translation', noWrite: true, pasid: 7 })).toBe(
    'translation request without write for 0x7000 from 00:01.0 with PASID 0x7',
  );
  expect(requestLine({ ...base, kind: 'page-request', lastInGroup: true, pasid: 7, privileged: true })).toBe(
    'last page request for 0x7000 from 00:01.0 with PASID 0x7, privileged',
  );
});

test('used bits are told from those that the driver does not rely on', () => {
  const words = [0x81n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
  const text = usedBitsDrawing(usedBitsKnowledge['vtd-pasid'], words, plain).join('\n');
  expect(text).toMatch(/8:6 {2}010 +PGTT +used +translation type: second stage/);
  expect(text).toMatch(/FSPTPTR +unused/);
  expect(text).toMatch(/CD +unused .*hardware looks here too \(documented exception\)/);
  expect(text).toMatch(/used bits: \[0\] 0xfffffffffffff3df/);
});

/** One request through a scalable-mode pass-through entry; `pasidEntry` is its first word. */
function passThrough(pasidEntry: bigint): TranslationCase {
  return {
    area: 'translation',
    profile,
    rtaddr: 0x1400n,
    memory: [
      { address: 0x1000n, words: [0x2001n] },
      { address: 0x2000n, words: [0x3001n, 0n, 0n, 0n] },
      { address: 0x3000n, words: [0x4001n] },
      { address: 0x4000n, words: [pasidEntry, 0n, 0n, 0n, 0n, 0n, 0n, 0n] },
    ],
    requests: [{ sourceId: 0, address: 0x7000n, op: 'read' }],
  };
}

test('a walk is drawn structure by structure and ends at the words that decided', () => {
  const testCase = passThrough(0x100n);
  const [request] = testCase.requests;
  if (request === undefined) throw new Error('the case has a request');
  expect(walkDrawing(request, walkTrace(testCase, 0), plain).join('\n')).toBe(
    `read of 0x7000 from 00:00.0
├─ Scalable-mode root entry, lower half at 0x1000: valid
│    [0] 0x0000000000002001
├─ Scalable-mode context entry at 0x2000: valid
│    [0] 0x0000000000003001
├─ Scalable-mode PASID directory entry at 0x3000: valid
│    [0] 0x0000000000004001
└─ Scalable-mode PASID table entry at 0x4000: SPT.2
     [0] 0x0000000000000100`,
  );
});

test('the entry that decided is drawn bit by bit under the walk; a walk that succeeds has none', () => {
  const refused = walkTrace(passThrough(0x121n), 0);
  expect(decidingEntry(refused, profile, plain).join('\n')).toMatch(
    / 5 {2}1 +reserved +reserved +<- must be 0/,
  );
  expect(decidingEntry(walkTrace(passThrough(0x101n), 0), profile, plain)).toEqual([]);
});

test('every structure that a walk can read has a layout of its own title', () => {
  const titles = layouts.map(({ title }) => title);
  for (const layout of layouts) {
    expect(layouts.find(({ title }) => title === layout.title)?.fields, layout.title).toEqual(layout.fields);
  }
  expect(titles).toContain('Scalable-mode PASID table entry');
});

test('a case is drawn in the way of its area, with the answer', async () => {
  const results = [{ outcome: 'blocked' as const, code: 0x59, record: null }];
  expect((await caseDrawing(passThrough(0x100n), { results }, plain)).at(-1)).toBe(
    'answer: {"outcome":"blocked","code":89,"record":null}',
  );
  const entry = { area: 'entry' as const, profile, format: 'root-legacy' as const, words: [0n, 0n] };
  expect(await caseDrawing(entry, { fault: 1 }, plain)).toContain('answer: {"fault":1}');
  expect((await caseDrawing(entry, null, plain)).join('\n')).not.toContain('answer');
  const update = { area: 'entry-sync' as const, profile, format: 'vtd-pasid' as const };
  const words = { from: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n], to: [5n, 0n, 0n, 0n, 0n, 0n, 0n, 0n] };
  expect((await caseDrawing({ ...update, ...words }, { trace: [] }, plain)).at(-1)).toMatch(
    /target .* not reached$/,
  );
});

test('a plan tells whether it is hitless, why, and what memory holds after each store', () => {
  const from = [0x1085n, 1n, 0n, 0n, 0n, 0n, 0n, 0n];
  const to = [0x2085n, 2n, 0n, 0n, 0n, 0n, 0n, 0n];
  const plan = explainPlan('vtd-pasid', from, to, { coherent: false });
  expect(planDrawing('vtd-pasid', { from, to }, plan, plain).join('\n')).toBe(
    `vtd-pasid: hitless, used bits differ in quantum 0 alone: one store switches from old to new
  quantum 0 differs in used bits 0x3000 0x3: SSPTPTR, DID

     start            [0] 0x0000000000001085 [1] 0x0000000000000001
   1 store quantum 0  [0] 0x0000000000002085 [1] 0x0000000000000002
                      SSPTPTR 0x1000 → 0x2000, DID 0x1 → 0x2
   2 sync flush-entry, invalidate-pasid-cache, wait
     target           [0] 0x0000000000002085 [1] 0x0000000000000002`,
  );
});

test('a store is as wide as the format has it: 64 bits for SMMUv3', () => {
  const from = [9n, 1n, 0n, 0n, 0n, 0n, 0n, 0n];
  const to = [0x200bn, 2n, 0n, 0n, 0n, 0n, 0n, 0n];
  const lines = planDrawing('smmu-ste', { from, to }, explainPlan('smmu-ste', from, to), plain);
  expect(lines).toContain('   1 store quantum 1  [0] 0x0000000000000009 [1] 0x0000000000000002');
  expect(lines).toContain('   3 store quantum 0  [0] 0x000000000000200b [1] 0x0000000000000002');
});
