/** Bugs of domain ids: whom they stand for, and whether they are clean. */
import type { BugOf } from '../bug.ts';
import { attach, detach, FIRST, OTHER_SECOND, program, release, SECOND, unit } from './programs.ts';

const DRIVER = 'domain-replace.ts';
const PLACES = 15;

/** Domain 0 for each of so many PASIDs. */
const attachAll = (count: number) =>
  Array.from({ length: count }, (_, index) => attach(0, { pasid: index + 1 }));

export const domainIdBugs: readonly BugOf<'domain-replace'>[] = [
  {
    id: 'pasid-iotlb-of-second-stage',
    area: 'domain-replace',
    history: 'Linux, list archive 02e4f295d: nested and second-stage entries are dropped by domain (M21)',
    wrong: 'A second stage is dropped by its PASID alone, and its structures serve the next owner of its id.',
    source: 'Linux drivers/iommu/intel/pasid.c; 6.5.2.4, Table 24',
    rules: ['domain-replace.did.clean', 'domain-replace.iotlb'],
    edits: [
      {
        file: DRIVER,
        from: 'this.#invalidate(isFirst ? 0x26n | domain | (this.#pasid << 32n) : 0xe2n | domain, 0n);',
        to: 'this.#invalidate(0x26n | domain | (this.#pasid << 32n), 0n);',
      },
    ],
    smallest: program({ domains: [SECOND, OTHER_SECOND], requests: [attach(0), detach, attach(1)] }),
  },
  {
    id: 'domain-id-of-context-entry',
    area: 'domain-replace',
    history:
      'Linux, list archive 6e6759d71: in scalable mode the domain id is in the PASID table entry (M25)',
    wrong: 'The IOTLB is invalidated under the domain id of the context entry, which is 0.',
    source: 'Linux drivers/iommu/intel/iommu.c',
    rules: ['domain-replace.iotlb', 'domain-replace.did.clean'],
    edits: [{ file: DRIVER, from: 'const domain = BigInt(did) << 16n;', to: 'const domain = 0n;' }],
    smallest: program({ domains: [SECOND], requests: [attach(0), detach] }),
  },
  {
    id: 'domain-id-zero',
    area: 'domain-replace',
    wrong: 'The first domain gets id 0, which tags cached faults with CM.',
    source: '6.2.3.1; Linux drivers/iommu/intel/iommu.h',
    rules: ['domain-replace.did.zero'],
    edits: [{ file: DRIVER, from: '#next = 1;', to: '#next = 0;' }],
    smallest: program({ profile: unit('nested-48', { CM: 1 }), domains: [SECOND], requests: [attach(0)] }),
  },
  {
    id: 'one-domain-id-for-all',
    area: 'domain-replace',
    wrong: 'The default id of first stages and pass-through is given to second stages too.',
    source: '6.2.3.1; Linux FLPT_DEFAULT_DID',
    rules: [
      'domain-replace.did.clean',
      'domain-replace.did.class',
      'domain-replace.did.second-stage',
      'domain-replace.did.pasid',
    ],
    edits: [
      { file: DRIVER, from: 'undefined : this.#next++;', to: 'undefined : 1;' },
      {
        file: DRIVER,
        from: 'if (old.did === entry.did) {',
        to: "if (old.kind === 'first-stage' && old.kind === entry.kind) {",
      },
    ],
    smallest: program({
      domains: [SECOND, FIRST],
      devices: [{ ats: false }, { ats: false }],
      requests: [attach(0), attach(1, { device: 1 })],
    }),
  },
  {
    id: 'domain-ids-that-run-out',
    area: 'domain-replace',
    wrong: 'When no id is left the last one is given to one more.',
    source: 'Linux drivers/iommu/intel/iommu.c: ENOSPC',
    rules: [
      ...['domain-replace.did.exhausted', 'domain-replace.did.class'],
      ...['domain-replace.did.second-stage', 'domain-replace.did.pasid'],
      // What has the id already that it is given now is changed as one changes a table of the same domain.
      'domain-replace.entry.domain',
    ],
    edits: [
      {
        file: DRIVER,
        from: 'return this.#next > this.#last ? undefined :',
        to: 'return this.#next > this.#last ? this.#last :',
      },
    ],
    smallest: program({
      profile: unit('nested-48', { ND: 0 }),
      domains: [SECOND, FIRST],
      requests: Array.from({ length: PLACES + 1 }, (_, index) =>
        attach(index === PLACES ? 1 : 0, { pasid: index + 1 }),
      ),
    }),
  },
  {
    id: 'domain-id-of-a-released-place',
    area: 'domain-replace',
    wrong:
      'The id of a place whose tables were released is never given back, also when the place is detached.',
    source: 'Linux drivers/iommu/intel/iommu.c: domain_id_free; 11.4.2 (ND)',
    rules: ['domain-replace.failure.served'],
    edits: [
      {
        file: DRIVER,
        from: 'this.#released.add(old.key);\n      this.#forget(old);',
        to: 'this.#released.add(old.key);\n      this.#entries.delete(old.key);',
      },
    ],
    smallest: program({
      profile: unit('nested-48', { ND: 0 }),
      domains: [FIRST],
      requests: [...attachAll(8), release(0), ...attachAll(8)],
    }),
  },
  {
    id: 'domain-id-of-a-replaced-domain',
    area: 'domain-replace',
    wrong: 'The id of a place is lost when the place changes to a domain with another id.',
    source: 'Linux drivers/iommu/intel/iommu.c: domain_id_free; 11.4.2 (ND)',
    rules: ['domain-replace.failure.served'],
    edits: [{ file: DRIVER, from: 'if (!isKept) this.#free.push(old.did);', to: '' }],
    smallest: program({
      profile: unit('nested-48', { ND: 0 }),
      domains: [SECOND, OTHER_SECOND],
      requests: Array.from({ length: PLACES + 1 }, (_, index) => attach(index % 2)),
    }),
  },
];
