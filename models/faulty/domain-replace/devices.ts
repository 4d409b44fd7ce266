/** Bugs of Device-TLBs whose ATS is switched, of PASIDs and of page requests. */
import type { Profile } from '../../../spec/schema.ts';
import type { BugOf } from '../bug.ts';
import { ATS, attach, detach, FIRST, program, release, SECOND, switchAts, track, unit } from './programs.ts';

const DRIVER = 'domain-replace.ts';
const drains: Profile = unit('nested-48', { PDS: 1 });
const senders = [{ ats: true, pageRequests: true }];

export const deviceBugs: readonly BugOf<'domain-replace'>[] = [
  {
    id: 'pasid-device-tlb-of-rid',
    area: 'domain-replace',
    history:
      'Linux, list archive b8e538717: requests without PASID need the invalidation without PASID (M33)',
    wrong: 'What a device holds for requests without PASID is invalidated as if it were of PASID 0.',
    source: 'Linux devtlb_invalidation_with_pasid; 6.5.2.5',
    rules: ['domain-replace.device-tlb'],
    edits: [{ file: DRIVER, from: 'if (this.#pasid === 0n) {', to: 'if (this.#pasid < 0n) {' }],
    smallest: program({ domains: [SECOND], devices: ATS, requests: [attach(0), detach] }),
  },
  {
    id: 'plain-device-tlb-of-pasid',
    area: 'domain-replace',
    history: 'Linux, list archive b8e538717: requests with PASID need the PASID-based invalidation (M33)',
    wrong: 'What a device holds for a PASID is invalidated without PASID.',
    source: 'Linux devtlb_invalidation_with_pasid; 6.5.2.6',
    rules: ['domain-replace.device-tlb'],
    edits: [{ file: DRIVER, from: 'if (this.#pasid === 0n) {', to: 'if (this.#pasid >= 0n) {' }],
    smallest: program({
      domains: [SECOND],
      devices: ATS,
      requests: [attach(0, { pasid: 1 }), { request: 'detach', device: 0, pasid: 1 }],
    }),
  },
  {
    id: 'tag-outlives-ats',
    area: 'domain-replace',
    history: 'Linux intel/cache.c: tags of a Device-TLB are removed by what ATS is at that moment (M40)',
    wrong: 'After ATS went off the Device-TLB goes on to be invalidated, which the device never answers.',
    source: 'Linux cache_tag_unassign_domain',
    rules: ['domain-replace.device-tlb.ats'],
    edits: [
      {
        file: DRIVER,
        from: 'this.#ats[request.device] = request.on;',
        to: 'if (request.on) this.#ats[request.device] = true;',
      },
    ],
    smallest: program({ domains: [SECOND], devices: ATS, requests: [attach(0), switchAts(false), detach] }),
  },
  {
    id: 'no-tag-for-late-ats',
    area: 'domain-replace',
    history: 'Linux intel/iommu.c probe_finalize: a Device-TLB that comes later gets its tag then (M40)',
    wrong: 'After ATS went on the Device-TLB is never invalidated.',
    source: 'Linux cache_tag_assign_domain',
    rules: ['domain-replace.device-tlb'],
    edits: [
      {
        file: DRIVER,
        from: 'this.#ats[request.device] = request.on;',
        to: 'if (!request.on) this.#ats[request.device] = false;',
      },
    ],
    smallest: program({ domains: [SECOND], requests: [attach(0), switchAts(true), detach] }),
  },
  {
    id: 'device-tlb-of-first-device-alone',
    area: 'domain-replace',
    history: 'Linux, list archive 05adba9f1: Device-TLBs of sub-devices are left (M47)',
    wrong: 'Of all that are attached only the first has its Device-TLB invalidated.',
    source: 'Linux drivers/iommu/intel/iommu.c',
    rules: ['domain-replace.device-tlb', 'domain-replace.device-tlb.ats'],
    edits: [
      {
        file: DRIVER,
        from: 'const { device } = this.#place;',
        to: 'const [{ place: { device } } = { place: this.#place }] = this.#entries.values();',
      },
    ],
    smallest: program({
      domains: [SECOND],
      devices: [...ATS, ...ATS],
      requests: [attach(0), attach(0, { device: 1 }), track(0)],
    }),
  },
  {
    id: 'pasid-taken-for-another-device',
    area: 'domain-replace',
    wrong:
      'Places are kept by device and 16 bits of PASID: PASID 0x10000 of one device is the next one without PASID.',
    source: '9.6: a PASID has 20 bits',
    // The last one: it takes what failed for done already, and does not tell.
    rules: [
      ...['entry.domain', 'entry.blocked', 'did.class', 'did.second-stage', 'did.pasid', 'pasid-cache'],
      ...['caching-mode', 'failure.reported'],
    ].map((rule) => `domain-replace.${rule}`),
    edits: [{ file: DRIVER, from: 'return device * 0x10_0000 +', to: 'return device * 0x1_0000 +' }],
    smallest: program({
      profile: unit('nested-48'),
      domains: [SECOND],
      devices: [{ ats: false }, { ats: false }],
      requests: [attach(0, { pasid: 0x1_0000 }), attach(0, { device: 1 })],
    }),
  },
  {
    id: 'detach-without-drain',
    area: 'domain-replace',
    history: 'Linux "iommu/vt-d: Add page request draining support", 5.8',
    wrong: 'A PASID is given back while its page requests are on their way.',
    source: 'Linux intel_drain_pasid_prq; 7.10',
    rules: ['domain-replace.page-requests.drain'],
    edits: [{ file: DRIVER, from: 'this.#clear(old, 0n, drains);', to: 'this.#clear(old, 0n, false);' }],
    smallest: program({ profile: drains, domains: [FIRST], devices: senders, requests: [attach(0), detach] }),
  },
  {
    id: 'released-entry-forgotten',
    area: 'domain-replace',
    history:
      'Linux 7.1 pasid.c: FPD is lost when P is cleared first, and unbind finds nothing to drain (M31)',
    wrong: 'Tables that are released leave no FPD, by which the detach would know that it has to drain.',
    source: 'Linux intel_pasid_tear_down_entry, fault_ignore',
    rules: ['domain-replace.page-requests.drain'],
    edits: [
      {
        file: DRIVER,
        from: '      this.#clear(old, RELEASED, false);\n      this.#released.add(old.key);',
        to: '      this.#clear(old, 0n, false);',
      },
    ],
    smallest: program({
      profile: drains,
      domains: [FIRST],
      devices: senders,
      requests: [attach(0), release(0), detach],
    }),
  },
  {
    id: 'detach-of-released-without-drain',
    area: 'domain-replace',
    history: 'Linux pasid.c: with P = 0 and FPD = 1 unbind has to drain all the same (M32)',
    wrong: 'A detach of what was released clears the entry and drains nothing.',
    source: 'Linux intel_pasid_tear_down_entry',
    rules: ['domain-replace.page-requests.drain'],
    edits: [{ file: DRIVER, from: '      if (drains) this.#dropDevice(false, true);\n', to: '' }],
    smallest: program({
      profile: drains,
      domains: [FIRST],
      devices: senders,
      requests: [attach(0), release(0), detach],
    }),
  },
];
