/** Bugs of walks that announce mappings. */
import type { BugOf } from '../bug.ts';
import { assigned, LEGACY, profile, ROOT, rangeWalk } from '../tables.ts';

const RANGE_END = 1n << 39n;
const known = { iova: 0n, size: 0x4000_0000n, target: 0n, read: true, write: false } as const;

/** What entries beyond the range are taken for: mappings, unmapped ranges, or entries to count. */
const BEYOND = [
  'page-walk.range.bounds',
  ...['page-walk.map.1g', 'page-walk.map.2m', 'page-walk.map.4k'],
  ...['page-walk.count.no-right', 'page-walk.count.reserved', 'page-walk.count.unreadable'],
];

export const walkBugs: readonly BugOf<'page-walk'>[] = [
  {
    id: 'range-end-included',
    area: 'page-walk',
    history: 'QEMU "intel_iommu: Fix incorrect \\"end\\" for vtd_address_space_unmap", d6d10793dc',
    wrong: 'The end of a range is taken for its last address, so that one page more is walked.',
    source: 'qemu.md 10.1, row 51',
    rules: BEYOND,
    edits: [{ file: 'page-walk.ts', from: 'Number((end - 1n) >> 12n)', to: 'Number(end >> 12n)' }],
    smallest: rangeWalk(0n, 0x4000_0000n, [[0x1008n, 0x81n]]),
  },
  {
    id: 'beyond-the-range-of-the-notifier',
    area: 'page-walk',
    history: 'QEMU "intel_iommu: Fix unexpected unmaps during global unmap", 9a4bb8391f',
    wrong: 'Everything is walked up to the address width, whatever the range that was asked for.',
    source: 'qemu.md 10.1, row 51',
    rules: BEYOND,
    edits: [
      {
        file: 'page-walk.ts',
        from: 'lastFrame = Math.min(Number((end - 1n) >> 12n), 2 ** (limitBits - 12) - 1);',
        to: 'lastFrame = 2 ** (limitBits - 12) - 1;',
      },
    ],
    smallest: rangeWalk(0n, 0x4000_0000n, [[0x1008n, 0x81n]]),
  },
  {
    id: 'flags-that-were-registered',
    area: 'page-walk',
    history: 'QEMU "intel_iommu: Fix flag check in replay", ce735ff033',
    wrong: 'Who asks for mappings only hears of unmapped ranges too: the wrong flags are looked at.',
    source: 'qemu.md 10.1, row 35',
    rules: ['page-walk.skip.no-right', 'page-walk.remembered.kept'],
    edits: [
      { file: 'page-walk.ts', from: 'notifyUnmapped = walk.notifyUnmapped;', to: 'notifyUnmapped = true;' },
    ],
    smallest: rangeWalk(0n, 1n, []),
  },
  {
    id: 'context-entry-gone',
    area: 'page-walk',
    history: 'QEMU "intel-iommu: handle invalid ce for shadow sync", c28b535d08',
    wrong: 'A context entry that is not valid ends the process.',
    source: 'qemu.md 10.1, row 55',
    rules: ['page-walk.answers'],
    edits: [
      {
        file: 'replay-start.ts',
        from: 'if (context < 0 || contextFault(entries, halves, context) !== 0) return NONE;',
        to: `if (context < 0) return NONE;
  if (contextFault(entries, halves, context) !== 0) throw new Error('invalid context entry');`,
      },
    ],
    smallest: assigned([[0x1000n, 1n]]),
  },
  {
    id: 'announced-again',
    area: 'page-walk',
    history: 'QEMU "intel-iommu: maintain per-device iova ranges", 2018: what it was written against',
    wrong: 'A mapping that was announced before is announced again, which hosts refuse.',
    source: 'QEMU intel_iommu.c, vtd_page_walk_one',
    rules: ['page-walk.remembered.identical'],
    edits: [{ file: 'page-walk.ts', from: 'if (isKnown(frame, span, target, rights)) return true;', to: '' }],
    smallest: rangeWalk(0n, 1n, [[0x1000n, 0x81n]], { announced: [known] }),
  },
  {
    id: 'changed-without-unmap',
    area: 'page-walk',
    history: 'QEMU "intel-iommu: maintain per-device iova ranges", 2018: what it was written against',
    wrong: 'A mapping that has changed is announced without the old one being unmapped.',
    source: 'QEMU intel_iommu.c, vtd_page_walk_one',
    rules: ['page-walk.remembered.changed'],
    edits: [{ file: 'page-walk.ts', from: 'if (!callUnmap(frame, span)) return false;', to: '' }],
    smallest: rangeWalk(0n, 1n, [[0x1000n, 0x83n]], { announced: [known] }),
  },
  {
    id: 'vanished-without-unmap',
    area: 'page-walk',
    wrong: 'A sync does not tell of mappings that are gone.',
    source: 'QEMU intel_iommu.c, vtd_page_walk_one',
    rules: ['page-walk.remembered.vanished'],
    edits: [
      {
        file: 'page-walk.ts',
        from: 'if (known > 0) {\n      forget(known);\n      return callUnmap(frame, span);',
        to: 'if (known > 0) {\n      forget(known);\n      return true;',
      },
    ],
    smallest: rangeWalk(0n, 1n, [], { announced: [known], notifyUnmapped: true }),
  },
  {
    id: 'reserved-bits-announced',
    area: 'page-walk',
    history: 'QEMU "intel_iommu: refine SL-PEs reserved fields checking", ce586f3b8d: in the walk',
    wrong: 'An entry with a reserved bit set is announced as a mapping.',
    source: 'qemu.md 10.1, row 49; review of "intel_iommu: provide its own replay() callback", 2017',
    rules: ['page-walk.skip.reserved', 'page-walk.count.no-right', 'page-walk.count.reserved'],
    edits: [{ file: 'page-walk.ts', from: 'reserved++;\n      continue;', to: 'reserved++;' }],
    smallest: rangeWalk(0n, 1n, [[0x1000n, 0x1081n]]),
  },
  {
    id: 'rights-of-parents-not-stacked',
    area: 'page-walk',
    wrong: 'A mapping is announced with the rights of its own entry, not of those above it too.',
    source: '3.7.1',
    rules: [
      ...['page-walk.permission', 'page-walk.skip.no-right', 'page-walk.unmap.page'],
      ...['page-walk.count.no-right', 'page-walk.remembered.changed'],
    ],
    edits: [{ file: 'page-walk.ts', from: 'const rights = parents & own;', to: 'const rights = own;' }],
    smallest: rangeWalk(0n, 1n, [
      [0x1000n, 0x2001n],
      [0x2000n, 0x83n],
    ]),
  },
  {
    id: 'pass-through-walked',
    area: 'page-walk',
    history: 'QEMU "intel_iommu: support passthrough (PT)", 2017: what it was written against',
    wrong: 'The tables of a device under pass-through are walked and announced.',
    source: '9.3',
    rules: ['page-walk.replay.pass-through'],
    edits: [
      {
        file: 'replay-start.ts',
        from: 'if (((halves[context] as number) & 0x8) !== 0) return NONE;',
        to: '',
      },
    ],
    smallest: assigned([ROOT, [0x2000n, 0x3009n, 1n], [0x3000n, 0x81n]]),
  },
  {
    id: 'error-of-the-hook-ignored',
    area: 'page-walk',
    wrong: 'The walk goes on after the hook has failed.',
    source: 'review of "intel_iommu: provide its own replay() callback", 2017',
    rules: ['page-walk.hook-error'],
    edits: [{ file: 'page-walk.ts', from: 'if (!goesOn) return false;', to: '' }],
    smallest: {
      ...rangeWalk(0n, RANGE_END, [[0x1000n, 0x81n, 0x81n]]),
      hookFailure: { at: 0, error: 1 },
    },
  },
  {
    id: 'mapping-cut-to-the-range',
    area: 'page-walk',
    wrong: 'A page that begins before the range is announced from the start of the range on.',
    source: 'review of "intel_iommu: provide its own replay() callback", 2017',
    rules: ['page-walk.map.whole', 'page-walk.remembered.changed', 'page-walk.remembered.identical'],
    edits: [
      {
        file: 'page-walk.ts',
        from: '? mapped(frame, span,',
        to: '? mapped(Math.max(frame, firstFrame), span,',
      },
    ],
    smallest: rangeWalk(0x1000n, 0x1001n, [[0x1000n, 0x81n]]),
  },
  {
    id: 'tables-of-an-assigned-device',
    area: 'page-walk',
    history: 'QEMU "intel_iommu: provide its own replay() callback", 2017: what it was written for',
    wrong: 'Nothing is announced when a device is assigned that has tables already.',
    source: 'review of "intel_iommu: provide its own replay() callback", 2017',
    rules: ['page-walk.replay.tables'],
    edits: [
      {
        file: 'page-walk.ts',
        from: "if (levels === 0) return { events, result: { outcome: 'done' } };",
        to: "if (levels >= 0) return { events, result: { outcome: 'done' } };",
      },
    ],
    smallest: assigned([ROOT, LEGACY, [0x3000n, 0x81n]]),
  },
  {
    id: 'pieces-of-a-new-page-remembered',
    area: 'page-walk',
    wrong: 'Where several mappings became one page, all but the first are remembered as announced.',
    source: 'QEMU intel_iommu.c, vtd_page_walk_one',
    rules: ['page-walk.remembered.state'],
    edits: [{ file: 'page-walk.ts', from: 'forget(known);\n      if', to: 'forget(1);\n      if' }],
    smallest: rangeWalk(0n, 1n, [[0x1000n, 0x81n]], {
      announced: [
        { ...known, size: 0x1000n },
        { ...known, iova: 0x1000n, size: 0x1000n },
      ],
    }),
  },
  {
    id: 'identity-of-low-memory-alone',
    area: 'page-walk',
    wrong: 'While translation is off no memory behind a hole is announced.',
    source: 'QEMU pc.c: memory above 4 GiB is a region of its own',
    rules: ['page-walk.replay.identity'],
    edits: [
      {
        file: 'page-walk.ts',
        from: 'if (iova >= end) continue;',
        to: 'if (iova >= end || start > done) continue;',
      },
    ],
    smallest: {
      area: 'page-walk',
      profile: profile('legacy-39'),
      memory: [],
      walk: { kind: 'replay', rtaddr: 0n, translationEnabled: false, sourceId: 0 },
    },
  },
];
