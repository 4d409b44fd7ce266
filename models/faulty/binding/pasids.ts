/** Bugs of PASIDs: where a directory ends, RID_PASID, and entries that change where nobody looks. */
import type { BugOf } from '../bug.ts';
import {
  ALL_CONTEXTS,
  ALL_PASIDS,
  at,
  binding,
  CONTEXT,
  ENTRY,
  enable,
  firstStage,
  invalidate,
  ofPasids,
  PASIDS,
  passing,
  plug,
  ROOT,
  store,
  tables,
  track,
} from './bindings.ts';

const DEVICE = 'binding/passthrough-device.ts';
const GUEST = 'binding/guest-entries.ts';
const HOST = 'binding/host-tables.ts';
const RUN = 'binding/run.ts';

export const pasidBugs: readonly BugOf<'binding'>[] = [
  {
    id: 'pasid-at-the-end-of-the-directory',
    area: 'binding',
    wrong: 'The first PASID that the directory has no room for is bound all the same.',
    source: '9.4, PDTS',
    rules: ['binding.bind.blocked', 'binding.event.pasid-selective'],
    edits: [
      {
        file: GUEST,
        from: 'pasid < this.#directoryLimit(low)',
        to: 'pasid <= this.#directoryLimit(low)',
      },
    ],
    smallest: binding({
      devices: [{ pasidBits: 14 }],
      memory: tables(passing, { pasid: 0x2000, context: [PASIDS] }),
      steps: [plug(), enable, invalidate((0x2000n << 32n) | 0x17n)],
    }),
  },
  {
    id: 'pasids-wider-than-told',
    area: 'binding',
    wrong:
      'PASIDs are bound that have more bits than the guest was told of, where the device can carry them.',
    source: '4.2, Table 30, SGN.10',
    rules: ['binding.bind.blocked', 'binding.event.pasid-selective'],
    edits: [{ file: RUN, from: 'Math.min(this.#pasidLimit, 2 ** pasidBits)', to: '2 ** pasidBits' }],
    smallest: binding({
      guest: { PSS: 7 },
      host: { PSS: 7 },
      devices: [{ pasidBits: 20 }],
      memory: tables(passing, { pasid: 0x100, context: [PASIDS] }),
      steps: [plug(), enable],
    }),
  },
  {
    id: 'fewer-pasids-than-a-table',
    area: 'binding',
    wrong: 'PASIDs are gone through 64 at a time, so that of a device that carries fewer none is bound.',
    source: '9.5',
    rules: [
      ...['binding.bind.first-stage', 'binding.bind.pass-through'],
      ...['binding.event.enable', 'binding.event.plug', 'binding.event.context-cache', 'binding.event.root'],
      ...['binding.event.pasid-domain', 'binding.event.pasid-global'],
    ],
    edits: [{ file: GUEST, from: 'const end = Math.min(limit, ', to: 'const end = Math.min(limit & ~63, ' }],
    smallest: binding({
      devices: [{ pasidBits: 1 }],
      memory: tables(passing, { pasid: 1, context: [PASIDS] }),
      steps: [plug(), enable],
    }),
  },
  {
    id: 'upper-half-of-buses',
    area: 'binding',
    wrong: 'Devices on buses from 128 on are bound by root entries of those below.',
    source: '9.1',
    rules: [
      ...['binding.bind.first-stage', 'binding.bind.pass-through', 'binding.bind.blocked'],
      ...['binding.event.enable', 'binding.event.plug'],
    ],
    edits: [{ file: GUEST, from: '(sourceId >>> 8)', to: '((sourceId >>> 8) & 0x7f)' }],
    smallest: binding({
      devices: [{ sourceId: 0x8000 }],
      memory: [at(ROOT + 0x800n, CONTEXT | 1n), ...tables(passing).slice(1)],
      steps: [plug(), enable],
    }),
  },
  {
    id: 'requester-pasid-of-sixteen-bits',
    area: 'binding',
    wrong: 'Of RID_PASID 16 bits count.',
    source: '9.4, RID_PASID',
    rules: [
      ...['binding.bind.first-stage', 'binding.bind.pass-through', 'binding.bind.blocked'],
      ...['binding.event.enable', 'binding.event.plug', 'binding.event.context-cache'],
    ],
    edits: [
      {
        file: GUEST,
        from: '(this.halves[context + 2] as number) & 0xf_ffff',
        to: '(this.halves[context + 2] as number) & 0xffff',
      },
    ],
    smallest: binding({
      memory: tables(passing, { pasid: 0x1_0000, context: [7n << 9n, 0x1_0000n] }),
      steps: [plug(), enable],
    }),
  },
  {
    id: 'upper-half-of-pointer-not-compared',
    area: 'binding',
    wrong: 'An entry of which bits 63:32 of FSPTPTR alone change is taken for the same.',
    source: '9.6, FSPTPTR',
    rules: [
      ...['binding.event.pasid-selective', 'binding.event.pasid-domain', 'binding.event.pasid-global'],
      ...['binding.event.context-cache', 'binding.event.root', 'binding.bind.first-stage'],
    ],
    edits: [
      {
        file: DEVICE,
        from: 'for (let half = 0; half < ENTRY_HALVES; half++) if',
        to: 'for (let half = 0; half < 5; half++) if',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, store(ENTRY + 16n, 1n << 32n), invalidate(ALL_PASIDS)],
    }),
  },
  {
    id: 'moved-requester-pasid-unnoticed',
    area: 'binding',
    wrong: 'Where RID_PASID moves to an equal entry, what is cached stays under the old PASID.',
    source: '9.4, RID_PASID',
    rules: [
      ...['binding.invalidate.pasid', 'binding.invalidate.page', 'binding.event.pasid-selective'],
      ...['binding.bind.first-stage', 'binding.bind.blocked', 'binding.bind.pass-through'],
    ],
    edits: [{ file: DEVICE, from: 'const moved = binding.pasid !== pasid;', to: 'const moved = false;' }],
    smallest: binding({
      memory: [...tables(firstStage()), at(ENTRY + 64n, ...firstStage())],
      steps: [
        plug(),
        enable,
        store(CONTEXT + 8n, 1n),
        invalidate(ALL_CONTEXTS),
        store(ENTRY + 80n, 0x1000n),
        invalidate((1n << 32n) | 0x17n),
      ],
    }),
  },
  {
    id: 'requester-pasid-stays-bound',
    area: 'binding',
    wrong: 'The PASID that becomes RID_PASID stays bound for requests that carry it.',
    source: '9.4, RID_PASID; Table 30, SCT.9',
    rules: ['binding.bind.blocked', 'binding.event.context-cache'],
    edits: [
      {
        file: DEVICE,
        from: 'const isRefused = key !== NO_PASID && context !== NONE && key === this.#entries.ridPasid(context);',
        to: 'const isRefused = false;',
      },
    ],
    smallest: binding({
      ...ofPasids(passing, passing),
      steps: [plug(), enable, store(CONTEXT + 8n, 1n), invalidate(ALL_CONTEXTS)],
    }),
  },
  {
    id: 'table-that-cannot-track-leaks',
    area: 'binding',
    wrong: 'A new table that cannot track writes is left behind.',
    source: 'iommufd, IOMMU_HWPT_SET_DIRTY_TRACKING',
    rules: ['binding.leak', 'binding.dirty.all-or-none', 'binding.dirty.new', 'binding.dirty.children'],
    edits: [{ file: HOST, from: '    this.#free(table);\n    return false;', to: '    return false;' }],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [track, plug(), enable],
      failing: [4],
    }),
  },
  {
    id: 'parent-that-cannot-track-used-later',
    area: 'binding',
    wrong:
      'A parent that could not track writes, and that the host would not free either, serves the next device.',
    source: 'the example in Python, found in CI; iommufd, IOMMU_HWPT_SET_DIRTY_TRACKING',
    rules: ['binding.dirty.all-or-none', 'binding.dirty.new', 'binding.dirty.children'],
    edits: [
      {
        file: HOST,
        from: '      const index = this.#parents.findIndex((one) => one.number === table.number);',
        to: '      if (!freed) return;\n      const index = this.#parents.findIndex((one) => one.number === table.number);',
      },
    ],
    smallest: binding({ steps: [track, plug(), plug()], failing: [1, 2] }),
  },
];
