import { describe, expect, test } from 'vitest';
import {
  answers,
  ask,
  at,
  cc,
  complete,
  FAR,
  io,
  legacyContext,
  NEIGHBOUR,
  NEW,
  OLD,
  optionsAfter,
  PAGE,
  PASID,
  pasidEntry,
  pc,
  pio,
  store,
  submit,
  type World,
} from './hand-made.fixture.ts';

const legacy: World = { type: 'legacy' };
const second: World = { type: 'second-stage' };
const first: World = { type: 'first-stage' };
const nested: World = { type: 'nested' };
const leaf = at.second[2] as bigint;
const toNew = store(leaf, NEW | 3n);

describe('a page that was moved', () => {
  test('is found where it was or where it is, as long as nothing was invalidated', () => {
    expect(answers(legacy, toNew, ask())).toEqual([NEW, OLD]);
    expect(answers(second, toNew, ask())).toEqual([NEW, OLD]);
    expect(answers(first, store(at.first[3] as bigint, NEW | 0x67n), ask())).toEqual([NEW, OLD]);
  });

  test('is found where it is after an invalidation and its wait', () => {
    for (const world of [legacy, second]) {
      expect(answers(world, toNew, complete(io('page')), ask())).toEqual([NEW]);
      expect(answers(world, toNew, complete(io('domain')), ask())).toEqual([NEW]);
      expect(answers(world, toNew, complete(io('global')), ask())).toEqual([NEW]);
    }
  });

  test('is found at both places while no wait has completed', () => {
    expect(answers(legacy, toNew, submit(io('global')), ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, toNew, submit(io('global')), complete(), ask())).toEqual([NEW]);
  });

  test('is found where it was if the invalidation came before the store', () => {
    expect(answers(legacy, complete(io('global')), toNew, ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, submit(io('global')), toNew, complete(), ask())).toEqual([NEW, OLD]);
  });

  test('is found at all places that it was ever moved to', () => {
    const again = store(leaf, 0x30_0000n | 3n);
    expect(answers(legacy, toNew, again, ask())).toEqual([0x30_0000n, OLD, NEW]);
    expect(answers(legacy, toNew, again, complete(io('page')), ask())).toEqual([0x30_0000n]);
  });

  test('stays where it was for another domain, page or PASID that was invalidated', () => {
    expect(answers(legacy, toNew, complete(io('domain', { did: 6 })), ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, toNew, complete(io('page', { address: NEIGHBOUR })), ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, toNew, complete(io('page', { address: NEIGHBOUR, mask: 1 })), ask())).toEqual([
      NEW,
      OLD,
    ]);
    expect(answers(legacy, toNew, complete(io('page', { address: NEIGHBOUR, mask: 2 })), ask())).toEqual([
      NEW,
    ]);
    const moved = store(at.first[3] as bigint, NEW | 0x67n);
    expect(answers(first, moved, complete(pio('pasid', { pasid: 6 })), ask())).toEqual([NEW, OLD]);
    expect(answers(first, moved, complete(pio('page', { address: NEIGHBOUR })), ask())).toEqual([NEW, OLD]);
    expect(answers(first, moved, complete(pio('page')), ask())).toEqual([NEW]);
  });

  test('is no longer found where it was under first stage when any page of its domain was invalidated', () => {
    const moved = store(at.first[3] as bigint, NEW | 0x67n);
    expect(answers(first, moved, complete(io('page', { address: FAR })), ask())).toEqual([NEW]);
  });

  test('stays where it was under second stage when pages of its PASID were invalidated', () => {
    expect(answers(second, toNew, complete(pio('page')), ask())).toEqual([NEW, OLD]);
    expect(answers(second, toNew, complete(pio('pasid')), ask())).toEqual([NEW]);
  });

  test('is not found where it was by what the context cache or the PASID-cache hold', () => {
    const drop = complete(cc('global'), pc('global'));
    expect(answers(second, toNew, drop, ask())).toEqual([NEW, OLD]);
  });
});

