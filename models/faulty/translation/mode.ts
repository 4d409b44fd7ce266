/** Bugs on the way to the tables of a device: the mode, root and context entries, PASIDs. */
import type { BugOf } from '../bug.ts';
import { LEGACY, ROOT, SCALABLE, scalable, translation } from '../tables.ts';

const standing = 'QEMU 7.2.22 and 10.0.2, as measured; still so';
const expectations = 'expectations/qemu-10.0.json';

export const modeBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'reserved-table-mode',
    area: 'translation',
    history: standing,
    wrong: 'TTM 10b is walked as legacy mode.',
    source: expectations,
    rules: ['RTA.1.2'],
    edits: [
      {
        file: 'translation.ts',
        from: 'case 2:\n      return 0x30;',
        to: 'case 2:\n      return walk(unit, rootHigh, root, false);',
      },
    ],
    smallest: translation('legacy-39', 0x800n, []),
  },
  {
    id: 'abort-mode-walked',
    area: 'translation',
    history: standing,
    wrong: 'TTM 11b is walked as scalable mode.',
    source: expectations,
    rules: ['RTA.1.1', 'RTA.4'],
    edits: [
      {
        file: 'translation.ts',
        from: 'return unit.abortDma ? 0x33 : 0x30;',
        to: 'return walk(unit, rootHigh, root, true);',
      },
    ],
    smallest: translation('legacy-39', 0xc00n, []),
  },
  {
    id: 'scalable-mode-without-capability',
    area: 'translation',
    history: standing,
    wrong: 'A unit without scalable mode walks TTM 01b as legacy mode.',
    source: expectations,
    rules: ['RTA.1.3'],
    edits: [
      {
        file: 'translation.ts',
        from: 'if (!unit.scalable) return 0x30;',
        to: 'if (!unit.scalable) return walk(unit, rootHigh, root, false);',
      },
    ],
    smallest: translation('legacy-39', 0x400n, []),
  },
  {
    id: 'both-root-halves',
    area: 'translation',
    history: standing,
    wrong: 'Reserved bits are checked in both halves of a scalable root entry, though one is used.',
    source: `${expectations}; 9.2`,
    rules: ['translation.ignored.root-half'],
    edits: [
      {
        file: 'scalable.ts',
        from: 'fault = rootHalfFault(entries, halves, half);',
        to: `fault = rootHalfFault(entries, halves, half);
    if (((halves[root + 2] as number) & 0xffe) !== 0) return 0x3a;`,
      },
    ],
    smallest: translation('second-stage-no-snoop', 0x1400n, [
      [0x1000n, 0x2001n, 0x2n],
      ...SCALABLE,
      [0x4000n, 0x101n],
    ]),
  },
  {
    id: 'pasid-entries-not-present',
    area: 'translation',
    history: 'QEMU "intel_iommu: add present bit check for pasid table entries", 56fc1e6ac6',
    wrong: 'PASID directory and table entries are used that are not present.',
    source: 'qemu.md 10.1, row 47',
    rules: ['SPD.2', 'SPT.2'],
    edits: [
      { file: 'entry-faults.ts', from: 'if ((low & 1) === 0) return 0x51;', to: '' },
      { file: 'entry-faults.ts', from: 'if ((low & 1) === 0) return 0x59;', to: '' },
    ],
    smallest: translation('second-stage-48', 0x1400n, [ROOT, [0x2000n, 0x3001n]]),
  },
  {
    id: 'directory-across-four-gigabytes',
    area: 'translation',
    wrong: 'The place of a PASID directory entry is added up in 32 bits: a directory may reach across 4 GiB.',
    source: '9.4',
    rules: [
      ...['SPD.1', 'SPD.2', 'SPD.3', 'SPT.2'],
      ...['translation.pass-through.scalable', 'translation.page-request'],
    ],
    edits: [
      { file: 'scalable.ts', from: 'const carry = address > 0xffff_ffff ? 1 : 0;', to: 'const carry = 0;' },
    ],
    smallest: translation('nested-48', 0x1400n, [
      ROOT,
      [0x2000n, 0xffff_f601n, 0x8000n],
      [0x1_0000_0000n, 0x4001n],
      [0x4000n, 0x105n],
    ]),
  },
  {
    id: 'one-code-for-pasid-failures',
    area: 'translation',
    history: 'QEMU "intel_iommu: Use the latest fault reasons defined by spec", a84e37af36',
    wrong: 'Whatever is wrong with PASID structures is reported as 58h.',
    source: 'qemu.md 10.1, row 17',
    rules: ['SPD.1', 'SPD.2', 'SPD.3', 'SPT.2', 'SPT.3', 'SPT.4.1', 'SPT.4.2', 'SPT.4.3', 'SPT.4.4'],
    edits: [
      { file: 'scalable.ts', from: 'return -0x50;', to: 'return -0x58;' },
      { file: 'scalable.ts', from: 'return -fault;', to: 'return -0x58;' },
      {
        file: 'scalable.ts',
        from: 'return fault === 0 ? entry : -fault;',
        to: 'return fault === 0 ? entry : -0x58;',
      },
    ],
    smallest: translation('second-stage-48', 0x1400n, [ROOT, [0x2000n, 0x3001n]]),
  },
  {
    id: 'legacy-codes-of-scalable-entries',
    area: 'translation',
    history: standing,
    wrong: 'Faults of scalable root and context entries have the codes of legacy mode.',
    source: expectations,
    rules: ['SRT.1', 'SRT.2', 'SRT.3', 'SCT.1', 'SCT.2', 'SCT.3'],
    edits: [
      { file: 'entry-faults.ts', from: 'return 0x39;', to: 'return 0x01;' },
      { file: 'entry-faults.ts', from: '? VALID : 0x3a;', to: '? VALID : 0x0a;' },
      { file: 'entry-faults.ts', from: 'return 0x41;', to: 'return 0x02;' },
      { file: 'entry-faults.ts', from: 'return 0x42;', to: 'return 0x0b;' },
      { file: 'scalable.ts', from: 'return 0x38;', to: 'return 0x08;' },
      { file: 'scalable.ts', from: 'return 0x40;', to: 'return 0x09;' },
    ],
    smallest: translation('second-stage-48', 0x400n, []),
  },
  {
    id: 'privilege-without-supervisor-enable',
    area: 'translation',
    history:
      'Linux c935c1ff4: the driver let supervisor requests through by SRE, as this unit does without it',
    wrong: 'A privileged request is let through although SRE is clear.',
    source: 'linux-entry-sync.md E, M39',
    rules: ['SPT.6'],
    edits: [
      { file: 'scalable.ts', from: 'if (current.privileged && (flags & 1) === 0) return 0x5d;', to: '' },
    ],
    smallest: scalable(
      'nested-48',
      [
        [0x2000n, 0x3009n],
        [0x4040n, 0x101n],
      ],
      { pasid: 1, privileged: true },
    ),
  },
  {
    id: 'first-stage-address-width',
    area: 'translation',
    history: 'QEMU 10.0.2, as measured: AW of the PASID entry limits first-stage addresses; still so',
    wrong: 'AW, which first stage ignores, limits the input address.',
    source: `${expectations}; 9.6`,
    rules: [...['translation.ignored.first-stage.address-width', 'SGN.1', 'translation.ignored.root-half']],
    edits: [
      {
        file: 'scalable.ts',
        from: 'return walkFirstStage(unit, memory);',
        to: `if (type === 1 && current.high * 2 ** 32 + current.low >= 2 ** (30 + 9 * ((low >>> 2) & 7))) return 0x80;
  return walkFirstStage(unit, memory);`,
      },
    ],
    smallest: scalable(
      'first-stage-48',
      [
        [0x4000n, 0x41n, 0n, 0x5000n],
        [0x5000n, 0x6025n],
        [0x6008n, 0xa5n],
      ],
      { address: 0x4000_0000n },
    ),
  },
  {
    id: 'interrupt-range-code-of-the-unit',
    area: 'translation',
    history: 'QEMU 7.2.22 and 10.0.2, as measured: the device option is asked, not the mode; still so',
    wrong:
      'An output in the interrupt range has the scalable code 87h in legacy mode, on a unit that has both.',
    source: expectations,
    rules: ['LGN.4'],
    edits: [{ file: 'legacy.ts', from: '? 0x0e : 0;\n}', to: '? (unit.scalable ? 0x87 : 0x0e) : 0;\n}' }],
    smallest: translation('second-stage-no-snoop', 0x1000n, [
      ROOT,
      LEGACY,
      [0x3000n, 0x4001n],
      [0x4000n, 0xfee0_0081n],
    ]),
  },
];
