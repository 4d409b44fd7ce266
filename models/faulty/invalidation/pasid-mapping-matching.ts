/** Bugs of what IOTLB invalidations by PASID drop: the match table of VT-d 6.5.2.4. */
import type { BugOf } from '../bug.ts';
import { cell } from './cells.ts';
import {
  ask,
  complete,
  firstStage,
  firstStageGigabyte,
  gigabyte,
  LOWER,
  MAPPINGS_OF_PASID,
  PAGE_OF_PASID,
  scalable,
  secondStage,
  store,
  unmapped,
} from './streams.ts';

const DROP = 'invalidation/drop.ts';
const EXECUTOR = 'invalidation/executor.ts';
const MAPPINGS_KEPT = cell(
  'pasid-iotlb-pasid.iotlb-second-stage',
  'pasid-iotlb-pasid.iotlb-first-stage',
  'pasid-iotlb-pasid.first-stage',
  'pasid-iotlb-pasid.combined',
);

export const pasidMappingMatchingBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'process-pasid-based-iotlb-invalidation',
    area: 'invalidation',
    history: 'QEMU "Process PASID-based iotlb invalidation", 6ebe6cf2a0, 10.0',
    wrong: 'Page-selective PASID-based IOTLB invalidations do nothing.',
    source: '6.5.2.4, Table 24',
    rules: cell('pasid-iotlb-page.iotlb-first-stage', 'pasid-iotlb-page.first-stage'),
    edits: [
      {
        file: EXECUTOR,
        from: '    else dropPasidPages(this.#caches, did, pasid, this.#rangeOf(high, low, low & 0x3f), (low & 0x40) !== 0);',
        to: '',
      },
    ],
    smallest: scalable(
      firstStage,
      firstStageGigabyte,
      ask(),
      store(LOWER, 0n),
      complete([PAGE_OF_PASID]),
      ask(),
    ),
  },
  {
    id: 'pasid-based-iotlb-invalidation-does-nothing',
    area: 'invalidation',
    history: 'QEMU before 10.0: type 6 is taken and does nothing, seen of 7.2',
    wrong: 'PASID-selective PASID-based IOTLB invalidations do nothing.',
    source: '6.5.2.4, Table 24',
    rules: MAPPINGS_KEPT,
    edits: [
      {
        file: EXECUTOR,
        from: 'else if (granularity === 2) dropPasid(this.#caches, did, pasid);',
        to: 'else if (granularity === 2) return;',
      },
    ],
    smallest: scalable(secondStage, gigabyte, ask(), unmapped, complete([MAPPINGS_OF_PASID]), ask()),
  },
  {
    id: 'hint-of-pasid-pages-not-looked-at',
    area: 'invalidation',
    wrong:
      'First-stage structure caches are kept by page-selective PASID-based invalidations whatever IH says.',
    source: '6.5.2.4, Table 24',
    rules: cell('pasid-iotlb-page.first-stage'),
    edits: [{ file: DROP, from: '  if (hint) return;', to: '  if (hint || range.bits > 0) return;' }],
    smallest: scalable(firstStage, firstStageGigabyte, ask(), unmapped, complete([PAGE_OF_PASID]), ask()),
  },
  {
    id: 'pasid-selective-taken-for-page-zero',
    area: 'invalidation',
    wrong: 'A PASID-selective invalidation is taken for one of the page at address 0.',
    source: '6.5.2.4, Table 24',
    rules: MAPPINGS_KEPT,
    edits: [
      {
        file: EXECUTOR,
        from: 'else if (granularity === 2) dropPasid(this.#caches, did, pasid);',
        to: 'else if (granularity === 4) dropPasid(this.#caches, did, pasid);',
      },
    ],
    smallest: scalable(secondStage, gigabyte, ask(), unmapped, complete([MAPPINGS_OF_PASID]), ask()),
  },
];