describe('a page that was unmapped', () => {
  test('is translated or not', () => {
    expect(answers(legacy, store(leaf, 0n), ask())).toEqual(['LGN.3', OLD]);
    expect(answers(second, store(leaf, 0n), ask())).toEqual(['SSS.2', OLD]);
  });

  test('is not remembered as unmapped with CM clear', () => {
    const steps = [store(leaf, 0n), complete(io('page')), store(leaf, NEW | 3n), ask()];
    expect(answers(second, ...steps)).toEqual([NEW]);
  });

  test('may be remembered as unmapped with CM set, until it is invalidated', () => {
    const caching: World = { type: 'second-stage', capabilities: { CM: 1 } };
    const steps = [store(leaf, 0n), complete(io('page')), store(leaf, NEW | 3n)];
    expect(answers(caching, ...steps, ask())).toEqual([NEW, 'SSS.2']);
    expect(answers(caching, ...steps, complete(io('page')), ask())).toEqual([NEW]);
  });

  test('of first stage is never remembered as unmapped', () => {
    const caching: World = { type: 'first-stage', capabilities: { CM: 1 } };
    const page = at.first[3] as bigint;
    const steps = [store(page, 0n), complete(pio('page')), store(page, NEW | 0x67n), ask()];
    expect(answers(caching, ...steps)).toEqual([NEW]);
  });
});

describe('paging-structure caches', () => {
  const table = store(at.second[1] as bigint, (at.otherSecond + 0x2000n) | 3n);

  test('lead to a table that is not used any more, for every page below', () => {
    expect(answers(legacy, table, ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, table, complete(io('page', { hint: true })), ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, table, complete(io('page')), ask())).toEqual([NEW]);
  });

  test('give a translation of a page that was first mapped there later', () => {
    const late = store(at.secondNeighbour, 0x30_0000n | 3n);
    const steps = [table, complete(io('page', { hint: true })), late];
    expect(answers(legacy, ...steps, ask({ address: NEIGHBOUR }))).toContain(0x30_0000n);
  });

  test('of second stage are left alone by invalidations of a PASID (D16)', () => {
    expect(answers(second, table, complete(pio('pasid')), ask())).toEqual([NEW, OLD]);
    expect(answers(second, table, complete(io('domain')), ask())).toEqual([NEW]);
    const moved = store(at.pasid, ...pasidEntry('second-stage', { second: at.otherSecond }).slice(0, 2));
    expect(answers(second, moved, complete(pc('pasid'), pio('pasid')), ask())).toEqual([NEW, OLD]);
    expect(answers(second, moved, complete(pc('pasid'), io('domain')), ask())).toEqual([NEW]);
  });

  test('of first stage are left alone under IH', () => {
    const moved = store(at.first[2] as bigint, (at.otherFirst + 0x3000n) | 0x67n);
    expect(answers(first, moved, complete(pio('page', { hint: true })), ask())).toEqual([NEW, OLD]);
    expect(answers(first, moved, complete(pio('page')), ask())).toEqual([NEW]);
  });

  test('under nesting keep where a first-stage table lies in host memory', () => {
    // The guest page of the first-stage table of level 1 moves to the one that leads to another page.
    const tablePage = 0x7000n + 8n * 0xbn;
    const moved = store(tablePage, (at.otherFirst + 0x3000n) | 3n);
    const drop = complete(pio('page', { hint: true }));
    expect(answers(nested, moved, ask())).toEqual([OLD + 0x1000n, OLD]);
    expect(answers(nested, moved, drop, ask())).toEqual([OLD + 0x1000n, OLD]);
    expect(answers(nested, moved, complete(io('domain')), ask())).toEqual([OLD + 0x1000n]);
    // Another table of the guest: neither memory nor pages of second stage lead to the old one any more.
    const other = store(at.first[2] as bigint, (at.otherFirst + 0x3000n) | 0x67n);
    expect(answers(nested, moved, other, complete(pio('page')), ask())).not.toContain(OLD);
  });

  test('under nesting may come with pages of second stage, which only IOTLB invalidations drop', () => {
    const steps = [toNew, complete(pio('page'), pio('pasid'))];
    expect(answers(nested, ...steps, ask())).toEqual([NEW, OLD]);
    expect(answers(nested, ...steps, complete(io('page', { address: FAR })), ask())).toEqual([NEW, OLD]);
    for (const drop of [io('page'), io('page', { hint: true }), io('domain'), io('global')]) {
      expect(answers(nested, ...steps, complete(drop), ask())).toEqual([NEW]);
    }
    expect(answers(second, ...steps, ask())).toEqual([NEW]);
  });

  test('that came from nested walks serve nested ones alone, though PGTT 010 has the same domain', () => {
    // PASID 6, of second stage alone and in the same domain and tables.
    const other = at.pasid - 64n;
    const words = Object.fromEntries(
      pasidEntry('second-stage').map((word, index) => [String(other + 8n * BigInt(index)), word]),
    );
    const both = complete(pio('pasid'), pio('pasid', { pasid: 6 }));
    const shared: World = { ...nested, words };
    expect(answers(shared, ask(), toNew, both, ask())).toEqual([NEW, OLD]);
    expect(answers(shared, ask(), toNew, both, ask({ pasid: 6 }))).toEqual([NEW]);
    // The nested walk comes by that page after the change alone, and before it that of PASID 6 does.
    const elsewhere: World = { ...nested, words: { ...words, [String(at.first[3])]: NEIGHBOUR | 0x67n } };
    const steps = [ask({ pasid: 6 }), toNew, store(at.first[3] as bigint, PAGE | 0x67n), both];
    expect(answers(elsewhere, ...steps, ask())).toEqual([NEW]);
  });
});

