/** Bugs of what requests are bound to, and of what is left when the host refuses. */
import type { BugOf } from '../bug.ts';
import {
  ALL_PASIDS,
  binding,
  disable,
  ENTRY,
  enable,
  firstStage,
  invalidate,
  NESTING,
  ofPasids,
  passing,
  plug,
  store,
  tables,
} from './bindings.ts';

const DEVICE = 'binding/passthrough-device.ts';
const RUN = 'binding/run.ts';

/** Whatever event binds what the entry says. */
const byEvent = ['enable', 'plug', 'root', 'context-cache', 'new-entry']
  .concat(['pasid-global', 'pasid-domain', 'pasid-selective'])
  .map((event) => `binding.event.${event}`);

export const boundBugs: readonly BugOf<'binding'>[] = [
  {
    id: 'vanished-entry-leaves-the-parent',
    area: 'binding',
    wrong: 'When a first-stage entry goes its requests reach the parent table.',
    source: '3.4.3, Table 30',
    rules: ['binding.bind.blocked'],
    edits: [
      {
        file: DEVICE,
        from: 'if (this.#bind(key, binding, undefined) && key !== NO_PASID)',
        to: 'if (this.#bind(key, binding, binding.table?.parent) && key !== NO_PASID)',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, store(ENTRY, 0n), invalidate(ALL_PASIDS)],
    }),
  },
  {
    id: 'translation-off-blocks',
    area: 'binding',
    wrong: 'When translation is turned off a device with a nested table is detached.',
    source: '3.2',
    rules: ['binding.bind.default'],
    edits: [
      {
        file: DEVICE,
        from: 'this.#bind(NO_PASID, this.#binding(NO_PASID), this.#place.parent);',
        to: 'const own = this.#binding(NO_PASID);\n    this.#bind(NO_PASID, own, own.table?.parent ? undefined : this.#place.parent);',
      },
    ],
    smallest: binding({ memory: tables(firstStage()), steps: [plug(), enable, disable] }),
  },
  {
    id: 'pasids-pass-while-translation-is-off',
    area: 'binding',
    wrong: 'When translation is turned off requests with PASIDs reach the parent table too.',
    source: '3.2',
    rules: ['binding.bind.no-pasid', 'binding.event.disable', 'binding.event.reset'],
    edits: [
      {
        file: DEVICE,
        from: 'if (key !== NO_PASID && this.#bind(key, binding, undefined)) this',
        to: 'if (key !== NO_PASID && this.#bind(key, binding, this.#place.parent)) this',
      },
    ],
    smallest: binding({ ...ofPasids([0n], firstStage()), steps: [plug(), enable, disable] }),
  },
  {
    id: 'pass-through-blocks',
    area: 'binding',
    wrong: 'A pass-through entry is taken for one that no host table stands for.',
    source: '9.6',
    rules: ['binding.bind.pass-through', ...byEvent],
    edits: [
      { file: DEVICE, from: 'this.#bind(key, binding, parent);', to: 'this.#bind(key, binding, undefined);' },
    ],
    smallest: binding({ memory: tables(passing), steps: [plug(), enable] }),
  },
  {
    id: 'second-stage-entries-without-an-error',
    area: 'binding',
    wrong: 'Nobody is told of an entry that no host table stands for.',
    source: NESTING,
    rules: ['binding.bind.unsupported'],
    edits: [
      {
        file: DEVICE,
        from: '        this.#bind(key, binding, undefined);\n        return true;',
        to: '        this.#bind(key, binding, undefined);\n        return false;',
      },
    ],
    smallest: binding({ memory: tables([0x89n]), steps: [plug(), enable] }),
  },
  {
    id: 'new-root-table-not-read',
    area: 'binding',
    wrong: 'A new root table binds nothing, though the unit invalidates with it.',
    source: '6.6, 11.4.3 (ESRTPS)',
    rules: ['binding.event.root'],
    edits: [{ file: RUN, from: '        if (this.#enabled) this.#sync(everything);\n', to: '' }],
    smallest: binding({
      guest: { ESRTPS: 1 },
      memory: tables(firstStage()),
      steps: [plug(), enable, { step: 'root', rtaddr: 0x4400n }],
    }),
  },
  {
    id: 'failed-attach-detaches',
    area: 'binding',
    wrong: 'A device whose new table cannot be attached loses the old one too.',
    source: NESTING,
    rules: ['binding.failure.old-binding'],
    edits: [
      {
        file: DEVICE,
        from: '    if (!done) {\n',
        to: "    if (!done) {\n      if (old !== undefined && this.#host.call({ call: 'detach', ...place })) {\n        binding.table = undefined;\n        this.#host.release(old);\n      }\n",
      },
    ],
    smallest: binding({ memory: tables(firstStage()), steps: [plug(), enable], failing: [3] }),
  },
  {
    id: 'failed-attach-ends-the-emulator',
    area: 'binding',
    wrong: 'That a table cannot be attached is asserted never to happen.',
    source: NESTING,
    rules: ['binding.answers'],
    edits: [
      {
        file: DEVICE,
        from: '    if (!done) {\n',
        to: "    if (!done) {\n      throw new Error('attach failed');\n",
      },
    ],
    smallest: binding({ steps: [plug()], failing: [1] }),
  },
  {
    id: 'attached-again-at-each-invalidation',
    area: 'binding',
    wrong: 'An entry that did not change is attached again.',
    source: 'review of "intel_iommu: Handle PASID cache invalidation", 2025',
    rules: ['binding.unchanged'],
    edits: [
      { file: DEVICE, from: '!binding.failed && isSame(entry, halves, at)', to: 'halves.length === 0' },
      {
        file: DEVICE,
        from: 'if (old === table) return true;',
        to: 'if (old === table && !old?.parent) return true;',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, invalidate(ALL_PASIDS)],
    }),
  },
];
