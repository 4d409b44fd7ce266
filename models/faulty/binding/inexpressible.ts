/** Bugs of bindings that happened upstream and that no drawn case can show. */
import type { Inexpressible } from '../bug.ts';

export const inexpressibleBindingBugs: readonly Inexpressible[] = [
  {
    history: 'Linux: SSADE is not set when a nested child is attached to a parent that tracks (M43)',
    reason:
      'To a host as iommufd tracking a parent reaches its nested tables: policy writeTracking, which is claimed.',
  },
  {
    history: 'QEMU "Delete RPS related code", c629b030a2, and others of decoding',
    reason: 'Shown by areas entry and translation.',
  },
  {
    history: 'Linux "Fix race condition during PASID entry replacement"',
    reason: 'Calls of a case come one after the other.',
  },
];
