import { describe, expect, test } from 'vitest';
import { plain } from '../../reports/palette.ts';
import { faultConditions } from '../../spec/faults.ts';
import { interruptFaults, withoutIndex } from '../../spec/interrupt-faults.ts';
import { CommandError } from '../exit.ts';
import { explainAny } from './explain.ts';

const explained = (...lines: readonly string[]): string =>
  explainAny([lines.join('\n')], undefined, plain).join('\n');
const refusal = (...texts: readonly string[]): string => {
  try {
    explainAny(texts, undefined, plain);
  } catch (error) {
    if (error instanceof CommandError && error.status === 2) return error.message;
    throw error;
  }
  return '';
};
const faultLine = (code: number, request = 'DMA Read NO_PASID'): string =>
  `[   10.5] DMAR: [${request}] Request device [3a:02.1] fault addr 0x1026a4000 [fault reason 0x${code.toString(16).padStart(2, '0')}] SM: x`;

test('the entry that a walk ended at is explained, though it is 0', () => {
  const text = explained('[   10.6] DMAR: pte level: 4, pte value: 0x0000000000000000');
  expect(text).toMatch(
    /^PML4 {2}0x0+ .*\n.*as second-stage: grants neither.*\n.*as first-stage: not present/,
  );
});

describe('a fault line', () => {
  test.for([...new Set(faultConditions.map(({ code }) => code))])(
    'of reason %i names each condition with its clause',
    (code) => {
      const text = explained(faultLine(code));
      for (const { id, clause, statement } of faultConditions.filter((one) => one.code === code)) {
        expect(text).toContain(`${id}: ${statement}`);
        expect(text).toContain(`${clause}, Table 30`);
      }
    },
  );

  test.for(interruptFaults)('of interrupt remapping says what $code means', ({ code, statement }) => {
    const line = `DMAR: [INTR-REMAP] Request device [3a:02.1] fault index 0x12 [fault reason 0x${code.toString(16)}] x`;
    const index = withoutIndex.includes(code)
      ? ', whose index is undefined for this reason'
      : ' with index 0x12';
    expect(explained(line)).toContain(`3a:02.1 wanted an interrupt${index}\n`);
    expect(explained(line)).toContain(statement);
  });

  test('tells whether FPD keeps it from being recorded', () => {
    expect(explained(faultLine(0x5a))).toMatch(/not recorded where FPD is set/);
    expect(explained(faultLine(0x50))).toMatch(/recorded whatever FPD says/);
  });

  test('tells who wanted what', () => {
    expect(explained(faultLine(0x5a))).toMatch(
      /^fault 0x5a: 3a:02\.1 wanted DMA Read of 0x1026a4000, without PASID\n/,
    );
    expect(explained(faultLine(0x5a, 'DMA Write PASID 0x12'))).toMatch(
      /wanted DMA Write of 0x1026a4000, PASID 0x12\n/,
    );
  });

  test('of a reason that nobody defines says so', () => {
    expect(explained(faultLine(0xff))).toMatch(/a reason that no revision defines/);
    expect(explained(faultLine(0x82))).toMatch(/SGN\.3, before revision 4\.1/);
  });

  test.for<readonly [string, readonly string[]]>([
    [
      'as old kernels have it',
      [
        '[ 9731.05] dmar: DMAR:[DMA Write] Request device [3a:02.1] fault addr 1026a4000 ',
        '[ 9731.05] DMAR:[fault reason 05] PTE Write access is not set',
      ],
    ],
    [
      'in a quotation that a mailer breaks',
      [
        '> DMAR: [DMA Write NO_PASID] Request device [3a:02.1] fault addr',
        '> 0x1026a4000 [fault reason 0x05] PTE Write access is not set',
      ],
    ],
    [
      'as a mailer breaks it',
      [
        'DMAR: [DMA Write NO_PASID] Request device [3a:02.1] fault addr',
        '0x1026a4000 [fault reason 0x05] PTE Write access is not set',
      ],
    ],
  ])('of two lines, %s, is read as one', ([, lines]) => {
    expect(explained(...lines)).toMatch(
      /^fault 0x5: 3a:02\.1 wanted DMA Write of 0x1026a4000, without PASID\n/,
    );
  });

  test('of interrupt remapping from before Linux 4.2 too', () => {
    const lines = ['INTR-REMAP: Request device [[f0:1f.7] fault index 27', 'INTR-REMAP:[fault reason 34] x'];
    expect(explained(...lines)).toMatch(/^fault 0x22: f0:1f\.7 wanted an interrupt with index 0x27\n/);
  });

  test('of which only the reason is shown is read by that', () => {
    expect(explained('DMAR:[fault reason 05] PTE Write access is not set')).toMatch(
      /^fault 0x5\n {2}LGN\.2: /,
    );
    expect(explained('fault reason 0x5')).toMatch(/^fault 0x5\n {2}LGN\.2: /);
  });

  test.for([
    [
      'without its reason',
      'DMAR: [DMA Write] Request device [00:14.0] fault addr ffcda000',
      /without its reason/,
    ],
    ['of an AMD unit', 'AMD-Vi: Event logged [IO_PAGE_FAULT device=01:00.0 domain=0x000b]', /AMD unit/],
    ['of an SMMU', 'arm-smmu-v3 arm-smmu-v3.0.auto: event 0x10 received:', /the four lines after it/],
    ['of an SMMU without record', 'arm-smmu-v3 arm-smmu-v3.0.auto: CMDQ error: x', /no record of an event/],
    ['of an older SMMU', 'arm-smmu 12c0.iommu: Unhandled context fault: fsr=0x402', /before version 3/],
    ['of an AMD unit without fault', 'AMD-Vi: DTE[0]: 6190000000000003', /rows of the device table/],
    ['of another IOMMU', 'riscv-iommu 3001.iommu: Fault 13 devid: 0x8', /does not know/],
  ] as const)('%s is refused with what it is', ([, line, message]) => {
    expect(refusal(line)).toMatch(message);
  });
});