describe('context and PASID entries', () => {
  test('that were changed are used until their caches and the IOTLB are invalidated, in this order', () => {
    const moved = store(at.context, ...legacyContext({ top: at.otherSecond, did: 6 }));
    expect(answers(legacy, moved, ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, moved, complete(cc('device')), ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, moved, complete(io('domain')), ask())).toEqual([NEW, OLD]);
    expect(answers(legacy, moved, complete(cc('device'), io('domain')), ask())).toEqual([NEW]);
    expect(answers(legacy, moved, complete(io('domain'), cc('device')), ask())).toEqual([NEW, OLD]);
  });

  test('fill the IOTLB as long as the invalidation of their cache may not be executed yet', () => {
    const moved = store(at.context, ...legacyContext({ top: at.otherSecond, did: 6 }));
    const late = 0x30_0000n;
    const steps = [moved, submit(cc('device')), store(leaf, late | 3n), complete()];
    expect(answers(legacy, ...steps, ask())).toEqual([NEW, OLD, late]);
    expect(answers(legacy, ...steps, complete(io('domain')), ask())).toEqual([NEW]);
    // In order, none can be filled between the two.
    const ordered = [moved, submit(cc('device'), io('domain')), store(leaf, late | 3n), complete()];
    expect(answers(legacy, ...ordered, ask())).toEqual([NEW]);
  });

  test('are found by the domain that they had', () => {
    const moved = store(at.context, ...legacyContext({ top: at.otherSecond, did: 6 }));
    const wrong = complete(cc('domain', 6), io('domain', { did: 6 }));
    expect(answers(legacy, moved, wrong, ask())).toEqual([NEW, OLD]);
  });

  test('that lead elsewhere fill the IOTLB until the PASID-cache is invalidated', () => {
    const moved = store(
      at.pasid,
      ...pasidEntry('second-stage', { second: at.otherSecond, did: 6 }).slice(0, 2),
    );
    expect(answers(second, moved, complete(io('domain'), pc('pasid')), ask())).toEqual([NEW, OLD]);
    expect(answers(second, moved, complete(pc('pasid'), io('domain')), ask())).toEqual([NEW]);
    expect(answers(second, moved, complete(pc('domain'), io('global')), ask())).toEqual([NEW]);
    expect(answers(second, moved, complete(pc('pasid', { pasid: 6 }), io('global')), ask())).toEqual([
      NEW,
      OLD,
    ]);
  });

  test('are not remembered as absent with CM clear, and may be with CM set', () => {
    const away = [store(at.pasid, 0n), complete(pc('global'), io('global'))];
    const back = store(at.pasid, pasidEntry('second-stage')[0] as bigint);
    expect(answers(second, ...away, back, ask())).toEqual([OLD]);
    const caching: World = { type: 'second-stage', capabilities: { CM: 1 } };
    expect(answers(caching, ...away, back, ask())).toEqual([OLD, 'SPT.2']);
    // D17: the entry has DID 0.
    expect(answers(caching, ...away, back, complete(pc('domain')), ask())).toEqual([OLD, 'SPT.2']);
    expect(answers(caching, ...away, back, complete(pc('domain', { did: 0 })), ask())).toEqual([OLD]);
    expect(answers(caching, ...away, back, complete(pc('global')), ask())).toEqual([OLD]);
  });

  test('of scalable mode are found by the device whatever domain is given', () => {
    const away = store(at.context, 0n);
    expect(answers(second, away, complete(cc('domain', 77)), ask())).toEqual(['SCT.2', OLD]);
    const all = complete(cc('device', 77), pc('global'), io('global'));
    expect(answers(second, away, all, ask())).toEqual(['SCT.2']);
    const other = complete(cc('device', 77, 8), pc('global'), io('global'));
    expect(answers(second, away, other, ask())).toEqual(['SCT.2', OLD]);
  });
});

