/**
 * SMMUv3 stream table entry: which bits count. The driver's table is narrower than hardware, because the
 * driver never sets the bits that it leaves out; hardware's masks are those of a Non-secure stream with
 * every optional feature (Arm IHI 0070, 5.2).
 */
import { smmuSte as layout } from '../layouts/smmu-ste.ts';
import { is, type UsedBitsKnowledge } from './table.ts';

const rule = (name: string) => `used-bits.smmu-ste.${name}`;
const exception = 'used-bits.exception.ste-attributes';
const valid = is('V', 1);
const stage1 = [valid, is('Config', 5, 7)];
const stage2 = [valid, is('Config', 6, 7)];
const traffic = [valid, is('Config', 4, 5, 6, 7)];
const bypass = [valid, is('Config', 4)];

/** S2T0SZ to S2PS, the register VTCR in short. */
const vtcr = ['S2T0SZ', 'S2SL0', 'S2IR0', 'S2OR0', 'S2SH0', 'S2TG', 'S2PS'] as const;
const descriptors = ['S1CIR', 'S1COR', 'S1CSH', 'S1STALLD'] as const;

/** 13.1.4: overrides and hints that the driver leaves at zero. */
const overrides = ['MemAttr', 'MTCFG', 'ALLOCCFG', 'PRIVCFG', 'INSTCFG'] as const;
const stage2Extra = [
  ...['S2HWU', 'S2AFFD', 'S2HD', 'S2HA', 'S2HAFT', 'S2PIE', 'S2POE', 'S2SL0_2', 'S2DS', 'S2SKL'],
  ...['AssuredOnly', 'TL0', 'TL1', 'S2POI'],
] as const;
/** Bits whose use nobody outside of the implementation can know. */
const unknown = ['reserved', 'IMPDEF1', 'IMPDEF2', 'IMPDEF4'] as const;

