/** Bugs of the first-stage walk, of nesting, and of the flags that walks set. */
import type { BugOf } from '../bug.ts';
import { ROOT, SCALABLE, scalable, translation, type Words } from '../tables.ts';

const standing = 'QEMU 10.0.2, as measured; still so';
const expectations = 'expectations/qemu-10.0.json';

/** The first stage of the PASID of requests without one: four levels of tables from 5000h. */
const entry = (snoop: bigint): Words => [0x4000n, 0x41n, snoop, 0x5000n];
const SNOOPED = 0x80_0000n;

export const firstStageBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'dirty-flag-of-a-read-only-page',
    area: 'translation',
    history: 'QEMU "Only set dirty bit when PTE exposes write permission", 2026-09',
    wrong: 'A translation request that asks for write sets the dirty flag of a page that can be read only.',
    source: 'qemu.md 10.1, row 1',
    rules: ['translation.flags.nothing-else', 'translation.translation-request.rights'],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'if (fault !== 0 || !isWrite(page.rights)) return fault;',
        to: 'if (fault !== 0 || !isWrite(WRITE)) return fault;',
      },
    ],
    smallest: translation(
      'nested-48',
      0x1400n,
      [ROOT, [0x2000n, 0x3005n], [0x3000n, 0x4001n], entry(SNOOPED), [0x5000n, 0x6025n], [0x6000n, 0xa5n]],
      { kind: 'translation' },
    ),
  },
  {
    id: 'address-not-canonical',
    area: 'translation',
    history: 'riscv-iommu pull request 286, "Fix IOVA bits 63:32 must be 0 check for SXL=1": the same class',
    wrong: 'The upper bits of a first-stage address are not checked.',
    source: 'riscv-non-isa/riscv-iommu pull request 286; 3.6',
    rules: ['SGN.1', 'translation.ignored.first-stage.address-width'],
    edits: [{ file: 'first-stage.ts', from: 'if (!isCanonical(levels, high)) return 0x80;', to: '' }],
    smallest: scalable('first-stage-48', [entry(0n)], { address: 1n << 63n }),
  },
  {
    id: 'top-table-not-nested',
    area: 'translation',
    history: 'QEMU "hw/arm/smmuv3: Translate CD and TT using stage-2 table": what was missing, on VT-d',
    wrong: 'The address of the top first-stage table is taken for a host address under nesting.',
    source: 'QEMU hw/arm/smmuv3.c, nesting series of 2024; 3.8',
    // What stands at the wrong address is anything; what the request should have come to lies behind it.
    rules: [
      ...['SSS.1', 'SSS.2', 'SSS.3', 'SSS.4', 'SSS.5', 'SFS.1', 'SFS.2', 'SFS.3', 'SFS.4', 'SFS.5', 'SFS.6'],
      ...['SFS.7', 'SFS.8', 'SFS.9', 'SGN.1', 'SGN.2', 'SGN.5', 'SGN.6', 'SGN.7', 'SGN.8.1', 'SGN.8.2'],
      ...['translation.nested', 'translation.pasid', 'translation.translation-request.rights'],
    ],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'if (nested) {\n        const',
        to: 'if (nested && level !== levels) {\n        const',
      },
    ],
    smallest: scalable('nested-48', [[0x4000n, 0x50c9n]]),
  },
  {
    id: 'table-read-without-write',
    area: 'translation',
    history:
      'riscv-iommu issue 581: accesses to first-stage entries are writes while flags are kept; the same class',
    wrong:
      'A first-stage table is read through a page that can be read only, although second-stage flags are kept.',
    source: 'riscv-non-isa/riscv-iommu issue 581; 3.8.1, doubt D21',
    // SSS.5: the flag for which write is needed can't be set where the walk is not snooped, which blocks it too.
    rules: ['SFS.6', 'SFS.7', 'SFS.8', 'SGN.6', 'SSS.5'],
    edits: [{ file: 'first-stage.ts', from: 'secondStage.flags ? READ | WRITE : READ;', to: 'READ;' }],
    smallest: scalable('nested-48', [
      [0x4000n, 0x52c9n, SNOOPED, 0x7000n],
      [0x5000n, 0x6103n],
      [0x6000n, 0x181n],
    ]),
  },
  {
    id: 'flags-without-snooping',
    area: 'translation',
    history: standing,
    wrong: 'First-stage flags are set although the walk is not snooped.',
    source: `${expectations}; 3.10`,
    rules: ['SFS.9'],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'accessed = false;\n      if (!snooped) return 0x90;',
        to: 'accessed = false;',
      },
    ],
    smallest: scalable('first-stage-48', [entry(0n), [0x5000n, 0x6005n], [0x6000n, 0xa5n]]),
  },
  {
    id: 'accessed-flag-of-a-dirty-page',
    area: 'translation',
    history: standing,
    wrong: 'A write that finds the dirty flag of a page set leaves its accessed flag as it is.',
    source: expectations,
    rules: ['translation.flags.first-stage.accessed', 'translation.flags.first-stage.extended-accessed'],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'const noted = note(at, entryHigh, entryAddress, due, mapping);',
        to: `const isDirty = isPage === 1 && (word & DIRTY_PAGE) !== 0 && (current.rights & WRITE) !== 0;
    const noted = note(at, entryHigh, entryAddress, isDirty ? 0 : due, mapping);`,
      },
    ],
    smallest: translation(
      'first-stage-48',
      0x1400n,
      [ROOT, ...SCALABLE, entry(SNOOPED), [0x5000n, 0x6027n], [0x6000n, 0xc7n]],
      { op: 'write' },
    ),
  },
  {
    id: 'extended-accessed-flag',
    area: 'translation',
    wrong: 'The extended accessed flag is not set where EAFE asks for it.',
    source: '3.6.2',
    rules: ['translation.flags.first-stage.extended-accessed'],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'firstStage.extended ? ACCESSED | EXTENDED_ACCESSED : ACCESSED;',
        to: 'ACCESSED;',
      },
    ],
    smallest: scalable('nested-48', [
      [0x4000n, 0x41n, SNOOPED, 0x5080n],
      [0x5000n, 0x6025n],
      [0x6000n, 0xa5n],
    ]),
  },
  {
    id: 'user-bit-of-the-page-alone',
    area: 'translation',
    history:
      'riscv-iommu issue 412, "S-stage permission faults", and copy/v86 pull request 1022: the same class',
    wrong: 'A user request goes through tables that are for supervisors, when the page is for users.',
    source: 'riscv-non-isa/riscv-iommu issue 412; 3.6.1',
    rules: ['SGN.2', 'translation.ignored.first-stage.address-width'],
    edits: [
      { file: 'first-stage.ts', from: 'granted &= word;', to: 'granted = (granted & word) | (word & USER);' },
    ],
    smallest: scalable('first-stage-48', [entry(0n), [0x5000n, 0x6021n], [0x6000n, 0xa5n]]),
  },
  {
    id: 'write-protection-of-supervisors',
    area: 'translation',
    wrong: 'A supervisor request writes to a page that can be read only although WPE is set.',
    source: '3.6.1',
    rules: ['SGN.6', 'translation.permission', 'translation.translation-request.rights'],
    edits: [{ file: 'first-stage.ts', from: '(privileged && !firstStage.protect)', to: 'privileged' }],
    smallest: scalable(
      'nested-48',
      [
        [0x2008n, 0x10_0000n],
        [0x4000n, 0x41n, SNOOPED, 0x5011n],
        [0x5000n, 0x6025n],
        [0x6000n, 0xa5n],
      ],
      { op: 'write' },
    ),
  },
  {
    id: 'dirty-flag-by-rights-of-the-host',
    area: 'translation',
    wrong:
      'Under nesting D of the second stage goes by what the host lets be written, not by what was granted.',
    source: '3.7.2, 4.2.3.1',
    rules: ['translation.flags.nothing-else'],
    edits: [
      {
        file: 'first-stage.ts',
        from: '    page.rights &= rights;\n',
        to: `    if (secondStage.flags && isWrite(page.rights)) noteMore(secondStage.leaf, DIRTY);
    page.rights &= rights;
`,
      },
    ],
    smallest: translation(
      'nested-48',
      0x1400n,
      [
        ...[ROOT, [0x2000n, 0x3005n], [0x3000n, 0x4001n], [0x4000n, 0x52c5n, SNOOPED, 0x6000n]],
        ...[
          [0x5000n, 0x83n, 0x4000_0083n],
          [0x6000n, 0x7025n],
          [0x7000n, 0x4000_00a5n],
        ],
      ] as readonly Words[],
      { kind: 'translation' },
    ),
  },
  {
    id: 'dirty-flag-in-a-read-only-table',
    area: 'translation',
    wrong: 'D alone is set in an entry that the guest may not write: only A asks for the right.',
    source: '3.8.1',
    rules: ['SFS.8', 'translation.flags.nothing-else'],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'if (!writable) return 0x77;\n    }\n    noteMore(noted, DIRTY_PAGE);',
        to: '}\n    noteMore(noted, DIRTY_PAGE);',
      },
    ],
    smallest: scalable(
      'nested-48',
      [
        [0x4000n, 0x50c9n, SNOOPED, 0x7000n],
        [0x5000n, 0x6003n],
        [0x6000n, 0x81n, 0x4000_0083n],
        [0x7000n, 0x8027n],
        [0x8000n, 0x4000_00a7n],
      ],
      { op: 'write' },
    ),
  },
];
