/** Bugs of the second-stage walk. */
import type { BugOf } from '../bug.ts';
import { LEGACY, legacy, ROOT, scalable, translation } from '../tables.ts';

const standing = 'QEMU 7.2.22 and 10.0.2, as measured; still so';
const expectations = 'expectations/qemu-10.0.json';

/** What a request that is blocked by a check too many should have come to, besides what the check is about. */
const COMES_TO = [
  ...['translation.pasid', 'translation.permission', 'translation.translation-request.rights'],
  ...['LGN.2', 'LGN.3', 'LGN.4', 'SGN.6', 'SGN.7', 'SGN.8.1', 'SGN.8.2', 'SFS.2'],
];

export const secondStageBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'leaf-snoop-bit-in-scalable-mode',
    area: 'translation',
    history: 'QEMU "intel-iommu: ignore leaf SNP bit in scalable mode", 0192d6677c',
    wrong: 'SNP of a second-stage page is taken for reserved on a unit that has scalable mode.',
    source: 'qemu.md 10.1, row 45',
    rules: ['translation.snoop-bit', ...COMES_TO],
    edits: [
      {
        file: 'translation-unit.ts',
        from: '(ecapLow & 0x80) === 0 ? 0x800 : 0;',
        to: '(ecapLow & 0x80) === 0 || (ecapHigh & 0x800) !== 0 ? 0x800 : 0;',
      },
    ],
    smallest: scalable('second-stage-48', [
      [0x4000n, 0x5089n],
      [0x5000n, 0x6001n],
      [0x6000n, 0x881n],
    ]),
  },
  {
    id: 'page-size-bit-at-the-lowest-level',
    area: 'translation',
    history: 'QEMU "intel_iommu: refine SL-PEs reserved fields checking", ce586f3b8d',
    wrong: 'Bit 7 of an entry for a 4 KiB page makes it checked as one for 2 MiB.',
    source: 'qemu.md 10.1, row 49',
    rules: ['translation.ignored.page-size-bit', ...COMES_TO],
    edits: [
      {
        file: 'second-stage.ts',
        from: 'const kind = 2 * level + isPage;',
        to: 'const kind = 2 * level + isPage + (level === 1 && (entryLow & 0x80) !== 0 ? 2 : 0);',
      },
    ],
    smallest: legacy([
      [0x3000n, 0x4001n],
      [0x4000n, 0x5001n],
      [0x5000n, 0x1081n],
    ]),
  },
  {
    id: 'snoop-bit-without-snoop-control',
    area: 'translation',
    history: standing,
    wrong: 'SNP is not reserved on a unit that has scalable mode, though it has no snoop control.',
    source: expectations,
    rules: ['LSS.2', 'SSS.3'],
    edits: [
      {
        file: 'translation-unit.ts',
        from: '(ecapLow & 0x80) === 0 ? 0x800 : 0;',
        to: '(ecapLow & 0x80) === 0 && (ecapHigh & 0x800) === 0 ? 0x800 : 0;',
      },
    ],
    smallest: translation('second-stage-no-snoop', 0x1000n, [
      ROOT,
      LEGACY,
      [0x3000n, 0x4001n],
      [0x4000n, 0x881n],
    ]),
  },
  {
    id: 'reserved-bits-of-tables',
    area: 'translation',
    history:
      'riscv-iommu issue 372, "D/A/U bit check is missing in non-leaf PTE in the model": the same class',
    wrong: 'Reserved bits are checked in entries that map a page alone.',
    source: 'riscv-non-isa/riscv-iommu issue 372; 9.8',
    rules: ['LSS.2', 'SSS.3'],
    edits: [
      {
        file: 'second-stage.ts',
        from: 'if (reserved !== 0) return RESERVED;',
        to: 'if (reserved !== 0 && isPage === 1) return RESERVED;',
      },
    ],
    smallest: legacy([[0x3000n, 0x801n]]),
  },
  {
    id: 'misaligned-large-page',
    area: 'translation',
    history: 'biriscv issue 46 and NutShell issue 268: a misaligned superpage is accepted; the same class',
    wrong: 'Low bits of the address of a large page are not reserved, and become part of the output.',
    source: 'ultraembedded/biriscv issue 46; 9.8',
    rules: ['LSS.2', 'SSS.3'],
    edits: [
      {
        file: 'translation-unit.ts',
        from: '0x1f_f000 | snoop | no2M, 0x800, 0x3fff_f000 | snoop | no1G]',
        to: 'snoop | no2M, 0x800, snoop | no1G]',
      },
    ],
    smallest: legacy([[0x3000n, 0x1081n]]),
  },
  {
    id: 'input-address-beyond-width',
    area: 'translation',
    history:
      'riscv-isa-sim pull request 869, "Take guest page fault if guest PA out of bounds": the same class',
    wrong: 'Input address bits above the width of the tables are ignored.',
    source: 'riscv-software-src/riscv-isa-sim pull request 869; 3.7',
    rules: ['LGN.1.1', 'SGN.5', 'SFS.5'],
    edits: [
      {
        file: 'second-stage.ts',
        from: 'if (addressHigh >>> (limit - 32) !== 0) return BEYOND_WIDTH;',
        to: '',
      },
    ],
    smallest: legacy([], { address: 0x80_0000_0000n }),
  },
  {
    id: 'rights-of-the-last-entry',
    area: 'translation',
    history:
      'myos-x86_64 issue 2: rights of the tables above a page were not taken into account; the same class',
    wrong: 'The rights of the page count alone, not those of the tables that lead to it.',
    source: 'zakki0925224/myos-x86_64 issue 2; 3.7.1',
    rules: [
      ...['LGN.2', 'LGN.3', 'SGN.6', 'SGN.7', 'SSS.2', 'SFS.6', 'SFS.7', 'SFS.8'],
      ...['translation.permission', 'translation.translation-request.rights'],
    ],
    edits: [
      { file: 'second-stage.ts', from: 'rights &= entryLow;', to: 'rights = entryLow & (READ | WRITE);' },
    ],
    smallest: legacy([
      [0x3000n, 0x4002n],
      [0x4000n, 0x81n],
    ]),
  },
  {
    id: 'legacy-codes-of-scalable-walks',
    area: 'translation',
    history: standing,
    wrong: 'Faults of a second-stage walk have the codes of legacy mode in scalable mode too.',
    source: expectations,
    rules: ['SGN.5', 'SSS.1', 'SSS.2', 'SSS.3', 'SSS.4'],
    edits: [
      { file: 'stage-faults.ts', from: 'return 0x84;', to: 'return 0x04;' },
      { file: 'stage-faults.ts', from: 'return 0x7b;', to: 'return 0x03;' },
      { file: 'stage-faults.ts', from: 'return 0x78;', to: 'return 0x07;' },
      { file: 'stage-faults.ts', from: 'return 0x7a;', to: 'return 0x0c;' },
      { file: 'stage-faults.ts', from: 'return 0x79;', to: 'return legacyRightsFault(missingRight(0));' },
    ],
    smallest: scalable('second-stage-48', [[0x4000n, 0x5089n]]),
  },
  {
    id: 'zero-length-reads-need-read',
    area: 'translation',
    wrong: 'A zero-length read needs read permission on a unit that has CAP.ZLR.',
    source: '3.14',
    rules: ['translation.zero-length-read', 'HPT.4'],
    edits: [
      {
        file: 'current-request.ts',
        from: "current.anyRight = zeroLengthReads && op === 'zero-length-read';",
        to: 'current.anyRight = false;',
      },
    ],
    smallest: translation('everything', 0x1000n, [ROOT, LEGACY, [0x3000n, 0x82n]], {
      op: 'zero-length-read',
    }),
  },
  {
    id: 'dirty-flag-without-snooping',
    area: 'translation',
    wrong: 'The dirty flag of a second-stage page is set although the walk is not snooped.',
    source: '3.10',
    rules: ['SSS.5', 'translation.flags.nothing-else'],
    edits: [{ file: 'first-stage.ts', from: 'if (!dirty && !snooped) return 0x7c;', to: '' }],
    smallest: scalable(
      'second-stage-57',
      [
        [0x4000n, 0x5285n],
        [0x5000n, 0x183n],
      ],
      { op: 'write' },
    ),
  },
];