export const smmuSteUsed: UsedBitsKnowledge = {
  layout,
  valid: 'V',
  reviewed: {
    layout,
    rows: [
      { rule: 'used-bits.valid-bit', when: [], uses: ['V'] },
      { rule: rule('config'), when: [valid], uses: ['Config'] },
      {
        rule: rule('stage-1'),
        when: [valid, is('Config', 1, 3, 5, 7)],
        uses: [
          ...['S1Fmt', ['S1ContextPtr', 51, 6] as const, 'S1CDMax', 'S1DSS', ...descriptors],
          ...['MEV', 'EATS', 'STRW', 'S2VMID'],
        ],
      },
      {
        rule: rule('stage-1-bypass'),
        when: [valid, is('Config', 1, 3, 5, 7), is('S1DSS', 1)],
        uses: ['SHCFG'],
      },
      {
        rule: rule('stage-2'),
        when: [valid, is('Config', 2, 3, 6, 7)],
        uses: [
          ...['MEV', 'S2FWB', 'EATS', 'SHCFG', 'S2VMID', ...vtcr, 'S2AA64', 'S2ENDI', 'S2PTW', 'S2S', 'S2R'],
          ['S2TTB', 51, 4] as const,
        ],
      },
      { rule: rule('bypass'), when: bypass, uses: ['SHCFG'] },
    ],
  },
  certain: {
    layout,
    rows: [
      { rule: 'hardware', when: [], uses: ['V'] },
      { rule: 'hardware', when: [valid], uses: ['Config'] },
      { rule: 'hardware', when: traffic, uses: ['MEV', 'PPAR', ...overrides, 'PARTID', 'PMG'] },
      { rule: 'hardware', when: [valid, is('Config', 4, 6)], uses: ['SHCFG'] },
      { rule: 'hardware', when: [...stage1, is('S1DSS', 1)], uses: ['SHCFG'] },
      {
        rule: 'hardware',
        when: stage1,
        uses: [
          ...['S1Fmt', 'S1ContextPtr', 'S1CDMax', 'S1DSS', ...descriptors, 'EATS', 'S2VMID'],
          ...['DRE', 'DCP', 'S1PIE', 'S1MPAM'],
        ],
      },
      { rule: 'hardware', when: [valid, is('Config', 5)], uses: ['STRW'] },
      {
        rule: 'hardware',
        when: stage2,
        uses: [
          ...['EATS', 'S2VMID', 'S2FWB', ...vtcr, 'S2AA64', 'S2ENDI', 'S2S', 'S2R', 'S2TTB'],
          ...['DRE', 'DCP', ...stage2Extra],
        ],
      },
      { rule: 'hardware', when: [valid, is('Config', 7)], uses: ['S2PTW', 'VMSPtr'] },
      // 1.4: one descriptor only, so its table has no format and traffic without SubstreamID uses it.
      { rule: 'hardware', when: [...stage1, is('S1CDMax', 0)], ignores: ['S1Fmt', 'S1DSS'] },
      { rule: 'hardware', when: [valid, is('Config', 5, 7), is('S1CDMax', 0)], ignores: ['SHCFG'] },
      // Streams of EL2 have no virtual machine.
      { rule: 'hardware', when: [valid, is('Config', 5), is('STRW', 1, 2, 3)], ignores: ['S2VMID'] },
      // The long descriptor format of AArch32 has one granule and one output size.
      {
        rule: 'hardware',
        when: [...stage2, is('S2AA64', 0)],
        ignores: ['S2TG', 'S2PS', ['S2T0SZ', 37, 36]],
      },
      { rule: 'hardware', when: [...stage2, is('S2HA', 1)], ignores: ['S2AFFD'] },
      { rule: 'hardware', when: [...stage2, is('S2POE', 0)], ignores: ['S2POI'] },
      { rule: 'hardware', when: [valid, is('MTCFG', 0)], ignores: ['MemAttr'] },
      { rule: 'hardware', when: [valid, is('S1MPAM', 0)], ignores: ['VMSPtr'] },
    ],
  },
  permitted: {
    layout,
    rows: [
      { rule: 'hardware', when: [], uses: ['V'] },
      { rule: 'hardware', when: [valid], uses: ['Config', 'CONT', ...unknown] },
      { rule: 'hardware', when: traffic, uses: ['MEV', 'PPAR', ...overrides, 'PARTID', 'PMG'] },
      { rule: 'hardware', when: [valid, is('Config', 4, 6)], uses: ['SHCFG'] },
      { rule: 'hardware', when: [...stage1, is('S1DSS', 1)], uses: ['SHCFG'] },
      {
        rule: 'hardware',
        when: stage1,
        uses: [
          ...['S1Fmt', 'S1ContextPtr', 'S1CDMax', 'S1DSS', ...descriptors, 'EATS', 'S2VMID'],
          ...['DRE', 'DCP', 'S1PIE', 'S1MPAM', 'DPT_VMATCH'],
        ],
      },
      // S2S: on version 3.0 a stage-1 stream with ATS may be refused for it (5.2.2).
      { rule: 'hardware', when: [valid, is('Config', 5)], uses: ['STRW', 'S2S'] },
      {
        rule: 'hardware',
        when: stage2,
        uses: [
          ...['EATS', 'S2VMID', 'S2FWB', ...vtcr, 'S2AA64', 'S2ENDI', 'S2S', 'S2R', 'S2TTB'],
          ...['DRE', 'DCP', 'DPT_VMATCH', ...stage2Extra],
        ],
      },
      { rule: 'hardware', when: [valid, is('Config', 7)], uses: ['S2PTW', 'VMSPtr'] },
    ],
  },
  exceptions: {
    layout,
    rows: [
      { rule: exception, when: [valid], uses: ['CONT'] },
      { rule: exception, when: traffic, uses: ['PPAR', ...overrides, 'PARTID', 'PMG'] },
      { rule: exception, when: bypass, uses: ['MEV'] },
      {
        rule: exception,
        when: stage1,
        uses: [['S1ContextPtr', 55, 52], 'DRE', 'DCP', 'S1PIE', 'S1MPAM', 'DPT_VMATCH'],
      },
      {
        rule: exception,
        when: stage2,
        uses: ['DRE', 'DCP', 'DPT_VMATCH', ['S2TTB', 55, 52], ...stage2Extra],
      },
      { rule: exception, when: [valid, is('Config', 7)], uses: ['VMSPtr'] },
    ],
  },
  safe: [
    { bits: ['MEV'], unlessEither: [] },
    // The value 1 alone: split ATS (bit 29) must not be half seen, and stalling stage 2 forbids full ATS.
    { bits: [['EATS', 28, 28]], unlessEither: [[is(['EATS', 29, 29], 1)], [is('S2S', 1)]] },
  ],
  safeAtMost: [
    { bits: ['MEV'], unlessEither: [] },
    {
      bits: [['EATS', 28, 28]],
      unlessEither: [[is(['EATS', 29, 29], 1)], [...stage2, is('S2S', 1)]],
    },
  ],
};
