/** Bugs of fields of which too few bits count: domain ids, PASIDs, address masks, and a root table that is not yet set. */
import type { BugOf } from '../bug.ts';
import { cell } from './cells.ts';
import {
  ALL_CONTEXTS,
  ask,
  at,
  complete,
  domain,
  ENTRY,
  forPasid,
  GIGABYTE,
  gigabyte,
  LOWER,
  legacy,
  MAPPINGS_OF_DOMAIN,
  MAPPINGS_OF_PASID,
  PAGE_OF_DOMAIN,
  passing,
  queueAlone,
  ROOT,
  read,
  scalable,
  store,
  submit,
  TABLE,
  TOP,
  TWO_MEGABYTES,
  threeLevels,
  unmapped,
  wideQueueAlone,
  write,
} from './streams.ts';

const CHECK = 'invalidation/descriptor-check.ts';
const EXECUTOR = 'invalidation/executor.ts';
const ENTRIES = 'invalidation/entry-caches.ts';
const REGISTERS = 'invalidation/registers.ts';
const FAR_TOP = 0xa000n;
/** PASIDE, and PDTS for 17 bits. */
const WIDE_PASIDS = 8n | (4n << 9n);
const WIDE_PASID = 0x1_0000n;

export const narrowFieldBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'most-invalidations-pending-refused',
    area: 'invalidation',
    wrong: 'MIP of a Device-TLB invalidation is taken for reserved bits.',
    source: '6.5.2.5',
    rules: ['invalidation.descriptor.device-tlb'],
    edits: [{ file: CHECK, from: '...[0x001f_000f, 0x0000_ffff', to: '...[0x0000_000f, 0x0000_ffff' }],
    smallest: queueAlone({ profile: 'legacy-48' }, submit([0x1_0003n]), read('FSTS')),
  },
  {
    id: 'device-tlb-of-every-pasid-refused',
    area: 'invalidation',
    wrong: 'GI of a PASID-based Device-TLB invalidation is taken for a reserved bit.',
    source: '6.5.2.6',
    rules: ['invalidation.descriptor.pasid-device-tlb'],
    edits: [
      {
        file: CHECK,
        from: '...[0xffff_01ff, 0x000f_ffff, 0xffff_f801',
        to: '...[0xffff_01ff, 0x000f_ffff, 0xffff_f800',
      },
    ],
    smallest: wideQueueAlone({}, submit([8n, 1n]), read('FSTS')),
  },
  {
    id: 'address-mask-of-four-bits',
    area: 'invalidation',
    wrong: 'Of AM of an IOTLB invalidation 4 bits count.',
    source: '6.5.2.3',
    rules: cell(...['iotlb-second-stage', 'second-stage'].map((cache) => `iotlb-page.${cache}`)),
    edits: [
      { file: EXECUTOR, from: 'const mask = addressLow & 0x3f;', to: 'const mask = addressLow & 0xf;' },
    ],
    smallest: legacy(
      passing,
      {},
      ask(),
      store(ROOT, 0n),
      complete([ALL_CONTEXTS], [PAGE_OF_DOMAIN, 0x1010n]),
      ask(),
    ),
    others: [
      legacy(
        threeLevels,
        { memory: [at(TOP, LOWER | 1n), at(LOWER, 0x81n)] },
        ask(),
        unmapped,
        complete([PAGE_OF_DOMAIN, 0x20_0010n]),
        ask(),
      ),
      legacy(
        threeLevels,
        { memory: [at(TOP, LOWER | TABLE), at(LOWER, TWO_MEGABYTES)] },
        ask(),
        store(TOP, LOWER | 1n),
        complete([PAGE_OF_DOMAIN, 0x20_0010n]),
        ask(),
      ),
    ],
  },
  {
    id: 'cached-domain-of-twelve-bits',
    area: 'invalidation',
    wrong: 'Of the DID of a PASID table entry 12 bits are kept.',
    source: '9.6, DID',
    rules: cell(
      ...['iotlb-second-stage', 'iotlb-first-stage', 'second-stage', 'first-stage', 'combined'].flatMap(
        (cache) => [`iotlb-domain.${cache}`, `iotlb-page.${cache}`],
      ),
      ...['iotlb-second-stage', 'iotlb-first-stage', 'first-stage', 'combined'].flatMap((cache) => [
        `pasid-iotlb-pasid.${cache}`,
        `pasid-iotlb-page.${cache}`,
      ]),
      ...['pasid-domain.pasid', 'pasid-pasid.pasid'],
    ),
    edits: [
      {
        file: ENTRIES,
        from: 'return (halves[at + 2] as number) & 0xffff;',
        to: 'return (halves[at + 2] as number) & 0xfff;',
      },
    ],
    smallest: scalable(
      [TOP | 0x85n, 0x1000n],
      gigabyte,
      ask(),
      unmapped,
      complete([MAPPINGS_OF_DOMAIN | domain(0x1000n)]),
      ask(),
    ),
  },
  {
    id: 'pasid-of-sixteen-bits',
    area: 'invalidation',
    wrong: 'Of the PASID of a PASID-based IOTLB invalidation 16 bits count.',
    source: '6.5.2.4',
    rules: cell(
      ...['iotlb-second-stage', 'iotlb-first-stage', 'first-stage', 'combined'].flatMap((cache) => [
        `pasid-iotlb-pasid.${cache}`,
        `pasid-iotlb-page.${cache}`,
      ]),
    ),
    edits: [
      {
        file: EXECUTOR,
        from: 'this.#pasidIotlb(granularity, did, second & 0xf_ffff,',
        to: 'this.#pasidIotlb(granularity, did, second & 0xffff,',
      },
    ],
    smallest: scalable(
      [],
      {
        flags: WIDE_PASIDS,
        memory: [
          at(ENTRY, FAR_TOP | 0x85n),
          // The directory entry of this PASID.
          at(TOP, ENTRY | 1n),
          at(FAR_TOP, GIGABYTE),
        ],
      },
      ask({ pasid: Number(WIDE_PASID) }),
      store(FAR_TOP, 0n),
      complete([MAPPINGS_OF_PASID | forPasid(WIDE_PASID)]),
      ask({ pasid: Number(WIDE_PASID) }),
    ),
  },
  {
    id: 'root-table-reads-as-latched',
    area: 'invalidation',
    wrong: 'RTADDR reads as SRTP latched it, not as it was written.',
    source: '11.4.5',
    rules: ['invalidation.register.root-table'],
    edits: [
      {
        file: REGISTERS,
        from: 'return join(this.#rootHigh, this.#rootLow);',
        to: 'return join(this.#state.rootHigh, this.#state.rootLow);',
      },
    ],
    smallest: queueAlone({}, write('RTADDR', 0x1000n), read('RTADDR')),
  },
];
