/** The formats whose used bits are known, by name. */
import type { UsedBitsFormat } from '../schema.ts';
import { smmuCdUsed } from './smmu-cd.ts';
import { smmuSteUsed } from './smmu-ste.ts';
import type { UsedBitsKnowledge } from './table.ts';
import { vtdPasid } from './vtd-pasid.ts';

export const usedBitsKnowledge: Readonly<Record<UsedBitsFormat, UsedBitsKnowledge>> = {
  'vtd-pasid': vtdPasid,
  'smmu-ste': smmuSteUsed,
  'smmu-cd': smmuCdUsed,
};
