/** Rules of area used-bits: what a driver's used() must name, may name, and should not name. */
import type { Rule } from '../rule.ts';

const areas = ['used-bits'] as const;
const review = 'review of "iommu/vt-d: Add entry_sync support for PASID entry updates", 2026-03';

/** A bit of the named row that both the reviewed table and hardware use must be in the answer. */
const rows: readonly (readonly [id: string, statement: string, clause: string])[] = [
  ['used-bits.valid-bit', 'The valid bit counts in every entry.', 'VT-d 9.6; Arm IHI 0070 5.2, 5.4'],
  [
    'used-bits.vtd-pasid.first-stage',
    'First-stage translation uses PGTT, DID, PWSNP, PGSNP, FSPM and FSPTPTR.',
    'VT-d 9.6',
  ],
  [
    'used-bits.vtd-pasid.second-stage',
    'Second-stage translation uses FPD, PGTT, AW, SSADE, SSPTPTR, DID and PWSNP.',
    'VT-d 9.6',
  ],
  [
    'used-bits.vtd-pasid.second-stage.page-snoop',
    'Second-stage translation uses PGSNP.',
    `VT-d 9.6; ${review}`,
  ],
  [
    'used-bits.vtd-pasid.nested',
    'Nested translation uses the fields of both stages, SRE, WPE and EAFE.',
    'VT-d 9.6',
  ],
  ['used-bits.vtd-pasid.pass-through', 'Pass-through uses FPD, PGTT, DID and PWSNP.', 'VT-d 9.6'],
  ['used-bits.vtd-pasid.pass-through.page-snoop', 'Pass-through uses PGSNP.', `VT-d 9.6; ${review}`],
  ['used-bits.smmu-ste.config', 'A valid stream table entry uses Config.', 'Arm IHI 0070 5.2'],
  [
    'used-bits.smmu-ste.stage-1',
    'With stage 1, the fields of the descriptor table, MEV, EATS, STRW, S1STALLD and S2VMID count.',
    'Arm IHI 0070 5.2',
  ],
  [
    'used-bits.smmu-ste.stage-1-bypass',
    'Where traffic without SubstreamID bypasses stage 1, SHCFG counts.',
    'Arm IHI 0070 13.5',
  ],
  [
    'used-bits.smmu-ste.stage-2',
    'With stage 2, its table, its sizes and attributes, S2VMID, EATS, S2S and S2R count.',
    'Arm IHI 0070 5.2',
  ],
  ['used-bits.smmu-ste.bypass', 'Bypass uses SHCFG.', 'Arm IHI 0070 13.4'],
  [
    'used-bits.smmu-cd.valid',
    'A valid context descriptor uses all its fields, unless walks are disabled.',
    'Arm IHI 0070 5.4',
  ],
];

const exceptions: readonly (readonly [name: string, statement: string, clause: string, note: string])[] = [
  [
    'fpd-not-present',
    'FPD counts in an entry that is not present.',
    'VT-d 5.1, 9.6',
    'The reviewed table uses P alone, so an update to P=0 with FPD=1 leaves the unused-bits check of the writer unhappy.',
  ],
  [
    'fpd-first-stage',
    'FPD counts under first-stage translation.',
    'VT-d 9.6',
    'The reviewed table leaves it out for PGTT 1 only; the driver sets FPD there never.',
  ],
  [
    'request-controls',
    'SRE counts under every PGTT, WPE and EAFE under first-stage translation.',
    'VT-d 9.6',
    'The reviewed table has them for nested translation only; the driver sets them nowhere else. An update between nested and first stage then writes SRE before it switches.',
  ],
  [
    'memory-type',
    'CD and PAT count under every PGTT, EMTE where a second stage translates.',
    'VT-d 9.6, 3.11',
    'The driver never sets them.',
  ],
  [
    'paging-mode',
    'FSPM may be checked although no first stage translates.',
    'VT-d 9.6',
    'Doubt D9: the text says of other first-stage fields that they are ignored, of FSPM not.',
  ],
  [
    'host-permission-table',
    'The host permission table fields count where the context entry enables them.',
    'VT-d 9.6, 9.12',
    'The driver never enables them.',
  ],
  [
    'reserved-pgtt',
    'PGTT counts in a present entry whose PGTT is reserved: hardware refuses the entry for it.',
    'VT-d 9.6, SPT.4.2',
    'The reviewed table has P alone there, so that its mask is not closed under its own bits: such an entry can be fetched torn when it is replaced. Drivers never have one.',
  ],
  [
    'ste-attributes',
    'Overrides, hints, 56-bit addresses and later features of a stream table entry count.',
    'Arm IHI 0070 5.2',
    'The driver leaves these bits at zero, which makes its narrower table sound for its own entries.',
  ],
  [
    'cd-walks-disabled',
    'EPD0 is ignored in worlds of EL2 without host extensions and of EL3, and the TTB0 fields count there.',
    'Arm IHI 0070 5.4',
    'A descriptor does not say which world it is for; drivers that use EPD0 have no such streams.',
  ],
];

export const usedBitsRules: readonly Rule[] = [
  ...rows.map(([id, statement, clause]) => ({ id, areas, level: 'must' as const, statement, clause })),
  {
    id: 'used-bits.not-valid',
    areas,
    level: 'must',
    statement: 'Of an entry that is not valid only the valid bit counts, and FPD for VT-d.',
    clause: 'VT-d 9.6; Arm IHI 0070 5.2, 5.4',
  },
  {
    id: 'used-bits.ignored-bits',
    areas,
    level: 'should',
    statement: 'A bit that hardware ignores and that review did not put in the table is not used.',
    clause: review,
    note: 'A wider table is safe, yet it turns updates that could be hitless into breaking ones.',
  },
  {
    id: 'used-bits.reviewed-table',
    areas,
    level: 'must',
    statement: 'Under the policy `reviewed` the answer is the reviewed table, bit for bit.',
    clause: review,
  },
  {
    id: 'used-bits.not-in-hardware',
    areas,
    level: 'may',
    statement: 'A bit of the reviewed table that hardware ignores may be left out.',
    clause: 'VT-d 9.6; Arm IHI 0070 5.2, 5.4',
    note: 'AW under PGTT 1 and 4; STRW, and SHCFG without S1DSS bypass, under nested translation; reserved bits of a descriptor. The profile does not claim the policy `reviewed`.',
  },
  ...exceptions.map(([name, statement, clause, note]) => ({
    id: `used-bits.exception.${name}`,
    areas,
    level: 'may' as const,
    statement,
    clause,
    note: `Documented exception: the reviewed table is narrower than hardware. ${note}`,
  })),
  {
    id: 'used-bits.safe.sound',
    areas,
    level: 'must',
    statement: 'Of bits that both entries use, only MEV and full ATS without stalls may be called safe.',
    clause: 'Arm IHI 0070 5.2, 7.3.1; Linux arm-smmu-v3, arm_smmu_get_ste_update_safe',
    note: 'Split ATS (EATS bit 29) and a stalling stage 2 (S2S) in either entry take EATS out.',
  },
  {
    id: 'used-bits.safe.complete',
    areas,
    level: 'should',
    statement: 'MEV, and full ATS where nothing forbids it, are named as safe to change.',
    clause: 'Linux arm-smmu-v3, arm_smmu_get_ste_update_safe',
    note: 'Without them a guest that toggles stage-1 bypass gets a break: transactions see C_BAD_STE.',
  },
];
