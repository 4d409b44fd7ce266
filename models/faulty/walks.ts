/** Bugs of entries, translation and walks over ranges; and those that no case of these areas can show. */
import type { Bug, Inexpressible } from './bug.ts';
import { decodingBugs } from './entry/decoding.ts';
import { walkBugs } from './page-walk/walks.ts';
import { answerBugs } from './translation/answers.ts';
import { deviceTlbBugs } from './translation/device-tlb.ts';
import { entryBitBugs } from './translation/entry-bits.ts';
import { firstStageBugs } from './translation/first-stage.ts';
import { modeBugs } from './translation/mode.ts';
import { requestBugs } from './translation/requests.ts';
import { secondStageBugs } from './translation/second-stage.ts';

export const bugsOfWalks: readonly Bug[] = [
  ...decodingBugs,
  ...modeBugs,
  ...requestBugs,
  ...entryBitBugs,
  ...secondStageBugs,
  ...firstStageBugs,
  ...answerBugs,
  ...deviceTlbBugs,
  ...walkBugs,
];

export const inexpressibleOfWalks: readonly Inexpressible[] = [
  {
    history: 'QEMU "intel_iommu: fix VTD_SID_TO_BUS", 1e06f131fd',
    reason: 'No walk used the macro, but device-selective invalidations of the context cache did.',
  },
  {
    history: 'QEMU "fix guest-triggerable abort on oversized MMIO access", 2026-06',
    reason: 'Accesses to registers have the width of the register in every case.',
  },
  {
    history: 'QEMU "Return page walk level even when translation fails", 35b47759c7, and 580b926344',
    reason: 'The size of a completion without rights is not judged: nothing is good for it.',
  },
  {
    history: 'QEMU "Take locks when looking for and creating address spaces", 1b85dff5f0',
    reason: 'A race between threads of the emulator; a case is asked of one.',
  },
  {
    history: 'QEMU "TM field should not be in reserved bits", e48929c787',
    reason: 'The revisions in use have no TM field: bit 62 of a second-stage entry is reserved or IW.',
  },
  {
    history: 'QEMU "intel_iommu: Fix index calculation in MSI remap", fcd8027423',
    reason: 'Interrupt remapping has no area.',
  },
];
