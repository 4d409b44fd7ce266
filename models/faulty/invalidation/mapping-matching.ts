/** Bugs of what IOTLB invalidations by domain drop: the match table of VT-d 6.5.2.3. */
import type { BugOf } from '../bug.ts';
import { cell } from './cells.ts';
import {
  ALL_CONTEXTS,
  ask,
  at,
  complete,
  domain,
  firstStage,
  firstStageGigabyte,
  gigabyte,
  goneFurtherOn,
  LOWER,
  legacy,
  MAPPINGS_OF_DOMAIN,
  PAGE_OF_DOMAIN,
  PAGE_OF_PASID,
  passing,
  ROOT,
  scalable,
  store,
  TABLE,
  TOP,
  TWO_MEGABYTES,
  threeLevels,
  unmapped,
} from './streams.ts';

const EXECUTOR = 'invalidation/executor.ts';
const DROP = 'invalidation/drop.ts';
const ofPasids = [
  ...['iotlb-second-stage', 'iotlb-first-stage', 'first-stage', 'combined'].map(
    (cache) => `pasid-iotlb-pasid.${cache}`,
  ),
  ...['iotlb-first-stage', 'first-stage', 'combined'].map((cache) => `pasid-iotlb-page.${cache}`),
];
/** What is looked for by domain: whichever invalidation comes first. */
const ofDomains = cell(
  ...['iotlb-second-stage', 'iotlb-first-stage', 'second-stage', 'first-stage', 'combined'].flatMap(
    (cache) => [`iotlb-domain.${cache}`, `iotlb-page.${cache}`],
  ),
  ...ofPasids,
  'context-domain.context-legacy',
  'context-device.context-legacy',
  'pasid-domain.pasid',
  'pasid-pasid.pasid',
);

