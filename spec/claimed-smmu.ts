/** What a profile claims of its virtual SMMU: cases tell the guest that, and nothing else. */
import { isDeepStrictEqual } from 'node:util';
import type { Profile, SmmuNestingCase, VirtualSmmu } from './schema.ts';

/** Why the claim can't be kept, one sentence a breach: memory lies below OAS (3.4). */
export function claimedSmmuBreaches({ backed, smmu }: Pick<Profile, 'backed' | 'smmu'>): readonly string[] {
  const bits = smmu?.outputBits;
  if (bits === undefined || backed.every(({ end }) => end <= 1n << BigInt(bits))) return [];
  return [`smmu.outputBits = ${bits} does not reach all of its memory`];
}

/** `smmu` with what `profile` claims in place of what it says itself. */
export function asClaimed({ smmu: claimed }: Pick<Profile, 'smmu'>, smmu: VirtualSmmu): VirtualSmmu {
  return {
    streamIdBits: claimed?.streamIdBits ?? smmu.streamIdBits,
    substreamIdBits: claimed?.substreamIdBits ?? smmu.substreamIdBits,
    outputBits: claimed?.outputBits ?? smmu.outputBits,
    ats: claimed?.ats ?? smmu.ats,
    pri: claimed?.pri ?? smmu.pri,
    twoLevelDescriptors: claimed?.twoLevelDescriptors ?? smmu.twoLevelDescriptors,
    stallModel: claimed?.stallModel ?? smmu.stallModel,
  };
}

/** Whether `testCase` asks for nothing that its profile does not claim. */
export function isAsClaimed({ profile, smmu, units }: SmmuNestingCase): boolean {
  const mostUnits = profile.smmu?.units ?? units.length;
  return units.length <= mostUnits && isDeepStrictEqual(asClaimed(profile, smmu), smmu);
}
