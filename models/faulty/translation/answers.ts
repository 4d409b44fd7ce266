/** Bugs of what is told: fault records, fault processing disable, and completions of translation requests. */
import type { BugOf } from '../bug.ts';
import { legacy, ROOT, scalable, translation } from '../tables.ts';

const standing = 'QEMU 7.2.22 and 10.0.2, as measured; still so';
const expectations = 'expectations/qemu-10.0.json';

export const answerBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'fault-record-sign-extension',
    area: 'translation',
    history: 'QEMU "intel_iommu: fix FRCD construction macro", a3c8d7e385',
    wrong: 'PP of a record is shifted into the sign of an int, which sets all bits above it: code and PASID.',
    source: 'qemu.md 10.1, row 31',
    rules: ['translation.record.code', 'translation.record.pasid'],
    edits: [
      {
        file: 'translation.ts',
        from: '{ pasid, privileged: privileged === true }',
        to: '{ code: 0xff, pasid: 0xf_ffff, privileged: privileged === true }',
      },
    ],
    smallest: translation('first-stage-48', 0x400n, [], { pasid: 1 }),
  },
  {
    id: 'record-above-address-width',
    area: 'translation',
    history: standing,
    wrong: 'A fault record keeps the address bits above the largest address width.',
    source: `${expectations}; 11.4.7.6`,
    rules: ['translation.record.address-above-width'],
    edits: [
      {
        file: 'translation-unit.ts',
        from: 'recordedHigh: recordedHigh(entries.addressWidths),',
        to: 'recordedHigh: 0xffff_ffff,',
      },
    ],
    smallest: translation('legacy-39', 0n, [], { address: 1n << 63n }),
  },
  {
    id: 'record-with-rid-pasid',
    area: 'translation',
    history: standing,
    wrong: 'Faults in scalable mode have PP set although the request had no PASID.',
    source: expectations,
    rules: ['translation.record.no-pasid'],
    edits: [
      {
        file: 'translation.ts',
        from: 'pasidPresent: pasid !== undefined,',
        to: 'pasidPresent: pasid !== undefined || unit.scalable,',
      },
    ],
    smallest: translation('second-stage-48', 0n, []),
  },
  {
    id: 'record-of-the-guest-address',
    area: 'translation',
    history: 'QEMU "hw/arm/smmu: Fix IPA for stage-2 events": the addresses of the stages mixed up, on VT-d',
    wrong:
      'The fault of a nested walk is recorded with the guest address of the table, not that of the request.',
    source: 'QEMU hw/arm/smmuv3.c, nesting series of 2024; 7.2.1',
    rules: ['translation.record.address'],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'if (end === BEYOND_WIDTH) return 0x74;',
        to: `if (end !== FOUND) {
    current.high = high;
    current.low = low;
  }
  if (end === BEYOND_WIDTH) return 0x74;`,
      },
    ],
    smallest: scalable('nested-48', [[0x4000n, 0x50c9n, 0n, 0x5000n]]),
  },
  {
    id: 'fault-processing-of-the-directory',
    area: 'translation',
    history: 'QEMU 10.0.2, as measured; still so',
    wrong: 'FPD of a PASID directory entry is not looked at.',
    source: expectations,
    rules: ['translation.fpd.pasid-directory'],
    edits: [{ file: 'scalable.ts', from: 'meetEntry(halves[directory] as number);', to: '' }],
    smallest: translation('second-stage-48', 0x1400n, [ROOT, [0x2000n, 0x3001n], [0x3000n, 0x2n]]),
  },
  {
    id: 'fault-processing-of-a-bad-pasid-entry',
    area: 'translation',
    history: 'QEMU 10.0.2, as measured; still so',
    wrong: 'FPD of a PASID table entry counts only when the entry can be used.',
    source: expectations,
    rules: ['translation.fpd.pasid-table'],
    edits: [
      {
        file: 'scalable.ts',
        from: 'meetEntry(words[entry] as number);\n  const fault = pasidFault(entries, words, entry);',
        to: 'const fault = pasidFault(entries, words, entry);\n  if (fault === 0) meetEntry(words[entry] as number);',
      },
    ],
    smallest: scalable('second-stage-48', [[0x4000n, 0x2n]]),
  },
  {
    id: 'fault-processing-of-reserved-bits',
    area: 'translation',
    history: standing,
    wrong:
      'Reserved bits of a legacy context entry are recorded although the entry disables fault processing.',
    source: expectations,
    rules: ['translation.fpd.context'],
    edits: [
      {
        file: 'responses.ts',
        from: 'codes(0x01, 0x08, 0x09, 0x0a, 0x30,',
        to: 'codes(0x0b, 0x01, 0x08, 0x09, 0x0a, 0x30,',
      },
    ],
    smallest: translation('legacy-39', 0x1000n, [ROOT, [0x2000n, 0x3n, 0x81n]]),
  },
  {
    id: 'translation-request-needs-all-rights',
    area: 'translation',
    history: 'QEMU "intel_iommu: Handle insufficient permissions during translation requests", e08a72d217',
    wrong:
      'A translation request for a page that can be read only fails, instead of being told of that right.',
    source: 'qemu.md 10.1, row 5',
    rules: [
      ...['LGN.2', 'LGN.3', 'SGN.6', 'SGN.7', 'translation.translation-request.rights'],
      ...['translation.translation-request.no-write', 'translation.pasid', 'SGN.8.2', 'LGN.4', 'SSS.2'],
    ],
    edits: [
      { file: 'current-request.ts', from: 'current.anyRight = true;', to: 'current.anyRight = false;' },
    ],
    smallest: translation('legacy-48', 0x1000n, [ROOT, [0x2000n, 0x3005n, 1n], [0x3000n, 0x81n]], {
      kind: 'translation',
    }),
  },
  {
    id: 'recoverable-faults-refused',
    area: 'translation',
    wrong: 'A translation request for what no table maps is refused, instead of completed without rights.',
    source: '4.2.3, Table 30',
    rules: [
      ...['SPD.2', 'SPT.2', 'SPT.6', 'SSS.2', 'SFS.1', 'SFS.2', 'SFS.3', 'SFS.4', 'SFS.5', 'SFS.6', 'SFS.7'],
      ...['SFS.8', 'SFS.9', 'SGN.1', 'SGN.2', 'SGN.4.2', 'SGN.5', 'LGN.1.1', 'LGN.2', 'LGN.3'],
      'translation.ignored.first-stage.address-width',
    ],
    edits: [
      {
        file: 'translation.ts',
        from: 'if (kind === TRANSLATION && isEmptyCompletion(code)) return emptyCompletion(false);',
        to: '',
      },
    ],
    smallest: translation('legacy-48', 0x1000n, [ROOT, [0x2000n, 0x3005n, 1n]], { kind: 'translation' }),
  },
  {
    id: 'interrupt-range-translated',
    area: 'translation',
    wrong: 'A page in the interrupt range is a page like any other.',
    source: '3.15',
    rules: ['LGN.4', 'SGN.8.1', 'SGN.8.2', 'SGN.8.3'],
    edits: [
      {
        file: 'paging.ts',
        from: 'return page.high === 0 && page.low >>> bits === 0xfee0_0000 >>> bits;',
        to: 'return page.high === 0 && page.low >>> bits === 0xfee0_0000 >> bits;',
      },
    ],
    smallest: legacy([
      [0x3000n, 0x4001n],
      [0x4000n, 0xfee0_0081n],
    ]),
  },
  {
    id: 'interrupt-range-of-the-whole-page',
    area: 'translation',
    history: 'QEMU, its unit of February 2026 as a library, as measured; still so',
    wrong: 'A request beside the interrupt range is blocked when its page of second stage overlaps it.',
    source: '3.15; QEMU, vtd_do_iommu_translate',
    rules: ['LGN.4', 'SGN.8.1'],
    edits: [
      {
        file: 'legacy.ts',
        from: 'isInterruptPage(kind === TRANSLATION)',
        to: 'isInterruptPage(true)',
      },
      {
        file: 'scalable.ts',
        from: 'isInterruptPage(current.kind === TRANSLATION)',
        to: 'isInterruptPage(true)',
      },
    ],
    smallest: legacy(
      [
        [0x3000n, 0x4001n],
        [0x4000n, 0xfee0_0081n],
      ],
      { address: 0x10_0000n },
    ),
  },
];
