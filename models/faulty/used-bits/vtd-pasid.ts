/** Bugs of the used bits of PASID table entries. */
import type { BugOf, Edit } from '../bug.ts';
import { usedBits } from '../updates.ts';

const edit = (from: string, to: string): Edit => ({ file: 'used-bits.ts', from, to });

export const pasidUsedBitBugs: readonly BugOf<'used-bits'>[] = [
  {
    id: 'page-snoop-not-used',
    area: 'used-bits',
    history: 'v1 of "iommu/vt-d: Add entry_sync support for PASID entry updates"',
    wrong:
      'PGSNP is missing from the used bits of second-stage and pass-through entries: clearing it counts as no change.',
    source: 'review of "iommu/vt-d: Add entry_sync support for PASID entry updates"',
    rules: ['used-bits.vtd-pasid.second-stage.page-snoop', 'used-bits.vtd-pasid.pass-through.page-snoop'],
    edits: [
      edit('0xffff_ffff, 0x0180_ffff], // second', '0xffff_ffff, 0x0080_ffff], // second'),
      edit('0x0180_ffff], // pass-through', '0x0080_ffff], // pass-through'),
    ],
    smallest: usedBits('vtd-pasid', [0x81n]),
  },
  {
    id: 'not-present-uses-more',
    area: 'used-bits',
    wrong: 'Of an entry that is not present PGTT counts too.',
    source: 'VT-d 9.6',
    rules: ['used-bits.not-valid'],
    edits: [edit('[1], // not present', '[0x1c1], // not present')],
    smallest: usedBits('vtd-pasid', []),
  },
  {
    id: 'pass-through-read-as-reserved',
    area: 'used-bits',
    wrong: 'PGTT is read without its highest bit: pass-through counts as reserved.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.pass-through', 'used-bits.vtd-pasid.pass-through.page-snoop'],
    edits: [edit('((low >>> 6) & 7)', '((low >>> 6) & 3)')],
    smallest: usedBits('vtd-pasid', [0x101n]),
  },
  {
    id: 'pass-through-without-domain',
    area: 'used-bits',
    wrong: 'The domain id of a pass-through entry is not used.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.pass-through'],
    edits: [edit('0x0180_ffff], // pass-through', '0x0180_0000], // pass-through')],
    smallest: usedBits('vtd-pasid', [0x101n]),
  },
  {
    id: 'second-stage-pointer-halved',
    area: 'used-bits',
    wrong: 'Bits 63:32 of SSPTPTR are missing for second-stage entries.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.second-stage'],
    edits: [
      edit('[0xffff_f3df, 0xffff_ffff, 0x0180_ffff], // second', '[0xffff_f3df, 0, 0x0180_ffff], // second'),
    ],
    smallest: usedBits('vtd-pasid', [0x81n]),
  },
  {
    id: 'nested-without-first-stage',
    area: 'used-bits',
    wrong: 'Nested entries use the fields of the second stage alone.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.nested'],
    edits: [edit(', 0, 0xffff_f09d, 0xffff_ffff], // nested', '], // nested')],
    smallest: usedBits('vtd-pasid', [0xc1n]),
  },
  {
    id: 'nested-without-request-controls',
    area: 'used-bits',
    wrong: 'SRE, WPE and EAFE of a nested entry are not used.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.nested'],
    edits: [edit('0xffff_f09d', '0xffff_f00c')],
    smallest: usedBits('vtd-pasid', [0xc1n]),
  },
  {
    id: 'first-stage-uses-second-stage-pointer',
    area: 'used-bits',
    wrong: 'SSPTPTR counts for first-stage entries, and a stale one makes updates break.',
    source: 'VT-d 9.6',
    rules: ['used-bits.ignored-bits'],
    edits: [edit('[0x1dd, 0,', '[0xffff_f1dd, 0,')],
    // Without a second stage the pointer is reserved, and may count.
    smallest: usedBits('vtd-pasid', [0x41n]),
  },
  {
    id: 'first-stage-without-paging-mode',
    area: 'used-bits',
    wrong: 'FSPM is missing for first-stage entries.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.first-stage'],
    edits: [edit('0xffff_f00c', '0xffff_f000')],
    smallest: usedBits('vtd-pasid', [0x41n]),
  },
  {
    id: 'second-stage-without-access-flags',
    area: 'used-bits',
    wrong: 'SSADE is missing for second-stage entries.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.second-stage'],
    edits: [
      edit(
        '[0xffff_f3df, 0xffff_ffff, 0x0180_ffff], // second',
        '[0xffff_f1df, 0xffff_ffff, 0x0180_ffff], // second',
      ),
    ],
    smallest: usedBits('vtd-pasid', [0x81n]),
  },
  {
    id: 'pass-through-without-fpd',
    area: 'used-bits',
    wrong: 'FPD is missing for pass-through entries.',
    source: 'VT-d 9.6',
    rules: ['used-bits.vtd-pasid.pass-through'],
    edits: [edit('[0x1df, 0, 0x0180_ffff], // pass', '[0x1dd, 0, 0x0180_ffff], // pass')],
    smallest: usedBits('vtd-pasid', [0x101n]),
  },
];
