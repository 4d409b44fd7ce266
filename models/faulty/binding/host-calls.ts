/** Bugs of the calls of the host: their order, failures, what is passed on, and tracked writes. */
import type { BugOf } from '../bug.ts';
import {
  ALL_PASIDS,
  binding,
  disable,
  ENTRY,
  enable,
  firstStage,
  invalidate,
  MAPPINGS_OF_DOMAIN,
  MAPPINGS_OF_PASID,
  NESTING,
  PAGE_OF_PASID,
  plug,
  store,
  tables,
  track,
} from './bindings.ts';

const DEVICE = 'binding/passthrough-device.ts';
const RUN = 'binding/run.ts';
const HOST = 'binding/host-tables.ts';

export const hostCallBugs: readonly BugOf<'binding'>[] = [
  {
    id: 'piotlb-invalidation-should-notify-unmap',
    area: 'binding',
    history: 'QEMU "piotlb invalidation should notify unmap", 1ab93575bd, 10.0',
    wrong: 'PASID-based IOTLB invalidations end in the emulated unit.',
    source: '6.5.2.4',
    rules: ['binding.invalidate.pasid', 'binding.invalidate.page'],
    edits: [
      {
        file: RUN,
        from: '        if (granularity === 2) this.#forward({ did, pasid }, 0n, EVERYTHING, false);\n        else this',
        to: '        if (granularity === 2) return;\n        if (granularity === 5) this',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, invalidate(MAPPINGS_OF_PASID)],
    }),
  },
  {
    id: 'table-kept-under-another-domain-id',
    area: 'binding',
    wrong:
      'An entry keeps its nested table under a new domain id, and what is dropped of the old is not passed on.',
    source: '6.5.2.4, Tables 24 and 28',
    rules: ['binding.invalidate.pasid', 'binding.invalidate.page', 'binding.invalidate.domain'],
    edits: [{ file: DEVICE, from: '(parent, index, didOf(entry, 0), {', to: '(parent, index, 0, {' }],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, store(ENTRY + 8n, 1n), invalidate(ALL_PASIDS), invalidate(MAPPINGS_OF_PASID)],
    }),
  },
  {
    id: 'new-table-does-not-track',
    area: 'binding',
    wrong: 'A parent table that is made while writes are tracked does not track them.',
    source: 'iommufd',
    rules: ['binding.dirty.new'],
    edits: [
      {
        file: HOST,
        from: '      this.#parents.push(table);\n      if (!this.#track(table)) return undefined;',
        to: '      this.#parents.push(table);',
      },
    ],
    smallest: binding({ steps: [track, plug()] }),
  },
  {
    id: 'parent-alone-tracks',
    area: 'binding',
    history: 'Linux: tracking is not propagated to nested children (M43)',
    wrong: 'Tracking of writes is turned on for parent tables alone.',
    source: 'iommufd',
    rules: ['binding.dirty.children', 'binding.dirty.new'],
    edits: [
      {
        file: HOST,
        from: 'const tables = [...this.#parents, ...this.#nested.values()];',
        to: 'const tables = [...this.#parents];',
      },
    ],
    smallest: binding({
      policies: { writeTracking: 'each-table' },
      memory: tables(firstStage()),
      steps: [plug(), enable, track],
    }),
  },
  {
    id: 'tracking-is-not-taken-back',
    area: 'binding',
    wrong: 'When one table cannot track writes, those before it go on tracking.',
    source: 'iommufd',
    rules: ['binding.dirty.all-or-none'],
    edits: [
      {
        file: HOST,
        from: "      for (const done of tables.slice(0, index))\n        this.call({ call: 'track-dirty', table: done.number, on: !on });\n",
        to: '',
      },
    ],
    smallest: binding({
      policies: { writeTracking: 'each-table' },
      memory: tables(firstStage()),
      steps: [plug(), enable, track],
      failing: [5],
    }),
  },
  {
    id: 'range-of-an-address-that-is-not-aligned',
    area: 'binding',
    history: 'Linux, 7ac800871: ranges that are not aligned to their size are flushed in part (M36)',
    wrong: 'A range is passed on from the address in the descriptor on, whose low bits are to be ignored.',
    source: '6.5.2.4, Table 22',
    rules: ['binding.invalidate.page'],
    edits: [
      {
        file: RUN,
        from: 'const address = (high >> 12n) & ~(pages - 1n);',
        to: 'const address = high >> 12n;',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, invalidate(PAGE_OF_PASID, 0x1001n)],
    }),
  },
  {
    id: 'one-page-short',
    area: 'binding',
    history: 'Linux: the end of a range of the mm notifier, one page off (M44)',
    wrong: 'The last page of a range is not passed on.',
    source: '6.5.2.4, Table 22',
    rules: ['binding.invalidate.page'],
    edits: [
      {
        file: RUN,
        from: 'this.#forward(filter, address << 12n, pages,',
        to: 'this.#forward(filter, address << 12n, pages - 1n,',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, invalidate(PAGE_OF_PASID)],
    }),
  },
  {
    id: 'upper-levels-never-invalidated',
    area: 'binding',
    wrong: 'Invalidations are passed on as if only last-level entries had changed.',
    source: '6.5.2.4',
    rules: ['page', 'pasid', 'domain', 'global'].map((by) => `binding.invalidate.${by}`),
    edits: [
      {
        file: RUN,
        from: "{ call: 'invalidate', table, address, pages, leaf }",
        to: "{ call: 'invalidate', table, address, pages, leaf: true }",
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, invalidate(PAGE_OF_PASID)],
    }),
  },
  {
    id: 'emulated-caches-purged-first',
    area: 'binding',
    wrong: 'The emulated unit drops its own translations before the host is told.',
    source: NESTING,
    rules: ['binding.invalidate.before-purge'],
    edits: [
      {
        file: RUN,
        from: "    for (const table of told) this.#host.call({ call: 'invalidate', table, address, pages, leaf });\n    this.#host.calls.push({ call: 'purge' });",
        to: "    this.#host.calls.push({ call: 'purge' });\n    for (const table of told) this.#host.call({ call: 'invalidate', table, address, pages, leaf });",
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, invalidate(MAPPINGS_OF_DOMAIN)],
    }),
  },
  {
    id: 'old-table-freed-first',
    area: 'binding',
    wrong: 'A nested table is freed before the one that takes its place is attached.',
    source: NESTING,
    rules: ['binding.free.in-use', 'binding.replace'],
    edits: [
      {
        file: DEVICE,
        from: '    const done =\n      table === undefined',
        to: '    if (old !== undefined) this.#host.release(old);\n    const done =\n      table === undefined',
      },
      {
        file: DEVICE,
        from: '    if (old !== undefined) this.#host.release(old);\n    return true;',
        to: '    return true;',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, disable],
    }),
  },
  {
    id: 'detached-before-it-is-replaced',
    area: 'binding',
    history: 'Linux: the attachment of a device to a domain blocks it first, and requests fail meanwhile',
    wrong: 'A device that gets another table is detached first.',
    source: 'iommufd',
    rules: ['binding.replace'],
    edits: [
      {
        file: DEVICE,
        from: '    const done =\n      table === undefined',
        to: "    if (old !== undefined && table !== undefined) this.#host.call({ call: 'detach', ...place });\n    const done =\n      table === undefined",
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable],
    }),
  },
  {
    id: 'failure-is-not-reported',
    area: 'binding',
    wrong: 'A host call that failed is not reported.',
    source: NESTING,
    rules: ['binding.failure.reported'],
    edits: [
      {
        file: RUN,
        from: 'const error = this.#host.failed || this.#unsupported;',
        to: 'const error = this.#unsupported;',
      },
    ],
    smallest: binding({
      steps: [plug(), enable],
      failing: [2],
    }),
  },
  {
    id: 'error-that-sticks',
    area: 'binding',
    wrong: 'An error is reported again at each later step.',
    source: NESTING,
    rules: ['binding.failure.unfounded'],
    edits: [
      {
        file: RUN,
        from: '    this.#unsupported = false;\n    const refused',
        to: '    const refused',
      },
    ],
    smallest: binding({
      memory: tables([0x89n]),
      steps: [plug(), enable, disable, invalidate(ALL_PASIDS)],
    }),
  },
  {
    id: 'new-table-of-a-failed-attach-leaks',
    area: 'binding',
    wrong: 'When a new table cannot be attached it is not freed.',
    source: NESTING,
    rules: ['binding.leak'],
    edits: [
      {
        file: DEVICE,
        from: '        this.#bind(key, binding, table);\n        this.#host.release(table);',
        to: '        if (this.#bind(key, binding, table)) this.#host.release(table);',
      },
    ],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable],
      failing: [3],
    }),
  },
];
