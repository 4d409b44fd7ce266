/** Bugs of those who decode entries: what is checked, and what is looked at first. */
import type { BugOf } from '../bug.ts';
import { entry, profile } from '../tables.ts';

const standing = 'QEMU 7.2.22 and 10.0.2, as measured; still so';
const expectations = 'expectations/qemu-10.0.json';

const firstStage = profile('first-stage-48');
/** ECAP: flags of the second stage. */
const SSADS = 1n << 45n;

export const decodingBugs: readonly BugOf<'entry'>[] = [
  {
    id: 'reserved-bits-end-one-early',
    area: 'entry',
    wrong: 'The last of the reserved bits below the pointer of a root entry is left out of the mask.',
    source: '9.1',
    rules: ['LRT.3'],
    edits: [
      {
        file: 'entry-faults.ts',
        from: 'const reserved = (low & 0xffe) |',
        to: 'const reserved = (low & 0x7fe) |',
      },
    ],
    smallest: entry('legacy-39', 'root-legacy', 2, 0x801n),
  },
  {
    id: 'pasid-directory-reserved-bits',
    area: 'entry',
    history: standing,
    wrong: 'Reserved bits of a PASID directory entry are not checked.',
    source: expectations,
    rules: ['SPD.3'],
    edits: [
      {
        file: 'entry-faults.ts',
        from: 'return ((low & 0xffc) | ((e[at + 1] as number) & aboveHaw)) === 0 ? VALID : 0x52;',
        to: 'return VALID;',
      },
    ],
    smallest: entry('second-stage-48', 'pasid-directory', 1, 0x5n),
  },
  {
    id: 'pasid-table-reserved-bits',
    area: 'entry',
    history: standing,
    wrong: 'Reserved bits of a PASID table entry are not checked.',
    source: expectations,
    rules: ['SPT.3'],
    edits: [
      {
        file: 'entry-faults.ts',
        from: 'if (pasidReservedBits(unit.pasidReserved, e, at) !== 0) return 0x5a;',
        to: '',
      },
    ],
    smallest: entry('second-stage-48', 'pasid-table', 8, 0x121n),
  },
  {
    id: 'translation-type-before-present',
    area: 'entry',
    history: 'QEMU 10.0.2, as measured: vtd_get_pe_in_pasid_leaf_table',
    wrong: 'PGTT of a PASID table entry is looked at before P, so that an empty entry has an unknown type.',
    source: expectations,
    rules: ['SPT.2'],
    edits: [
      {
        file: 'entry-faults.ts',
        from: 'if ((low & 1) === 0) return 0x59;',
        to: `if (((unit.granularTypes >>> ((low >>> 6) & 7)) & 1) === 0) return 0x5b;
  if ((low & 1) === 0) return 0x59;`,
      },
    ],
    smallest: entry('second-stage-48', 'pasid-table', 8),
  },
  {
    id: 'pass-through-address-width',
    area: 'entry',
    history: 'QEMU 7.2.22, as measured: vtd_pe_type_check',
    wrong: 'AW of a PASID table entry is checked under pass-through, which ignores it.',
    source: 'expectations/qemu-7.2.json; 9.6',
    rules: ['entry.valid.pasid-table', 'entry.ignored.pasid-table'],
    edits: [
      {
        file: 'entry-faults.ts',
        from: 'const secondStage = 0b1100 >>> type;',
        to: 'const secondStage = 0b1_1100 >>> type;',
      },
    ],
    smallest: entry('second-stage-48', 'pasid-table', 8, 0x101n),
  },
  {
    id: 'rid-pasid-without-capability',
    area: 'entry',
    history: 'QEMU "intel_iommu: Delete RPS capability related supporting code", c629b030a2',
    wrong: 'RID_PASID is taken as it is by a unit without RPS, for which its bits are reserved.',
    source: 'qemu.md 10.1, row 7',
    rules: ['SCT.3'],
    edits: [
      {
        file: 'unit.ts',
        from: 'if ((ecapHigh & 0x2_0000) === 0) requester |= 0xf_ffff;',
        to: '',
      },
    ],
    smallest: entry('second-stage-48', 'context-scalable', 4, 0x1n, 0x1n),
  },
  {
    id: 'pasid-enable-without-capability',
    area: 'entry',
    history: standing,
    wrong: 'PASIDE of a scalable context entry is accepted by a unit without PASIDs.',
    source: expectations,
    rules: ['SCT.3'],
    edits: [{ file: 'unit.ts', from: 'if ((ecapHigh & 0x100) === 0) low |= 0x8;', to: '' }],
    smallest: entry('second-stage-48', 'context-scalable', 4, 0x9n),
  },
  {
    id: 'page-snoop-without-snoop-control',
    area: 'entry',
    history: 'Linux 5a5f63b37: the driver set PGSNP where ECAP.SC is clear, and this decoder lets it',
    wrong: 'PGSNP of a PASID table entry is accepted by a unit without snoop control.',
    source: 'linux-entry-sync.md E, M38',
    rules: ['SPT.3'],
    edits: [{ file: 'unit.ts', from: 'if ((ecapLow & 0x80) === 0) add(2, 0x100_0000);', to: '' }],
    smallest: entry('second-stage-no-snoop', 'pasid-table', 8, 0x101n, 0x100_0000n),
  },
  {
    id: 'supervisor-requests-without-capability',
    area: 'entry',
    history:
      'Linux c935c1ff4: the driver set SRE without need, and this decoder lets it where it is reserved',
    wrong: 'SRE of a PASID table entry is accepted by a unit without supervisor requests.',
    source: 'linux-entry-sync.md E, M39',
    rules: ['SPT.3'],
    edits: [{ file: 'unit.ts', from: 'if (ecapLow >>> 31 === 0) add(4, 0x1);', to: '' }],
    smallest: entry('second-stage-48', 'pasid-table', 8, 0x101n, 0n, 0x1n),
  },
  {
    id: 'accessed-dirty-without-second-stage',
    area: 'entry',
    wrong: 'SSADE of a PASID table entry is accepted by a unit that has SSADS, but no second stage.',
    source: '9.6',
    rules: ['SPT.3'],
    edits: [{ file: 'unit.ts', from: 'add(0, POINTER_LOW | 0x21c);', to: 'add(0, POINTER_LOW | 0x1c);' }],
    smallest: {
      ...entry('first-stage-48', 'pasid-table', 8, 0x301n),
      profile: { ...firstStage, ecap: firstStage.ecap | SSADS },
    },
  },
];
