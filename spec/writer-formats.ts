/**
 * How entries of each format are written while hardware may be reading them: what one store replaces, what
 * one fetch sees, and what a sync has to do so that hardware reads the entry anew.
 */
import type { EntrySyncFormat, SyncAction } from './schema.ts';
import { amdDteUsed } from './used-bits/amd-dte.ts';
import { smmuCdUsed } from './used-bits/smmu-cd.ts';
import { smmuSteUsed } from './used-bits/smmu-ste.ts';
import type { UsedBitsKnowledge } from './used-bits/table.ts';
import { vtdPasid } from './used-bits/vtd-pasid.ts';

export interface SyncContract {
  /** Whether the entry must be flushed from the CPU's caches first when the unit is not coherent. */
  readonly flush: boolean;
  /** One of these makes hardware forget its copy of the entry; the first is the usual one. */
  readonly invalidate: readonly SyncAction[];
  /** Whether the sync must wait for the invalidation, or a caller may. */
  readonly wait: 'needed' | 'allowed';
}

export interface WriterFormat {
  readonly knowledge: UsedBitsKnowledge;
  /** Words that one store replaces as a whole. */
  readonly quantumWords: 1 | 2;
  /** Words that one fetch reads as a whole: every size that the architecture permits, smallest first. */
  readonly fetchWords: readonly number[];
  readonly sync: SyncContract;
}

export const writerFormats: Readonly<Record<Exclude<EntrySyncFormat, 'synthetic'>, WriterFormat>> = {
  // 9, head of chapter: four aligned 128-bit accesses. Review: flush, then the PASID cache, nothing else.
  'vtd-pasid': {
    knowledge: vtdPasid,
    quantumWords: 2,
    fetchWords: [2],
    sync: { flush: true, invalidate: ['invalidate-pasid-cache'], wait: 'allowed' },
  },
  // IHI 0070 3.21.3: 64 bits at least, 128 with the atomicity of FEAT_LSE2.
  'smmu-ste': {
    knowledge: smmuSteUsed,
    quantumWords: 1,
    fetchWords: [1, 2],
    sync: { flush: false, invalidate: ['cfgi-ste'], wait: 'needed' },
  },
  // CFGI_STE drops the descriptors of the stream too (IHI 0070 4.3).
  'smmu-cd': {
    knowledge: smmuCdUsed,
    quantumWords: 1,
    fetchWords: [1, 2],
    sync: { flush: false, invalidate: ['cfgi-cd', 'cfgi-ste'], wait: 'needed' },
  },
  // Linux amd/iommu.c: the unit reads all 256 bits in one transaction.
  'amd-dte': {
    knowledge: amdDteUsed,
    quantumWords: 2,
    fetchWords: [4],
    sync: { flush: false, invalidate: ['flush-dte'], wait: 'allowed' },
  },
};

/** AMD: the bits of word 2 that a DMA update takes from the new entry; the rest is interrupt remapping. */
export const AMD_WORD2_OWN = 0x00f0_0000_0000_0000n;

/** What a sync of `contract` does, in order, when nothing is left out and nothing added. */
export function usualSync(contract: SyncContract, coherent: boolean): SyncAction[] {
  return [
    ...(contract.flush && !coherent ? (['flush-entry'] as const) : []),
    ...contract.invalidate.slice(0, 1),
    'wait',
  ];
}