describe('a line of a dump is explained:', () => {
  test('a row that a mailer broke, with nothing above it that tells what it is', () => {
    const lines = [
      '00:02.0\t0x0000000000000000:0x0000000105a85001 ',
      '0x0000000000000000:0x0000000105a84405\t0 ',
      '0x0000000105a86000:0x0000000000000002:0x0000000000000049',
    ];
    expect(explainAny([`${lines.join('\n')}\n`], undefined, plain)[0]).toBe('00:02.0, PASID 0');
  });

  test('a row of dmar_translation_struct, with what it does not show', () => {
    const text = explained(
      '00:02.0\t0x0000000000000000:0x0000000105a85001\t0x0000000000000000:0x0000000105a84405\t0     \t0x0000000105a86000:0x0000000000000002:0x0000000000000449',
    );
    expect(text).toMatch(/^00:02\.0, PASID 0\n/);
    expect(text).toMatch(/words 3 to 7 are not shown: nothing is said of them/);
    expect(text).toMatch(/SPT\.3, fault 0x5a/);
  });

  test('a row of domain_translation_struct, as either stage', () => {
    const text = explained(
      '0x0000000000200 |\t0x0000000000000000\t0x0000000000001003\t0x0000000000002003\t0x000000007c601083',
    );
    expect(text).toMatch(/^input address 0x200000\nPML4 /);
    expect(text).toMatch(
      /0x000000007c601083 .*\n {4}as second-stage: a reserved bit is set.*\n {4}as first-stage: present/,
    );
  });

  test('a slot of invalidation_queue', () => {
    const text = explained('    1\t0000000200000025\t0000000100059c04\t0000000000000000');
    expect(text).toMatch(/^Invalidation wait descriptor[\s\S]*inv_wait SW DATA 0x2 STATUS 0x100059c04\n/);
  });

  test.for([
    [
      'iommu_regset',
      'GSTS            \t0x1c\t\t0x00000000c7000000',
      /^GSTS.*\n.*TES .*translation is enabled/,
    ],
    ['a name and a value', 'GSTS_REG = 0xc7000000', /^GSTS.*0xc7000000\n/],
    ['a name and one digit', 'PMEN 0x1', /^PMEN.*0x00000001\n/],
    ['commands', 'CCMD 0xa800000000010001', /^CCMD, .*\n[\s\S]* 1 +CIRG [\s\S]* 1 +CAIG /],
    ['invalidations', 'IOTLB 0x9200000300000000', /^IOTLB, IOTLB .*\n[\s\S]* 1 +IIRG [\s\S]* 0x3 +DID /],
    [
      'errors of the queue',
      'IQERCD 0x0100000000000004',
      /^IQERCD, .*\n.* 0x100 +ICESID .*\n[\s\S]* 4 +IQEI /,
    ],
    ['a log', 'DMAR: DRHD: handling fault status reg 12', /^FSTS.*0x00000012\n[\s\S]*IQE/],
    [
      'a log, at boot',
      'dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c40660462 ecap f050da',
      /^CAP[\s\S]*\nECAP/,
    ],
  ] as const)('a register of %s', ([, line, text]) => {
    expect(explained(line)).toMatch(text);
  });

  test('what comes again is shown once, and of many lines the first', () => {
    const status = 'DMAR: DRHD: handling fault status reg 2';
    expect(explained(status, faultLine(6), status, faultLine(6))).toBe(explained(status, faultLine(6)));
    const many = Array.from({ length: 17 }, (_, index) => `DMAR: DRHD: handling fault status reg ${index}02`);
    expect(explained(...many.slice(1))).not.toMatch(/more lines/);
    expect(explained(...many)).toMatch(/\n\nand more lines: lint reads whole dumps$/);
    expect(explained(...many).match(/^FSTS, /gm)).toHaveLength(16);
  });

  test('CAP and ECAP beside an entry are the profile that it is checked under', () => {
    const row =
      'fe:1f.7\t0x0000000000000000:0x000000010303e001\t0x0000000000000101:0x000000010303f001\t-1    \t0x0000000000000000:0x0000000000000000:0x0000000000000000';
    expect(explained(row)).toMatch(/LCT\.3|valid/);
    // SAGAW 0x4: tables of 48 bits only.
    expect(explained('cap d2008c40660462 ecap f050da', row)).toMatch(
      /of these registers: refused with:\n {2}LCT\.4\.1/,
    );
  });

  test('the words of a PASID table entry that a log has apart are put together', () => {
    const log = Array.from(
      { length: 8 },
      (_, index) => `DMAR: pasid table entry[${index}]: 0x00000000000000${index === 7 ? '01' : '00'}`,
    );
    expect(explained(...log)).toMatch(/word 7 {2}0x0000000000000001/);
    expect(explained(...log.toReversed())).toBe(explained(...log));
  });
});