export const mappingMatchingBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'domain-invalidation-does-nothing',
    area: 'invalidation',
    wrong: 'Domain-selective IOTLB invalidations do nothing.',
    source: '6.5.2.3, Table 23',
    rules: cell(
      'iotlb-domain.iotlb-second-stage',
      'iotlb-domain.iotlb-first-stage',
      'iotlb-domain.second-stage',
    ),
    edits: [
      {
        file: EXECUTOR,
        from: 'else if (used === DOMAIN) dropDomain(this.#caches, did);',
        to: 'else if (used === DOMAIN) return used;',
      },
    ],
    smallest: legacy(
      passing,
      {},
      ask(),
      store(ROOT, 0n),
      complete([ALL_CONTEXTS], [MAPPINGS_OF_DOMAIN]),
      ask(),
    ),
  },
  {
    id: 'domain-of-eight-bits',
    area: 'invalidation',
    wrong: 'Of the DID of a descriptor 8 bits count.',
    source: '6.5.2.3',
    rules: ofDomains,
    edits: [
      {
        file: EXECUTOR,
        from: 'const did = (low >>> 16) & this.#state.capabilities.domainMask;',
        to: 'const did = (low >>> 16) & this.#state.capabilities.domainMask & 0xff;',
      },
    ],
    smallest: legacy(
      [TOP | 1n, 0x1_0001n],
      gigabyte,
      ask(),
      unmapped,
      complete([MAPPINGS_OF_DOMAIN | domain(0x100n)]),
      ask(),
    ),
    others: [
      scalable(
        [0x41n, 0x100n, TOP],
        firstStageGigabyte,
        ask(),
        store(TOP, 0n),
        complete([PAGE_OF_PASID | domain(0x100n)]),
        ask(),
      ),
      legacy(
        [TOP | 1n, 0x1_0001n],
        { memory: [at(TOP, LOWER | TABLE), at(LOWER, TWO_MEGABYTES)] },
        ask(),
        store(TOP, LOWER | 1n),
        complete([MAPPINGS_OF_DOMAIN | domain(0x100n)]),
        ask(),
      ),
    ],
  },
  {
    id: 'domain-bits-above-nd',
    area: 'invalidation',
    wrong: 'Bits of DID above the width that ND gives are compared.',
    source: '6.5.2.3, 11.4.2 (ND)',
    rules: ['invalidation.descriptor.domain-width'],
    edits: [
      {
        file: EXECUTOR,
        from: 'const did = (low >>> 16) & this.#state.capabilities.domainMask;',
        to: 'const did = low >>> 16;',
      },
    ],
    smallest: legacy(
      [TOP | 1n, 2n],
      {
        profile: 'legacy-small',
        memory: [
          at(TOP, LOWER | TABLE),
          at(LOWER, 0x7000n | TABLE),
          at(0x7000n, 0xa000n | TABLE),
          at(0xa000n, TABLE),
        ],
      },
      ask(),
      unmapped,
      complete([MAPPINGS_OF_DOMAIN | domain(0x10n)]),
      ask(),
    ),
  },
  {
    id: 'address-bits-above-mgaw',
    area: 'invalidation',
    history: 'QEMU: ADDR is compared with all its bits, seen of 7.2 and 10.0',
    wrong: 'Bits of ADDR above MGAW are compared.',
    source: '6.5.2.3',
    rules: ['invalidation.descriptor.address-width'],
    edits: [
      {
        file: EXECUTOR,
        from: 'this.#rangeOf(high & this.#state.capabilities.guestHigh, low, mask)',
        to: 'this.#rangeOf(high, low, mask)',
      },
    ],
    smallest: legacy(threeLevels, gigabyte, ask(), unmapped, complete([PAGE_OF_DOMAIN, 1n << 63n]), ask()),
  },
  {
    id: 'address-mask-not-looked-at',
    area: 'invalidation',
    wrong: 'A page-selective invalidation drops one page of 4 KiB whatever AM says.',
    source: '6.5.2.3, Table 22',
    rules: cell(
      'iotlb-page.iotlb-second-stage',
      'iotlb-page.second-stage',
      'pasid-iotlb-page.iotlb-first-stage',
      'pasid-iotlb-page.first-stage',
      'pasid-iotlb-page.combined',
      'host-permission-page.host-permission-leaf',
      'host-permission-page.host-permission',
    ),
    edits: [
      { file: EXECUTOR, from: 'this.#range.bits = 12 + mask;', to: 'this.#range.bits = mask - mask + 12;' },
    ],
    smallest: goneFurtherOn(10n),
  },
  {
    id: 'hint-taken-the-wrong-way-round',
    area: 'invalidation',
    wrong: 'Second-stage structure caches are dropped with IH=1 and kept with IH=0.',
    source: '6.5.2.3, Table 23',
    rules: [...cell('iotlb-page.second-stage'), 'invalidation.event.page-request.second-stage'],
    edits: [
      {
        file: DROP,
        from: '  if (!hint) dropStructures(structures.secondStage,',
        to: '  if (hint) dropStructures(structures.secondStage,',
      },
    ],
    smallest: legacy(
      threeLevels,
      { memory: [at(TOP, LOWER | TABLE), at(LOWER, TWO_MEGABYTES)] },
      ask(),
      unmapped,
      complete([PAGE_OF_DOMAIN]),
      ask(),
    ),
  },
  {
    id: 'first-stage-structures-kept-by-domain',
    area: 'invalidation',
    wrong: 'Domain-selective invalidations leave first-stage structure caches alone.',
    source: '6.5.2.3, Table 23',
    // A page request of a nested entry drops the same (Table 27).
    rules: [...cell('iotlb-domain.first-stage'), 'invalidation.event.page-request.nested'],
    edits: [
      {
        file: DROP,
        from: '  dropStructures(structures.firstStage, did);\n  dropStructures(structures.combined, did);\n  dropStructures(structures.secondStage, did);',
        to: '  dropStructures(structures.combined, did);\n  dropStructures(structures.secondStage, did);',
      },
    ],
    smallest: scalable(
      firstStage,
      firstStageGigabyte,
      ask(),
      unmapped,
      complete([MAPPINGS_OF_DOMAIN]),
      ask(),
    ),
  },
  {
    id: 'first-stage-dropped-by-page',
    area: 'invalidation',
    history: 'Linux "Flush piotlb for SVM and Nested domain": the same, believed by a driver (M41)',
    wrong: 'A page-selective invalidation of a domain drops first-stage mappings of that page alone.',
    source: '6.5.2.3, Table 23',
    rules: cell('iotlb-page.iotlb-first-stage'),
    edits: [
      {
        file: DROP,
        from: 'if (isFirstStage(iotlb, slot) || isPageIn(iotlb, slot, range)) iotlb.drop(slot);',
        to: 'if (isPageIn(iotlb, slot, range)) iotlb.drop(slot);',
      },
    ],
    smallest: scalable(
      firstStage,
      firstStageGigabyte,
      ask(),
      store(LOWER, 0n),
      complete([PAGE_OF_DOMAIN, 1n << 40n]),
      ask(),
    ),
  },
];
