/** Bugs of the sequence in which the entry writer stores, and of when hardware is told. */
import type { BugOf, Edit } from '../bug.ts';
import { update } from '../updates.ts';

const review = 'what the sequences of Linux arm_smmu_write_entry and of entry_sync guard against';
const TORN = ['entry-sync.torn-view', 'entry-sync.order'];

/** PASID table entries of PGTT 1: with FSPTPTR, in quantum 1; without; and one of PGTT 3 with FSPTPTR. */
const POINTED = [0x41n, 0n, 0x1000n];
const FIRST_STAGE = [0x41n];
const NESTED_ELSEWHERE = [0xc1n, 0n, 0x1000n];

const edit = (from: string, to: string): Edit => ({ file: 'entry-plan.ts', from, to });

export const sequenceBugs: readonly BugOf<'entry-sync'>[] = [
  {
    id: 'breaking-fill-off-by-one',
    area: 'entry-sync',
    history: 'draft of entry_sync for "iommu/vt-d: Hitless PASID updates", mended before v1 was posted',
    wrong: 'The fill after V=0 starts with the quantum of the valid bit and ends one short of the last.',
    source: 'entry_sync_template.h of the draft, ranges [0, v) and [v, N - 1)',
    rules: [...TORN, 'entry-sync.final', 'entry-sync.publish-last'],
    edits: [
      edit('    write(quantumHalves, to, toAt, sets.targetFilled & valid);\n', ''),
      edit(
        'changed & ~valid',
        '((changed & ~valid) | (sets.targetFilled & valid)) & ~(1 << (shape.quanta - 1))',
      ),
    ],
    smallest: update('vtd-pasid', FIRST_STAGE, NESTED_ELSEWHERE),
  },
  {
    id: 'swapped-before-prepared',
    area: 'entry-sync',
    wrong: 'The critical quantum is swapped before the others are prepared.',
    source: review,
    rules: TORN,
    edits: [
      edit(
        '    write(quantumHalves, prepared, 0, sets.preparing & ~critical);\n    write(quantumHalves, to, toAt, changed & critical);\n',
        '    write(quantumHalves, to, toAt, changed & critical);\n    write(quantumHalves, prepared, 0, sets.preparing & ~critical);\n',
      ),
    ],
    smallest: update('vtd-pasid', [], POINTED),
  },
  {
    id: 'not-prepared',
    area: 'entry-sync',
    wrong: 'The critical quantum is swapped although the others still hold what the old entry ignored.',
    source: review,
    rules: TORN,
    edits: [
      edit('    write(quantumHalves, prepared, 0, sets.preparing & ~critical);\n', ''),
      edit('sets.unprepared & ~critical', 'changed & ~critical'),
    ],
    smallest: update('vtd-pasid', [], POINTED),
  },
  {
    id: 'not-cleaned-up',
    area: 'entry-sync',
    wrong: 'What the new entry ignores is left in memory after the swap.',
    source: review,
    rules: ['entry-sync.final'],
    edits: [edit('    write(quantumHalves, to, toAt, sets.unprepared & ~critical);\n', '')],
    smallest: update('vtd-pasid', POINTED, []),
  },
  {
    id: 'no-sync-after-prepare',
    area: 'entry-sync',
    wrong: 'The critical quantum is swapped before hardware has to see what was prepared.',
    source: review,
    rules: TORN,
    edits: [
      edit(
        '    write(quantumHalves, prepared, 0, sets.preparing & ~critical);\n',
        '    write(quantumHalves, prepared, 0, sets.preparing & ~critical);\n    if (plan.count > 0) plan.count--;\n',
      ),
    ],
    smallest: update('vtd-pasid', [], POINTED),
  },
  {
    id: 'no-sync-after-swap',
    area: 'entry-sync',
    wrong: 'What the new entry ignores is cleaned up while hardware may still hold the old critical quantum.',
    source: review,
    rules: [...TORN, 'entry-sync.last-sync'],
    edits: [
      edit(
        '    write(quantumHalves, to, toAt, changed & critical);\n',
        '    write(quantumHalves, to, toAt, changed & critical);\n    if (plan.count > 0) plan.count--;\n',
      ),
    ],
    smallest: update('vtd-pasid', [0x41n], []),
  },
  {
    id: 'no-sync-after-cleanup',
    area: 'entry-sync',
    wrong: 'The last stores of an update are followed by no sync.',
    source: review,
    rules: ['entry-sync.last-sync'],
    edits: [
      edit(
        '    write(quantumHalves, to, toAt, sets.unprepared & ~critical);\n',
        '    const swapped = plan.count;\n    write(quantumHalves, to, toAt, sets.unprepared & ~critical);\n    if (plan.count > swapped) plan.count--;\n',
      ),
    ],
    smallest: update('vtd-pasid', POINTED, []),
  },
  {
    id: 'no-syncs-in-a-break',
    area: 'entry-sync',
    wrong: 'The entry is invalidated, filled and published with one sync in the end.',
    source: review,
    rules: TORN,
    edits: [
      edit(
        '    write(quantumHalves, zero, 0, sets.filled & valid);\n',
        '    write(quantumHalves, zero, 0, sets.filled & valid);\n    if (plan.count > 0) plan.count--;\n',
      ),
      edit(
        '    write(quantumHalves, to, toAt, changed & ~valid);\n',
        '    write(quantumHalves, to, toAt, changed & ~valid);\n    if ((changed & ~valid) !== 0) plan.count--;\n',
      ),
    ],
    smallest: update('vtd-pasid', FIRST_STAGE, NESTED_ELSEWHERE),
  },
  {
    id: 'filled-with-the-valid-quantum',
    area: 'entry-sync',
    wrong: 'After V=0 all quanta are filled in ascending order, that of the valid bit among them.',
    source: review,
    rules: [...TORN, 'entry-sync.publish-last'],
    edits: [
      edit(
        '    write(quantumHalves, to, toAt, changed & ~valid);\n    write(quantumHalves, to, toAt, sets.targetFilled & valid);\n',
        '    write(quantumHalves, to, toAt, (changed & ~valid) | (sets.targetFilled & valid));\n',
      ),
    ],
    smallest: update('vtd-pasid', FIRST_STAGE, NESTED_ELSEWHERE),
  },
  {
    id: 'valid-bit-cleared-alone',
    area: 'entry-sync',
    wrong: 'A break clears the valid bit and leaves the rest of its quantum.',
    source: review,
    rules: ['entry-sync.cleared-quantum', ...TORN],
    edits: [
      edit(
        '    write(quantumHalves, zero, 0, sets.filled & valid);\n',
        [
          '    const none = shape.used.rowOf(zero, 0);',
          '    const start = shape.validQuantum * quantumHalves;',
          '    for (let half = start; half < start + quantumHalves; half++) {',
          '      prepared[half] = from[fromAt + half]! & ~shape.used.masks[none + half]!;',
          '    }',
          '    write(quantumHalves, prepared, 0, sets.filled & valid);\n',
        ].join('\n'),
      ),
    ],
    smallest: update('vtd-pasid', FIRST_STAGE, NESTED_ELSEWHERE),
  },
  {
    id: 'synced-without-a-store',
    area: 'entry-sync',
    wrong: 'Hardware is told to look again although nothing was stored.',
    source: review,
    rules: ['entry-sync.minimal-syncs', 'entry-sync.idempotent'],
    edits: [edit('if (quanta === 0) return;', '')],
    smallest: update('vtd-pasid', [], []),
  },
  {
    id: 'equal-quanta-stored',
    area: 'entry-sync',
    wrong: 'Quanta are stored that memory holds already.',
    source: review,
    rules: ['entry-sync.minimal-stores', 'entry-sync.idempotent', 'entry-sync.publish-last'],
    edits: [
      edit('if (changes !== 0) sets.changed |= bit;', 'sets.changed |= bit;'),
      edit('if (rest !== 0) sets.unprepared |= bit;', 'sets.unprepared |= bit;'),
      edit('if (ahead !== 0) sets.preparing |= bit;', 'sets.preparing |= bit;'),
    ],
    smallest: update('vtd-pasid', [], []),
  },
  {
    id: 'pasid-tear-down-in-place',
    area: 'entry-sync',
    history: '75ed00055c05, "iommu/vt-d: Clear Present bit before tearing down PASID entry"',
    wrong: 'A tear-down zeroes all 64 bytes of a PASID table entry while P is still set for hardware.',
    source: 'Linux drivers/iommu/intel/pasid.c: clear P, make it visible, then zero the rest',
    rules: TORN,
    edits: [
      edit('  if (critical === 0) {', '  if (critical === 0 || (quantumHalves === 4 && to[toAt] === 0)) {'),
    ],
    smallest: update('vtd-pasid', POINTED, []),
  },
  {
    id: 'pasid-64-bit-stores',
    area: 'entry-sync',
    history: 'patch 3 of "iommu/vt-d: Hitless PASID updates": require CMPXCHG16B for PASID support',
    wrong:
      'PASID table entries are written in halves of a quantum: without CMPXCHG16B there is no other store.',
    source: 'VT-d 9: hardware reads 128 bits at once',
    rules: ['entry-sync.atomic-store'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: "const value = format.quantumHalves === 4 ? [low, values[step * 2 + 1]!] : [low];\n    trace.push({ op: 'store', quantum, value });",
        to: "trace.push({ op: 'store', quantum, value: [low] });\n    if (format.quantumHalves === 4) trace.push({ op: 'store', quantum, value: [values[step * 2 + 1]!] });",
      },
    ],
    smallest: update('vtd-pasid', [], [0x41n]),
  },
];
