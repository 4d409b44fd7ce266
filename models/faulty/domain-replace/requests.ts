/** Bugs of what a request comes to: places that it is about and passes by, and those of a request that failed. */
import type { BugOf } from '../bug.ts';
import { attach, detach, FIRST, program, release, SECOND, switchAts, track } from './programs.ts';

const DRIVER = 'domain-replace.ts';
/** The domain at the device itself and at one of its PASIDs. */
const TWICE = [attach(0), attach(0, { pasid: 1 })];

export const requestBugs: readonly BugOf<'domain-replace'>[] = [
  {
    id: 'release-of-one-place-alone',
    area: 'domain-replace',
    wrong: 'Tables are released when the first entry that leads to them is cleared; the others stay present.',
    source: '9.6; the life of tables under drivers/iommu/intel/iommu.c',
    rules: ['domain-replace.entry.blocked'],
    edits: [
      {
        file: DRIVER,
        from: 'this.#released.add(old.key);\n      this.#forget(old);',
        to: 'this.#released.add(old.key);\n      this.#forget(old);\n      return;',
      },
    ],
    smallest: program({ domains: [FIRST], requests: [...TWICE, release(0)] }),
  },
  {
    id: 'tracking-without-pasids',
    area: 'domain-replace',
    wrong: 'When tracking begins entries of devices get SSADE, and those of their PASIDs do not.',
    source: 'Linux "iommu/vt-d": dirty tracking of all attachments',
    rules: ['domain-replace.dirty.second-stage'],
    edits: [
      {
        file: DRIVER,
        from: 'if (entry.low === old.low) continue;',
        to: "if (entry.low === old.low || (place.pasid !== undefined && old.kind === 'second-stage')) continue;",
      },
    ],
    smallest: program({ domains: [SECOND], requests: [attach(0, { pasid: 1 }), track(0)] }),
  },
  {
    id: 'ats-noted-and-not-switched',
    area: 'domain-replace',
    wrong: 'That ATS is on or off is noted, and the device is not told.',
    source: '4.5',
    rules: ['domain-replace.ats'],
    edits: [
      {
        file: DRIVER,
        from: "actions.push({ do: 'ats', device: request.device, on: request.on });",
        to: '',
      },
    ],
    smallest: program({ domains: [SECOND], requests: [switchAts(true)] }),
  },
  {
    id: 'pasid-iotlb-without-granularity',
    area: 'domain-replace',
    wrong: 'PASID-based IOTLB invalidations have granularity 00b, which is reserved.',
    source: '6.5.2.4',
    rules: ['domain-replace.descriptor'],
    edits: [{ file: DRIVER, from: 'isFirst ? 0x26n |', to: 'isFirst ? 0x06n |' }],
    smallest: program({ domains: [FIRST], requests: [attach(0), detach] }),
  },
  {
    id: 'failed-attach-fails-all',
    area: 'domain-replace',
    wrong: 'Once an attach has failed no other is served.',
    source: 'Review of error paths that leave what they have reserved',
    rules: ['domain-replace.failure.served'],
    edits: [
      {
        file: DRIVER,
        from: 'if (did === undefined) return false;',
        to: 'if (did === undefined) {\n      this.#next = 0x1_0000;\n      return false;\n    }',
      },
    ],
    smallest: program({ domains: [SECOND], requests: [attach(0), attach(0)], failing: [0] }),
  },
  {
    id: 'failed-attach-done-all-the-same',
    area: 'domain-replace',
    wrong:
      'An attach that failed leaves the new tables behind: the error is found after the entry was written.',
    source: 'Review of error paths that leave what they have done',
    rules: ['domain-replace.failure.binding'],
    edits: [
      { file: DRIVER, from: 'isFailing ? undefined : this.#take()', to: 'this.#take()' },
      {
        file: DRIVER,
        from: '      if (!isKept) this.#free.push(old.did);\n    }\n    return true;',
        to: '      if (!isKept) this.#free.push(old.did);\n    }\n    return !isFailing;',
      },
    ],
    smallest: program({ domains: [SECOND], requests: [attach(0)], failing: [0] }),
  },
];
