/** Bugs of PASID table entries: what is stored, and in which order. */
import type { BugOf } from '../bug.ts';
import { attach, detach, FIRST, NESTED, OTHER_FIRST, program, SECOND, track, unit } from './programs.ts';

const DRIVER = 'domain-replace.ts';
const ENTRY = 'domain-replace-entry.ts';
const pasid = 'Linux drivers/iommu/intel/pasid.c';

export const entryBugs: readonly BugOf<'domain-replace'>[] = [
  {
    id: 'clear-present-before-tear-down',
    area: 'domain-replace',
    history: 'Linux "iommu/vt-d: Clear Present bit before tearing down PASID entry", 75ed00055c05 (M17)',
    wrong: 'The rest of an entry is cleared while hardware may still see it present.',
    source: pasid,
    rules: ['domain-replace.entry.torn'],
    edits: [
      {
        file: DRIVER,
        from: '    this.#store(0, low, 0n);\n    this.#flush();\n    this.#drop(old, drains);',
        to: '    if (old.first !== 0n) this.#store(1, 0n, 0n);\n    this.#store(0, low, 0n);\n    this.#flush();\n    this.#drop(old, drains);',
      },
    ],
    smallest: program({ domains: [FIRST], requests: [attach(0), detach] }),
  },
  {
    id: 'set-up-over-present-entry',
    area: 'domain-replace',
    history: 'Linux, list archive 059491373: a present entry is refused with EBUSY (M23)',
    wrong: 'An entry with another first stage is written over a present one, quantum by quantum.',
    source: pasid,
    rules: ['domain-replace.entry.torn', 'domain-replace.pasid-cache'],
    edits: [
      {
        file: DRIVER,
        from: '      this.#clear(old, 0n, false);\n      this.#fill(entry);',
        to: '      this.#store(1, entry.first, 0n);\n      this.#store(0, entry.low, entry.high);\n      this.#flush();\n      this.#drop(old, false);',
      },
    ],
    smallest: program({ domains: [SECOND, NESTED, FIRST], requests: [attach(2), attach(1)] }),
  },
  {
    id: 'no-sync-before-the-swap',
    area: 'domain-replace',
    wrong:
      'The pointer of the new first stage and the rest of the entry are stored without a sync between them.',
    source: 'review of "iommu/vt-d: Add entry_sync support for PASID entry updates", 2026',
    rules: ['domain-replace.entry.torn'],
    edits: [
      {
        file: DRIVER,
        from: '      this.#dropCopies(old.did);\n      this.#wait();\n    }\n    this.#store',
        to: '    }\n    this.#store',
      },
    ],
    smallest: program({ domains: [SECOND, FIRST], requests: [attach(0), attach(1)] }),
  },
  {
    id: 'driver-sets-page-snoop-without-snoop-control',
    area: 'domain-replace',
    history: 'Linux, list archive 5a5f63b37: PGSNP is set only where ECAP.SC is (M38)',
    wrong: 'PGSNP is set on units that have it reserved.',
    source: pasid,
    rules: ['domain-replace.entry.valid'],
    edits: [
      {
        file: ENTRY,
        from: "high: BigInt(did) | (kind === 'pass-through' ? 0n : this.#snoop),",
        to: "high: BigInt(did) | (kind === 'pass-through' ? 0n : this.#snoop | 0x100_0000n),",
      },
    ],
    smallest: program({ profile: unit('nested-48', { SC: 0 }), domains: [SECOND], requests: [attach(0)] }),
  },
  {
    id: 'supervisor-requests-of-rid',
    area: 'domain-replace',
    history: 'Linux, list archive c935c1ff4: SRE of first-stage entries for requests without PASID (M39)',
    wrong: 'SRE is set in entries with a first stage, though nobody asked for supervisor requests.',
    source: pasid,
    rules: ['domain-replace.entry.supervisor', 'domain-replace.entry.valid'],
    edits: [
      { file: ENTRY, from: 'first: hasFirst ? domain.table |', to: 'first: hasFirst ? domain.table | 1n |' },
    ],
    smallest: program({ domains: [FIRST], requests: [attach(0)] }),
  },
  {
    id: 'nested-attach-without-dirty-tracking',
    area: 'domain-replace',
    history: 'Linux: SSADE of a nested domain whose parent tracks writes already (M43)',
    wrong: 'A nested entry has SSADE clear, whether its parent tracks writes or not.',
    source: pasid,
    rules: ['domain-replace.dirty.attach', 'domain-replace.dirty.nested'],
    edits: [
      {
        file: ENTRY,
        from: 'this.#tracked.has(parent) ? SSADE',
        to: "kind !== 'nested' && this.#tracked.has(parent) ? SSADE",
      },
    ],
    smallest: program({ domains: [SECOND, NESTED], requests: [track(0), attach(1)] }),
  },
  {
    id: 'dirty-tracking-stops-at-the-parent',
    area: 'domain-replace',
    history: 'Linux: dirty tracking of a parent does not reach its nested domains (M43)',
    wrong: 'When tracking begins only entries of the second-stage domain itself get SSADE.',
    source: pasid,
    rules: ['domain-replace.dirty.nested'],
    edits: [
      {
        file: DRIVER,
        from: 'if (entry.low === old.low) continue;',
        to: "if (entry.low === old.low || old.kind === 'nested') continue;",
      },
    ],
    smallest: program({ domains: [SECOND, NESTED], requests: [attach(1), track(0)] }),
  },
  {
    id: 'failed-attach-not-told',
    area: 'domain-replace',
    wrong: 'An attach that found no domain id says that it is done.',
    source: pasid,
    rules: ['domain-replace.failure.reported', 'domain-replace.did.exhausted'],
    edits: [
      {
        file: DRIVER,
        from: 'if (did === undefined) return false;',
        to: 'if (did === undefined) return true;',
      },
    ],
    smallest: program({ domains: [SECOND], requests: [attach(0)], failing: [0] }),
  },
  {
    id: 'kept-id-drops-nothing',
    area: 'domain-replace',
    wrong: 'A swap of first-stage pointers under one domain id leaves the old tables in every cache.',
    source: '6.5.3.3, Table 28',
    rules: ['domain-replace.pasid-cache'],
    edits: [
      {
        file: DRIVER,
        from: '      this.#flush();\n      this.#drop(old, false);\n      return;',
        to: '      this.#flush();\n      return;',
      },
    ],
    smallest: program({ domains: [FIRST, OTHER_FIRST], requests: [attach(0), attach(1)] }),
  },
];