describe('a large page', () => {
  const large: World = { type: 'legacy', words: { [String(at.second[1])]: 0x80_0083n } };
  const change = store(at.second[1] as bigint, 0xa0_0083n);

  test('may be kept in pieces, which an invalidation of one page leaves', () => {
    expect(answers(large, change, complete(io('page', { address: NEIGHBOUR })), ask())).toEqual([
      0xa0_5000n,
      0x80_5000n,
    ]);
    expect(answers(large, change, complete(io('page')), ask())).toEqual([0xa0_5000n]);
    expect(answers(large, change, complete(io('page', { mask: 9 })), ask())).toEqual([0xa0_5000n]);
  });
});

describe('requests with and without PASID', () => {
  test('may share what was kept for the PASID that stands for none (D15, D20)', () => {
    const own = { pasid: PASID };
    expect(answers(second, ask(own))).toEqual(['SCT.9']);
    expect(answers(second, ask(), toNew, ask(own))).toEqual([NEW, 'SCT.9', OLD]);
    expect(answers(second, ask(), toNew, complete(io('page')), ask(own))).toEqual([NEW, 'SCT.9']);
  });

  test('share what the PASID-cache and paging-structure caches hold', () => {
    const other: World = { ...second, words: { [String(at.context + 8n)]: 6n } };
    const table = store(at.second[1] as bigint, (at.otherSecond + 0x2000n) | 3n);
    const drop = complete(pio('pasid'));
    expect(answers(other, table, drop, ask({ pasid: PASID }))).toEqual([NEW, OLD]);
  });
});

describe('pass-through', () => {
  test('may be kept, until its page is invalidated', () => {
    const moved = store(at.pasid, ...pasidEntry('second-stage').slice(0, 2));
    const world: World = { type: 'pass-through' };
    expect(answers(world, moved, complete(pc('pasid')), ask())).toEqual([OLD, PAGE]);
    expect(answers(world, moved, complete(pc('pasid'), io('page')), ask())).toEqual([OLD]);
    expect(answers(world, moved, complete(pc('pasid'), pio('pasid')), ask())).toEqual([OLD]);
  });
});

describe('what a report is told', () => {
  test('is the cache that a stale answer comes from, and the cells that spared it', () => {
    const [, stale] = optionsAfter(second, toNew, complete(pio('page')), ask());
    expect(stale?.witness?.entries).toMatchObject([
      {
        cache: 'iotlb',
        pageBits: 12,
        pgtt: 'second-stage',
        faulting: false,
        filledBefore: 0,
        spared: ['invalidation.match.pasid-iotlb-page.iotlb-second-stage'],
      },
    ]);
  });
});
