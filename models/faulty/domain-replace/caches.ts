/** Bugs of what is dropped from which cache, in which order, and waited for. */
import type { BugOf } from '../bug.ts';
import { ATS, attach, detach, FIRST, OTHER_SECOND, program, SECOND, track, unit } from './programs.ts';

const DRIVER = 'domain-replace.ts';
const IOTLB = '    this.#invalidate(isFirst ? 0x26n | domain | (this.#pasid << 32n) : 0xe2n | domain, 0n);\n';
const DEVICE_TLB = '    this.#dropDevice(isFirst, drains);\n';
const drops = program({ domains: [SECOND], requests: [attach(0), detach] });
const dropsWithAts = program({ domains: [SECOND], devices: ATS, requests: [attach(0), detach] });

export const cacheBugs: readonly BugOf<'domain-replace'>[] = [
  {
    id: 'line-flushed-by-page-walk-coherency',
    area: 'domain-replace',
    wrong:
      'Whether lines are flushed is taken from ECAP.SMPWC, which is about page tables, instead of ECAP.C.',
    source: 'Linux drivers/iommu/intel/pasid.c: ecap_coherent',
    rules: ['domain-replace.flush-line'],
    edits: [{ file: DRIVER, from: '(ecap & 1n) === 0n', to: '(ecap & (1n << 48n)) === 0n' }],
    smallest: program({ profile: unit('nested-48', { C: 0 }), domains: [SECOND], requests: [attach(0)] }),
  },
  {
    id: 'pasid-cache-by-new-domain-id',
    area: 'domain-replace',
    wrong:
      'After a swap the PASID-cache is invalidated under the new domain id alone; copies have the old one.',
    source: 'review of entry_sync, 2026: which domain id a sync names was left open',
    rules: ['domain-replace.pasid-cache'],
    edits: [
      {
        file: DRIVER,
        from: '    this.#drop(old, false);\n    if (old.first === 0n) return;',
        to: '    this.#drop({ ...entry, kind: old.kind }, false);\n    if (old.first === 0n) return;',
      },
    ],
    smallest: program({ domains: [SECOND, OTHER_SECOND], requests: [attach(0), attach(1)] }),
  },
  {
    id: 'caching-mode-not-told',
    area: 'domain-replace',
    wrong: 'With CM nothing is invalidated when an entry becomes present, so that a cached fault goes on.',
    source: '6.6; Linux pasid_flush_caches',
    rules: ['domain-replace.caching-mode'],
    edits: [{ file: DRIVER, from: 'if (!this.#isCaching) return;', to: 'if (entry.did >= 0) return;' }],
    smallest: program({ profile: unit('nested-48', { CM: 1 }), domains: [SECOND], requests: [attach(0)] }),
  },
  {
    id: 'iotlb-not-dropped',
    area: 'domain-replace',
    wrong: 'Only the PASID-cache and the Device-TLB are invalidated.',
    source: '6.5.3.3, Table 28',
    rules: ['domain-replace.iotlb', 'domain-replace.did.clean'],
    edits: [{ file: DRIVER, from: IOTLB, to: '' }],
    smallest: drops,
  },
  {
    id: 'pasid-iotlb-of-one-page',
    area: 'domain-replace',
    history: 'Linux, list archive 0cdc78ab5, 76ea65c68: the size of an invalidation is wrongly encoded (M35)',
    wrong: 'The PASID-based invalidation names one page instead of all.',
    source: 'Linux qi_flush_piotlb; 6.5.2.4',
    rules: ['domain-replace.iotlb', 'domain-replace.did.clean'],
    edits: [{ file: DRIVER, from: '0x26n | domain', to: '0x36n | domain' }],
    smallest: program({ domains: [FIRST], requests: [attach(0), detach] }),
  },
  {
    id: 'device-tlb-size-bits-not-set',
    area: 'domain-replace',
    history: 'Linux, list archive 0cdc78ab5, 76ea65c68: low bits of the address are not set to ones (M35)',
    wrong: 'A Device-TLB invalidation of everything has an address of zeros, and covers two pages.',
    source: 'Linux qi_flush_dev_iotlb; 6.5.2.5',
    rules: ['domain-replace.device-tlb'],
    edits: [{ file: DRIVER, from: 'const WHOLE = 0x7fff_ffff_ffff_f000n;', to: 'const WHOLE = 0n;' }],
    smallest: dropsWithAts,
  },
  {
    id: 'device-tlb-not-dropped',
    area: 'domain-replace',
    history: 'Linux, list archive 6e6759d71: the Device-TLB is invalidated after the IOTLB (M25)',
    wrong: 'What a device holds of the old tables stays.',
    source: 'Linux drivers/iommu/intel/iommu.c',
    rules: ['domain-replace.device-tlb'],
    edits: [{ file: DRIVER, from: DEVICE_TLB, to: '' }],
    smallest: dropsWithAts,
  },
  {
    id: 'no-device-tlb-under-caching-mode',
    area: 'domain-replace',
    history: 'Linux pasid.c of 6.9: the Device-TLB was invalidated only without CM (M27)',
    wrong: 'With CM the Device-TLB is not invalidated.',
    source: 'Linux drivers/iommu/intel/pasid.c',
    rules: ['domain-replace.device-tlb'],
    edits: [
      {
        file: DRIVER,
        from: 'if (this.#ats[device] !== true) return;',
        to: 'if (this.#ats[device] !== true || this.#isCaching) return;',
      },
    ],
    smallest: program({
      profile: unit('nested-48', { CM: 1 }),
      domains: [SECOND],
      devices: ATS,
      requests: [attach(0), detach],
    }),
  },
  {
    id: 'dirty-tracking-keeps-translations',
    area: 'domain-replace',
    wrong:
      'When tracking begins the entry alone is dropped; cached translations let writes through without a trace.',
    source: '6.5.3.3, Table 28: SSADE from 0 to 1',
    rules: ['domain-replace.iotlb', 'domain-replace.device-tlb'],
    edits: [
      {
        file: DRIVER,
        from: '      if (on) this.#drop(old, false);\n      else this.#dropCopies(did);\n      if (!on) this.#wait();',
        to: '      this.#dropCopies(did);\n      this.#wait();',
      },
    ],
    smallest: program({ domains: [SECOND], requests: [attach(0), track(0)] }),
  },
  {
    id: 'iotlb-before-pasid-cache',
    area: 'domain-replace',
    wrong: 'The IOTLB is invalidated first, and filled again by the old entry from the PASID-cache.',
    source: '6.5.3.3',
    rules: ['domain-replace.order.pasid-cache'],
    edits: [
      { file: DRIVER, from: '    this.#dropCopies(did);\n    const domain', to: '    const domain' },
      { file: DRIVER, from: DEVICE_TLB, to: `    this.#dropCopies(did);\n${DEVICE_TLB}` },
    ],
    smallest: drops,
  },
  {
    id: 'device-tlb-before-iotlb',
    area: 'domain-replace',
    wrong: 'The Device-TLB is invalidated first, and filled again from the IOTLB.',
    source: '6.5.2.5, 6.5.2.6; review of entry_sync, 2026',
    rules: ['domain-replace.order.iotlb'],
    edits: [{ file: DRIVER, from: IOTLB + DEVICE_TLB, to: DEVICE_TLB + IOTLB }],
    smallest: dropsWithAts,
  },
  {
    id: 'tear-down-not-waited-for',
    area: 'domain-replace',
    wrong: 'Invalidations are submitted, and nobody waits until they are over.',
    source: '6.5.2.9; Linux qi_submit_sync',
    rules: ['domain-replace.wait', 'domain-replace.entry.torn', 'domain-replace.page-requests.drain'],
    edits: [{ file: DRIVER, from: `${DEVICE_TLB}    this.#wait();\n`, to: DEVICE_TLB }],
    smallest: drops,
  },
];
