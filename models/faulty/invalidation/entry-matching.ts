/** Bugs of what context and PASID-cache invalidations drop (VT-d 6.5.2.1, 6.5.2.2). */

import type { InvalidationCase } from '../../../spec/schema.ts';
import type { BugOf } from '../bug.ts';
import { cell } from './cells.ts';
import {
  ALL_CONTEXTS,
  ALL_MAPPINGS,
  ALL_PASIDS,
  ask,
  at,
  CONTEXT,
  CONTEXT_OF_DEVICE,
  CONTEXT_OF_DOMAIN,
  complete,
  domain,
  ENTRY,
  forPasid,
  legacy,
  ONE_PASID,
  PASIDS_OF_DOMAIN,
  passing,
  passingEntry,
  ROOT,
  scalable,
  secondStage,
  store,
  TOP,
} from './streams.ts';

const EXECUTOR = 'invalidation/executor.ts';
const DROP = 'invalidation/drop.ts';

/** The way to the context entry goes, after a page has been asked for that is no longer in the IOTLB then. */
const contextGone = (invalidation: bigint): InvalidationCase =>
  scalable(
    passingEntry,
    {},
    ask({ address: 0x4000_0000n }),
    store(ROOT, 0n),
    complete([invalidation], [ALL_MAPPINGS]),
    ask(),
  );