describe('what is nothing of these is refused with one sentence:', () => {
  test.for<readonly [string, RegExp, ...string[]]>([
    ['nothing', /^there is nothing to explain$/, ' '],
    ['a name', /^unknown format "pasid": expected root-legacy, /, 'pasid', '0'],
    [
      'too few words to know',
      /^2 words may be of several formats, name one in front of them: root-legacy/,
      '0x1',
      '0x2',
    ],
    ['a register alone', /^GSTS is a register: give its value/, 'GSTS'],
    ['a register with too much', /^GSTS is a register: /, 'GSTS', '0xfffffffffffffffff'],
    ['no word', /^word 0 "12": expected a 64-bit word/, '12'],
    ['binary', /^the text is binary, not the text of a dump$/, 'DMAR\u0000'],
  ])('%s', ([, message, ...texts]) => {
    expect(refusal(...texts)).toMatch(message);
  });

  test('eight words are a PASID table entry', () => {
    expect(explainAny(['0xaaa089', '0x800007', ...Array<string>(6).fill('0')], undefined, plain)[0]).toMatch(
      /^Scalable-mode PASID/,
    );
  });
});

test.for([
  [
    'DMAR: VT-d detected Invalidation Queue Error: Reason 4',
    /^invalidation queue error, reason 4\n {2}a descriptor/,
  ],
  ['DMAR: VT-d detected Invalidation Time-out Error: SID 100', /^invalidation time-out: 01:00\.0\n/],
  ['DMAR: VT-d detected Invalidation Completion Error: SID 0', /^invalidation completion error: .* not told/],
  [
    'DMAR: VT-d detected invalid descriptor: qw0 = 200000025, qw1 = 1003a07fc',
    /^Invalidation wait descriptor/,
  ],
  ['DMAR: VT-d detected invalid descriptor: low=200000025, high=1003a07fc', /^Invalidation wait descriptor/],
] as const)('of an error of the queue, "%s"', ([line, first]) => {
  expect(explained(line)).toMatch(first);
});
