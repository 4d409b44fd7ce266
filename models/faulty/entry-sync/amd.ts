/** Bugs of updates of AMD device table entries. */
import type { BugOf, Edit } from '../bug.ts';
import { update } from '../updates.ts';

/** V, TV and GV; GLX 0 with one level more in word 2; a piece of the guest table pointer. */
const GUEST = 0x0080_0000_0000_0003n;
const GUEST_LEVEL = 0x0040_0000_0000_0000n;
const POINTER = 0x0400_0000_0000_0000n;

const edit = (from: string, to: string): Edit => ({ file: 'amd-dte.ts', from, to });

export const amdBugs: readonly BugOf<'entry-sync'>[] = [
  {
    id: 'amd-entry-in-64-bit-words',
    area: 'entry-sync',
    history: '8b3f78733814, "iommu/amd: Introduce helper function to update 256-bit DTE"',
    wrong:
      'The lower half of a device table entry is written in two stores of 64 bits: hardware may see V without the rest.',
    source: 'Linux drivers/iommu/amd/iommu.c, update_dte256',
    rules: ['entry-sync.atomic-store'],
    edits: [
      edit(
        '  if (!fromValid) return [upper, lower, FLUSH];',
        "  if (!fromValid) {\n    const halves = [toControl, to[1]!].map((word): TraceEvent => ({ op: 'store', quantum: 0, value: [word] }));\n    return [upper, ...halves, FLUSH];\n  }",
      ),
    ],
    smallest: update('amd-dte', [], []),
  },
  {
    id: 'amd-valid-before-rest',
    area: 'entry-sync',
    history: '8b3f78733814: order of the stores when V is set',
    wrong: 'An entry that becomes valid gets its lower half, with V, before the upper one.',
    source: 'update_dte256: V is written last when it is set',
    rules: ['entry-sync.torn-view', 'entry-sync.order'],
    edits: [
      edit('if (!fromValid) return [upper, lower, FLUSH];', 'if (!fromValid) return [lower, upper, FLUSH];'),
    ],
    smallest: update('amd-dte', [], [GUEST, 0n, GUEST_LEVEL]),
  },
  {
    id: 'amd-cleared-upper-first',
    area: 'entry-sync',
    history: '8b3f78733814: order of the stores when V is cleared',
    wrong: 'An entry that becomes invalid loses its upper half while V is still set.',
    source: 'update_dte256: V is written first when it is cleared',
    rules: ['entry-sync.torn-view', 'entry-sync.order'],
    edits: [
      edit(
        'if ((toControl & 1n) === 0n) return [lower, upper, FLUSH];',
        'if ((toControl & 1n) === 0n) return [upper, lower, FLUSH];',
      ),
    ],
    smallest: update('amd-dte', [GUEST, 0n, GUEST_LEVEL], []),
  },
  {
    id: 'amd-guest-table-before-levels',
    area: 'entry-sync',
    history: '8b3f78733814: order of the stores when GV is set',
    wrong: 'GV is set before the upper half says how many levels the guest table has.',
    source: 'update_dte256: GV is written last when it is set',
    rules: ['entry-sync.torn-view', 'entry-sync.order'],
    edits: [
      edit(
        'if (fromGuest === 0n) return [upper, lower, FLUSH];',
        'if (fromGuest === 0n) return [lower, upper, FLUSH];',
      ),
    ],
    smallest: update('amd-dte', [1n], [GUEST, 0n, GUEST_LEVEL]),
  },
  {
    id: 'amd-levels-before-guest-table',
    area: 'entry-sync',
    history: '8b3f78733814: order of the stores when GV is cleared',
    wrong: 'The levels of the guest table are cleared while GV is still set.',
    source: 'update_dte256: GV is written first when it is cleared',
    rules: ['entry-sync.torn-view', 'entry-sync.order'],
    edits: [
      edit(
        'if (toGuest === 0n) return [lower, upper, FLUSH];',
        'if (toGuest === 0n) return [upper, lower, FLUSH];',
      ),
    ],
    smallest: update('amd-dte', [GUEST, 0n, GUEST_LEVEL], [1n]),
  },
  {
    id: 'amd-levels-changed-live',
    area: 'entry-sync',
    wrong: 'Levels and pointer of the guest table change one after the other in an entry that stays valid.',
    source: 'update_dte256: the lower half is zeroed and flushed first',
    rules: ['entry-sync.torn-view', 'entry-sync.order', 'entry-sync.amd.level-change'],
    edits: [edit('return [LOWER_ZERO, FLUSH, upper, lower, FLUSH];', 'return [upper, lower, FLUSH];')],
    smallest: update('amd-dte', [GUEST], [GUEST | POINTER, 0n, GUEST_LEVEL]),
  },
  {
    id: 'amd-interrupt-remapping-lost',
    area: 'entry-sync',
    history: 'Linux drivers/iommu/amd: set_dte_entry before word 2 was merged under the lock',
    wrong:
      'An update for DMA takes word 2 whole from its maker, and the interrupt-remapping bits that were there are gone.',
    source: '"iommu/amd: Refactor persistent DTE bits programming into amd_iommu_make_clear_dte()"',
    rules: ['entry-sync.amd.interrupt-remapping'],
    edits: [edit('(from[2]! & ~OWN) | (to[2]! & OWN)', 'to[2]!')],
    smallest: update('amd-dte', [0n, 0n, 1n], []),
  },
  {
    id: 'amd-not-flushed',
    area: 'entry-sync',
    wrong: 'A device table entry that becomes valid is not flushed.',
    source: 'update_dte256, INVALIDATE_DEVTAB_ENTRY',
    rules: ['entry-sync.last-sync'],
    edits: [edit('if (!fromValid) return [upper, lower, FLUSH];', 'if (!fromValid) return [upper, lower];')],
    smallest: update('amd-dte', [], []),
  },
  {
    id: 'amd-guest-levels-not-written',
    area: 'entry-sync',
    wrong: 'Only bits 53:52 of word 2 are taken from the new entry: the levels of the guest table stay.',
    source: 'update_dte256: bits 55:52 come from the new entry',
    rules: ['entry-sync.final', 'entry-sync.torn-view'],
    edits: [edit('const OWN = 0x00f0_0000_0000_0000n;', 'const OWN = 0x0030_0000_0000_0000n;')],
    smallest: update('amd-dte', [], [0n, 0n, GUEST_LEVEL]),
  },
];
