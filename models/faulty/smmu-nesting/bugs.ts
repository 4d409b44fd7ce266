/** Bugs of virtual SMMUs over physical ones, and those that no case of the area can show. */
import type { BugOf, Inexpressible } from '../bug.ts';
import { hostBugs } from './host.ts';
import { queueBugs } from './queue.ts';
import { streamBugs } from './streams.ts';

export const nestingBugs: readonly BugOf<'smmu-nesting'>[] = [...queueBugs, ...streamBugs, ...hostBugs];

export const inexpressibleOfNesting: readonly Inexpressible[] = [
  {
    history: 'M09: Linux "iommu/arm-smmu-v3: Fix access for STE.SHCFG"',
    reason:
      "SHCFG of the physical entry is the host's; how it writes that entry is what area entry-sync looks at.",
  },
  {
    history: 'M10: Linux arm-smmu-v3, S2S of a stage 2 entry where stalls are enabled',
    reason: "Stage 2 is the host's, and no call of the area says anything of it.",
  },
  {
    history: 'M12: Linux "iommu/arm-smmu-v3: Do not set disable_ats unless vSTE is Translate"',
    reason:
      'Whether a device whose stream bypasses or aborts has ATS is decided behind the call that attaches it.',
  },
  {
    history:
      'cloud-hypervisor pull request 8805, its review: CMD_ATC_INV has to be ignored while SMMUEN is 0',
    reason: 'No stream has a nested table then, so that nothing holds what the command would drop.',
  },
  {
    history: 'OpenVMM pull request 3661: CMDQ_CONS is writable while CMDQEN is 0',
    reason: 'The command queue is enabled from the first step on.',
  },
];
