/** Bugs of what a guest event makes of bindings. */
import type { BugOf } from '../bug.ts';
import {
  ALL_PASIDS,
  at,
  binding,
  CONTEXT,
  CONTEXT_OF_DEVICE,
  DIRECTORY,
  disable,
  ENTRY,
  enable,
  firstStage,
  invalidate,
  NESTING,
  PASIDS,
  PASIDS_OF_DOMAIN,
  passing,
  plug,
  ROOT,
  store,
  tables,
} from './bindings.ts';

const DEVICE = 'binding/passthrough-device.ts';
const RUN = 'binding/run.ts';
/** What makes the unit read entries again: what changed behind one of them is named by it. */
const READ_AGAIN = ['pasid-global', 'pasid-domain', 'pasid-selective', 'context-cache', 'root'].map(
  (event) => `binding.event.${event}`,
);

export const eventBugs: readonly BugOf<'binding'>[] = [
  {
    id: 'reset-pasid-cache-at-system-reset',
    area: 'binding',
    history: 'QEMU "Reset pasid cache when system level reset", baff72ca2a, 10.2',
    wrong: 'Cached PASID entries outlive a reset, so that the same entry is not bound again after it.',
    source: NESTING,
    rules: ['binding.event.enable'],
    edits: [{ file: RUN, from: '    for (const device of this.#devices) device?.forget();\n', to: '' }],
    smallest: binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, disable, enable],
    }),
  },
  {
    id: 'pasid-cache-keeps-the-old-entry',
    area: 'binding',
    history: 'QEMU 10.2: that an entry changed is noticed, and what it says now not stored',
    wrong: 'An entry that changes is bound again, by what it said before.',
    source: 'QEMU 10.2, PASID cache',
    rules: READ_AGAIN,
    edits: [
      {
        file: DEVICE,
        from: '    entry.set(halves.subarray(at, at + ENTRY_HALVES));',
        to: '    if (!isCached) entry.set(halves.subarray(at, at + ENTRY_HALVES));',
      },
    ],
    smallest: binding({
      memory: tables(passing),
      steps: [plug(), enable, store(ENTRY, 0x41n), invalidate(ALL_PASIDS)],
    }),
  },
  {
    id: 'pasid-cache-domain-in-memory',
    area: 'binding',
    history: 'QEMU, posted form of the PASID cache: only the DID in memory is compared (M55)',
    wrong:
      'The DID in memory decides which entries a PASID-cache invalidation is about, not that of the cached one.',
    source: '6.5.2.2',
    rules: ['binding.event.pasid-domain', 'binding.event.pasid-selective'],
    edits: [
      {
        file: DEVICE,
        from: 'const did = isCached ? didOf(entry, 0) : didOf(halves, at);',
        to: 'const did = didOf(halves, at);',
      },
    ],
    smallest: binding({
      memory: tables(passing),
      steps: [plug(), enable, store(ENTRY, 0x41n, 2n), invalidate(PASIDS_OF_DOMAIN)],
    }),
  },
  {
    id: 'vanished-entry-marked-valid',
    area: 'binding',
    history: 'QEMU, second posted form of "PASID support for passthrough device", 2026: a lost return',
    wrong: 'An entry that vanished stays in the cache, so that the same one is not bound when it comes back.',
    source: 'the posted series',
    rules: ['pasid-global', 'pasid-domain', 'pasid-selective', 'new-entry', 'context-cache', 'root'].map(
      (event) => `binding.event.${event}`,
    ),
    edits: [{ file: DEVICE, from: '      entry.fill(0);\n      binding.pasid', to: '      binding.pasid' }],
    smallest: binding({
      memory: tables(passing),
      steps: [
        plug(),
        enable,
        store(ENTRY, 0n),
        invalidate(ALL_PASIDS),
        store(ENTRY, 0x101n),
        invalidate(ALL_PASIDS),
      ],
    }),
  },
  {
    id: 'pasid-walk-crosses-a-leaf-table',
    area: 'binding',
    history:
      'QEMU, RFC of 2024 for nesting over iommufd: the walk went on by 64 from a start that is not aligned',
    wrong: 'The first PASID of each leaf table is passed over.',
    source: 'the posted series',
    rules: [
      'binding.event.enable',
      'binding.event.pasid-global',
      'binding.event.new-entry',
      'binding.event.plug',
    ],
    edits: [
      {
        file: 'binding/guest-entries.ts',
        from: 'for (let index = first === 0 ? 1 : 0; index < 64',
        to: 'for (let index = 1; index < 64',
      },
    ],
    smallest: binding({
      devices: [{ pasidBits: 7 }],
      memory: tables(passing, { pasid: 64, context: [PASIDS] }),
      steps: [plug(), enable],
    }),
  },
  {
    id: 'domain-selective-pasid-cache-does-nothing',
    area: 'binding',
    wrong: 'A domain-selective PASID-cache invalidation does nothing.',
    source: '6.5.2.2',
    rules: ['binding.event.pasid-domain', 'binding.event.new-entry'],
    edits: [
      {
        file: RUN,
        from: '        this.#sync(granularity === 3 ? everything : granularity === 1 ? { did, pasid } : { did });',
        to: '        if (granularity !== 0) this.#sync(granularity === 3 ? everything : { did, pasid });',
      },
    ],
    smallest: binding({
      memory: tables(passing),
      steps: [plug(), enable, store(ENTRY, 0n), invalidate(PASIDS_OF_DOMAIN)],
    }),
  },
  {
    id: 'function-mask-of-devices-not-looked-at',
    area: 'binding',
    wrong: 'FM of a device-selective context-cache invalidation does not count.',
    source: '6.5.2.1, Table 21',
    rules: ['binding.event.context-cache'],
    edits: [
      {
        file: RUN,
        from: 'const mask = [0, 4, 6, 7][functionMask] as number;',
        to: 'const mask = [0, 0, 0, 0][functionMask] as number;',
      },
    ],
    smallest: binding({
      devices: [{ sourceId: 1 }],
      memory: [
        at(ROOT, CONTEXT | 1n),
        at(CONTEXT + 32n, DIRECTORY | 1n),
        at(DIRECTORY, ENTRY | 1n),
        at(ENTRY, ...passing),
      ],
      steps: [plug(), enable, store(CONTEXT + 32n, 0n), invalidate(CONTEXT_OF_DEVICE | (3n << 48n))],
    }),
  },
  {
    id: 'function-mask-of-the-lowest-bits',
    area: 'binding',
    wrong: 'FM 1 and 2 leave out the lowest bits of the function number, not the highest.',
    source: '6.5.2.1, Table 21',
    rules: ['binding.event.context-cache'],
    edits: [
      {
        file: RUN,
        from: 'const mask = [0, 4, 6, 7][functionMask] as number;',
        to: 'const mask = [0, 1, 3, 7][functionMask] as number;',
      },
    ],
    smallest: binding({
      devices: [{ sourceId: 4 }],
      memory: [
        at(ROOT, CONTEXT | 1n),
        at(CONTEXT + 128n, DIRECTORY | 1n),
        at(DIRECTORY, ENTRY | 1n),
        at(ENTRY, ...passing),
      ],
      steps: [plug(), enable, store(CONTEXT + 128n, 0n), invalidate(CONTEXT_OF_DEVICE | (1n << 48n))],
    }),
  },
  {
    id: 'function-mask-reaches-one-function',
    area: 'binding',
    wrong: 'A context-cache invalidation with FM ends at the first device that it names.',
    source: '6.5.2.1, Table 21',
    rules: ['binding.event.context-cache'],
    edits: [
      {
        file: RUN,
        from: '& ~mask) === 0) this.#syncOne(device, everything);',
        to: '& ~mask) === 0) return this.#syncOne(device, everything);',
      },
    ],
    smallest: binding({
      devices: [{}, { sourceId: 4 }],
      memory: [
        at(ROOT, CONTEXT | 1n),
        at(CONTEXT + 128n, DIRECTORY | 1n),
        at(DIRECTORY, ENTRY | 1n),
        at(ENTRY, ...passing),
      ],
      steps: [
        ...[plug(), plug(1), enable],
        ...[store(CONTEXT + 128n, 0n), invalidate(CONTEXT_OF_DEVICE | (3n << 48n))],
      ],
    }),
  },
  {
    id: 'first-stage-of-four-levels-always',
    area: 'binding',
    wrong: 'Every nested table is made with 48 bits.',
    source: '9.6',
    rules: ['binding.bind.first-stage', 'binding.event.enable'],
    edits: [{ file: DEVICE, from: 'addressWidth: (modes & 0xc) === 0 ? 48 : 57,', to: 'addressWidth: 48,' }],
    smallest: binding({
      guest: { FS5LP: 1 },
      host: { FS5LP: 1 },
      memory: tables(firstStage(4n)),
      steps: [plug(), enable],
    }),
  },
  {
    id: 'page-table-pointer-halved',
    area: 'binding',
    wrong: 'The host is told bits 31:12 of FSPTPTR alone.',
    source: '9.6',
    rules: ['binding.bind.first-stage', 'binding.event.enable'],
    edits: [{ file: DEVICE, from: 'BigInt(entry[5] as number) * TWO_32 + ', to: '' }],
    smallest: binding({ memory: tables(firstStage(1n << 32n)), steps: [plug(), enable] }),
  },
  {
    id: 'translation-off-leaves-nested-tables',
    area: 'binding',
    wrong: 'When translation is turned off devices stay with the tables of the guest.',
    source: '11.4.4',
    rules: ['binding.event.disable', 'binding.event.reset'],
    edits: [
      {
        file: RUN,
        from: 'device?.forget();\n    this.#sync(everything);',
        to: 'device?.forget();\n    if (on) this.#sync(everything);',
      },
    ],
    smallest: binding({ steps: [plug(), enable, disable] }),
  },
];