export const entryMatchingBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'fix-incorrect-device-invalidate',
    area: 'invalidation',
    history: 'QEMU "fix incorrect device invalidate", 6cb99acc28, 2.8',
    wrong: 'FM of a device-selective invalidation names the bits that count, not those that do not.',
    source: '6.5.2.1, Table 21',
    rules: cell('context-device.context-legacy', 'context-device.context-scalable'),
    edits: [{ file: DROP, from: '& 0xffff & ~functionMask) === 0;', to: '& 0xffff & functionMask) === 0;' }],
    smallest: legacy(
      [],
      { memory: [at(CONTEXT + 16n, ...passing)] },
      ask({ sourceId: 1 }),
      store(CONTEXT + 16n, 0n),
      complete([CONTEXT_OF_DEVICE | (3n << 48n)], [ALL_MAPPINGS]),
      ask({ sourceId: 1, address: 0x4000_0000n }),
    ),
  },
  {
    id: 'function-mask-not-looked-at',
    area: 'invalidation',
    wrong: 'FM of a device-selective invalidation does not count.',
    source: '6.5.2.1, Table 21',
    rules: cell('context-device.context-legacy', 'context-device.context-scalable'),
    edits: [
      {
        file: EXECUTOR,
        from: 'functionMasks[functionMask] ?? 7);',
        to: 'functionMasks[functionMask & 0] ?? 7);',
      },
    ],
    smallest: legacy(
      [],
      { memory: [at(CONTEXT + 16n, ...passing)] },
      ask({ sourceId: 1 }),
      store(CONTEXT + 16n, 0n),
      complete([CONTEXT_OF_DEVICE | (3n << 48n)], [ALL_MAPPINGS]),
      ask({ sourceId: 1, address: 0x4000_0000n }),
    ),
  },
  {
    id: 'context-cache-by-domain-in-scalable-mode',
    area: 'invalidation',
    wrong:
      'A domain-selective context-cache invalidation looks for a domain that scalable entries do not have.',
    source: '6.5.2.1',
    rules: cell('context-domain.context-scalable'),
    edits: [
      {
        file: EXECUTOR,
        from: 'if (used === GLOBAL || (scalable && used === DOMAIN)) {',
        to: 'if (used === GLOBAL) {',
      },
    ],
    smallest: {
      ...scalable([], {}, ask(), store(CONTEXT, 0n), complete([CONTEXT_OF_DOMAIN | domain(1n)]), ask()),
      memory: [at(ROOT, CONTEXT | 1n), at(CONTEXT, 1n)],
    },
    others: [contextGone(CONTEXT_OF_DOMAIN | domain(1n))],
  },
  {
    id: 'context-cache-invalidation-does-nothing',
    area: 'invalidation',
    wrong: 'A global context-cache invalidation does nothing.',
    source: '6.5.2.1',
    // By domain in scalable mode is globally: no domain id is looked at.
    rules: cell('context-global.context', 'context-domain.context-scalable'),
    edits: [
      {
        file: EXECUTOR,
        from: '      this.#caches.entries.context.clear();\n      return GLOBAL;',
        to: '      return GLOBAL;',
      },
    ],
    smallest: legacy(
      passing,
      {},
      ask(),
      store(CONTEXT, 0n),
      complete([ALL_CONTEXTS], [ALL_MAPPINGS]),
      ask({ address: 0x4000_0000n }),
    ),
    others: [contextGone(CONTEXT_OF_DOMAIN)],
  },
  {
    id: 'pasid-cache-invalidation-does-nothing',
    area: 'invalidation',
    history: 'QEMU: P of PASID entries is not looked at behind a cached context entry, seen of 7.2 and 10.0',
    wrong: 'PASID-cache invalidations do nothing.',
    source: '6.5.2.2',
    rules: cell('pasid-global.pasid', 'pasid-domain.pasid', 'pasid-pasid.pasid'),
    edits: [
      {
        file: EXECUTOR,
        from: '    const { entries } = this.#caches;\n    const { unit,',
        to: '    if (this.#finest === FINEST) return;\n    const { entries } = this.#caches;\n    const { unit,',
      },
    ],
    smallest: scalable(
      passingEntry,
      {},
      ask(),
      store(ENTRY, 0n),
      complete([ALL_PASIDS], [ALL_MAPPINGS]),
      ask(),
    ),
    others: [
      scalable(
        passingEntry,
        { memory: [at(TOP, 0x4000_0081n)] },
        ask(),
        store(ENTRY, ...secondStage),
        complete([ALL_PASIDS], [ALL_MAPPINGS]),
        ask(),
      ),
    ],
  },
  {
    id: 'pasid-of-twelve-bits',
    area: 'invalidation',
    wrong: 'Of the PASID of a PASID-cache invalidation 12 bits count.',
    source: '6.5.2.2',
    rules: cell('pasid-pasid.pasid'),
    edits: [
      {
        file: EXECUTOR,
        from: 'this.#pasidCache(granularity, did, second & 0xf_ffff);',
        to: 'this.#pasidCache(granularity, did, second & 0xfff);',
      },
    ],
    smallest: {
      ...scalable(
        [],
        {},
        ask({ pasid: 0x1000 }),
        store(ENTRY, 0n),
        complete([ONE_PASID | forPasid(0x1000n)], [ALL_MAPPINGS]),
        ask({ pasid: 0x1000 }),
      ),
      // PASIDE, and the directory entry of this PASID.
      memory: [
        at(0x1000n, CONTEXT | 1n),
        at(CONTEXT, 0x3009n),
        at(0x3200n, ENTRY | 1n),
        at(ENTRY, ...passingEntry),
      ],
    },
    others: [
      {
        ...scalable(
          [],
          {},
          ask({ pasid: 0x1000 }),
          store(ENTRY, ...secondStage),
          complete([ONE_PASID | forPasid(0x1000n)], [ALL_MAPPINGS]),
          ask({ pasid: 0x1000 }),
        ),
        memory: [
          at(ROOT, CONTEXT | 1n),
          at(CONTEXT, 0x3009n),
          at(0x3200n, ENTRY | 1n),
          at(ENTRY, ...passingEntry),
          at(TOP, 0x4000_0081n),
        ],
      },
    ],
  },
  {
    id: 'another-pasid-is-dropped',
    area: 'invalidation',
    wrong: 'A PASID-selective PASID-cache invalidation drops the neighbour of what it names.',
    source: '6.5.2.2',
    rules: cell('pasid-pasid.pasid'),
    edits: [
      {
        file: EXECUTOR,
        from: 'this.#pasidCache(granularity, did, second & 0xf_ffff);',
        to: 'this.#pasidCache(granularity, did, (second & 0xf_ffff) ^ 1);',
      },
    ],
    smallest: scalable(
      passingEntry,
      {},
      ask(),
      store(ENTRY, 0n),
      complete([ONE_PASID], [ALL_MAPPINGS]),
      ask(),
    ),
  },
  {
    id: 'pasid-cache-domain-of-memory',
    area: 'invalidation',
    history: 'QEMU, posted form of the PASID cache: only the DID in memory is compared (M55)',
    wrong:
      'A PASID-cache invalidation of the domain that an entry had does not find it once memory says another one.',
    source: '6.5.2.2',
    rules: cell('pasid-domain.pasid', 'pasid-pasid.pasid'),
    edits: [
      {
        file: 'invalidation/pasid-synchronization.ts',
        from: '    if (!(did === undefined ? cache.isFilled(slot) : isPasidNamed(entries, slot, did, pasid))) continue;\n    if (locate(unit, rootHigh, rootLow, cache.tag(slot, 0), cache.tag(slot, 1))) {',
        to: '    if (!cache.isFilled(slot)) continue;\n    const isThere = locate(unit, rootHigh, rootLow, cache.tag(slot, 0), cache.tag(slot, 1));\n    if (did !== undefined && isThere && domainOf(memory.halves, found.at) !== did) continue;\n    if (isThere) {',
      },
    ],
    smallest: scalable(
      passingEntry,
      { memory: [at(TOP, 0n)] },
      ask(),
      store(ENTRY, TOP | 0x85n, 1n),
      complete([PASIDS_OF_DOMAIN], [ALL_MAPPINGS]),
      ask(),
    ),
  },
];
