import { describe, expect, it } from 'vitest';
import {
  CONTEXT,
  ENABLED,
  ENHANCED_ROOT,
  everything,
  FIRST_TOP,
  iotlbInvalidation,
  LEAF,
  NEW,
  OLD,
  onePage,
  PASID_TABLE,
  pasidInvalidation,
  profileOf,
  ROOT,
  SCALABLE,
  SECOND,
  SECOND_TOP,
  Stream,
  UPPER,
  wait,
} from './stream.fixture.ts';

describe('a new root table (6.6)', () => {
  const change = (profile: typeof everything) => {
    const { stream, leaf } = onePage(profile);
    stream
      .request()
      .store(leaf, NEW | LEAF)
      .request()
      .write('GCMD', 0xc400_0000n);
    return stream.request().read('GSTS').shown();
  };

  it('empties all caches where ESRTPS is reported', () => {
    expect(change(everything)).toEqual([OLD, OLD, NEW, 0xc400_0000n]);
  });

  it('leaves them to software where it is not', () => {
    expect(change(profileOf('everything', 0n, ENHANCED_ROOT))).toEqual([OLD, OLD, OLD, 0xc400_0000n]);
  });

  it('counts when it is set, not when it is written', () => {
    const { stream } = onePage();
    stream
      .write('RTADDR', 0x9_0000n | SCALABLE)
      .request()
      .read('RTADDR');
    stream.write('GCMD', 0xc400_0000n).request();
    expect(stream.shown()).toEqual([OLD, 0x9_0400n, 0x39n]);
  });
});

describe('translation that is disabled (11.4.4.1)', () => {
  it('lets untranslated requests pass, whatever their PASID, and serves no others', () => {
    const { stream } = onePage();
    stream.translationOff().request({ address: 0x1234n }).request({ address: 0x88n, pasid: 3 });
    stream.request({ kind: 'translation' }).request({ kind: 'translated' });
    const [first, second, ...blocked] = stream.answers();
    expect([first, second]).toEqual([
      { outcome: 'translated', address: 0x1234n },
      { outcome: 'translated', address: 0x88n },
    ]);
    for (const answer of blocked) expect(answer).toMatchObject({ outcome: 'blocked', status: 'UR' });
  });

  it('empties the caches of a unit with scalable mode', () => {
    const { stream, leaf } = onePage(profileOf('everything', 0n, ENHANCED_ROOT));
    stream
      .request()
      .store(leaf, NEW | LEAF)
      .write('GCMD', 0x0400_0000n)
      .request({ address: 8n });
    expect(stream.write('GCMD', ENABLED).request().shown()).toEqual([OLD, 8n, NEW]);
  });
});

describe('PASID-cache invalidation by reading the tables again', () => {
  const synchronize = (...entry: readonly bigint[]) => {
    const { stream } = onePage();
    stream.map(0x9000n, 0n, NEW | LEAF, UPPER);
    return stream.request().store(PASID_TABLE, ...entry);
  };
  const options = { caches: { pasid: { sets: 1, ways: 4 } } };

  it('adds the entry of a requester that is known, so that a later change needs an invalidation', () => {
    const stream = synchronize(0n).submit(pasidInvalidation(3n), wait(1n)).request();
    stream.store(PASID_TABLE, 0x9000n | SECOND, 5n).submit(pasidInvalidation(0n, 5), wait(2n));
    stream.store(PASID_TABLE, 0n).request().submit(pasidInvalidation(3n), wait(3n)).request();
    expect(stream.shown(options)).toEqual([OLD, 0x59n, NEW, 0x59n]);
  });

  it('adds nothing of another domain', () => {
    const stream = synchronize(0n).submit(pasidInvalidation(3n), wait(1n));
    stream.store(PASID_TABLE, 0x9000n | SECOND, 5n).submit(pasidInvalidation(0n, 6), wait(2n));
    expect(stream.store(PASID_TABLE, 0n).request().shown(options)).toEqual([OLD, 0x59n]);
  });

  it('updates an entry by the domain that it was held for', () => {
    const stream = synchronize(0x9000n | SECOND, 6n)
      .submit(pasidInvalidation(0n, 6), wait(1n))
      .request();
    expect(stream.submit(pasidInvalidation(0n, 5), wait(2n)).request().shown(options)).toEqual([
      OLD,
      OLD,
      NEW,
    ]);
  });

  it('adds nothing under the policy that only requests fill caches', () => {
    const profile = { ...everything, policies: { cacheFills: 'requests' } } as const;
    const { stream } = onePage(profile);
    stream.request().submit(pasidInvalidation(3n), wait(1n)).store(PASID_TABLE, 0n).request();
    expect(stream.shown(options)).toEqual([OLD, 0x59n]);
  });
});

describe('stores while a request is under way (7.1)', () => {
  /** Both halves of the entry change: the table pointer with P, and four words on the first-stage pointer. */
  const asked = () => {
    const stream = new Stream(everything).scalable(0n, 0x41n, 5n, FIRST_TOP);
    stream.map(FIRST_TOP, 0n, OLD | 0x67n, 0x27n);
    stream.map(0xa000n, 0n, NEW | 0x67n, 0x27n);
    const spare = 0x2_0000n;
    return stream.request(
      {},
      [spare, 0n],
      [spare, 0n],
      [PASID_TABLE + 16n, 0xa000n, 0n],
      [PASID_TABLE, 0n, 0n],
    );
  };

  it('fall before, after, or between the pieces of an entry', () => {
    expect(asked().shown({ during: 'before' })).toEqual([0x59n]);
    expect(asked().shown({ during: 'after' })).toEqual([OLD]);
    // Two stores fall within the context entry, the third after the piece that holds P.
    expect(asked().shown({ during: 'between' })).toEqual([NEW]);
    expect(asked().shown({ during: 'between', pieces: 'descending' })).toEqual([0x59n]);
  });

  it('have all happened when the request is over', () => {
    for (const during of ['before', 'between', 'after'] as const)
      expect(
        asked()
          .load(PASID_TABLE)
          .load(PASID_TABLE + 16n)
          .shown({ during })
          .slice(1),
      ).toEqual([0n, 0xa000n]);
  });
});

describe('a held mapping (6.2.4)', () => {
  it('that lacks a right is walked around, or refuses', () => {
    const { stream, leaf } = onePage();
    stream
      .store(leaf, OLD | 0x301n)
      .request()
      .store(leaf, NEW | LEAF)
      .request({ op: 'write' });
    expect(stream.shown({ missingRights: 'walk' })).toEqual([OLD, NEW]);
    expect(stream.shown({ missingRights: 'refuse' })).toEqual([OLD, 0x85n]);
  });

  it('of RID_PASID serves requests with that PASID, if the unit wants to (6.2.1)', () => {
    const stream = new Stream(everything).scalable(0x8n).put(CONTEXT + 8n, 5n);
    stream.put(PASID_TABLE + 320n, SECOND_TOP | SECOND, 5n);
    stream.map(SECOND_TOP, 0n, OLD | LEAF, UPPER);
    stream.request({ pasid: 5 }).request().request({ pasid: 5 }).request({ pasid: 5, privileged: true });
    expect(stream.shown()).toEqual([0x48n, OLD, 0x48n, 0x48n]);
    expect(stream.shown({ sharesRequesterPasid: true })).toEqual([0x48n, OLD, OLD, 0x48n]);
  });
});

describe('a unit that fetches on its own', () => {
  it('holds what memory held right before a store', () => {
    const { stream, leaf } = onePage();
    stream
      .request()
      .submit(iotlbInvalidation(1n), wait(1n))
      .store(leaf, NEW | LEAF)
      .request();
    expect(stream.shown()).toEqual([OLD, NEW]);
    expect(stream.shown({ prefetches: 'known' })).toEqual([OLD, OLD]);
  });

  it('fetches nothing under the policy that only requests fill caches', () => {
    const { stream, leaf } = onePage({ ...everything, policies: { cacheFills: 'requests' } });
    stream
      .request()
      .submit(iotlbInvalidation(1n), wait(1n))
      .store(leaf, NEW | LEAF)
      .request();
    expect(stream.shown({ prefetches: 'known' })).toEqual([OLD, NEW]);
  });
});

describe('an invalidation that no wait has followed', () => {
  it('is executed at once by one unit, and by another when a wait comes', () => {
    const { stream, leaf } = onePage();
    stream
      .request()
      .store(leaf, NEW | LEAF)
      .submit(iotlbInvalidation(1n))
      .request();
    stream.submit(wait(1n)).request();
    expect(stream.shown({ execution: 'at-once' })).toEqual([OLD, NEW, NEW]);
    expect(stream.shown({ execution: 'at-wait' })).toEqual([OLD, OLD, NEW]);
  });
});

describe('an accepted page request (Table 27)', () => {
  it.each([
    ['second stage', SECOND_TOP | SECOND, 0x1000n, OLD],
    ['second stage', SECOND_TOP | SECOND, 0n, NEW],
    ['first stage', 0x41n, 0x1000n, OLD],
    ['first stage', 0x41n, 0n, NEW],
    ['nesting', SECOND_TOP | 0xc9n, 0x1000n, NEW],
  ])('removes what is cached of its page: %s', (_, word, address, seen) => {
    const stream = new Stream(everything).scalable(0x1cn, word, 5n, FIRST_TOP);
    const isFirst = (word & 0x40n) !== 0n;
    const leaf = isFirst
      ? stream.map(FIRST_TOP, 0n, OLD | 0x67n, 0x27n).get(1)
      : stream.map(SECOND_TOP, 0n, OLD | LEAF, UPPER).get(1);
    if (isFirst) stream.map(SECOND_TOP, 0n, 0x383n, UPPER, 3);
    const flags = isFirst ? 0x67n : LEAF;
    stream
      .request()
      .store(leaf ?? 0n, NEW | flags)
      .request();
    stream.request({ kind: 'page-request', address }).request();
    expect(stream.shown()).toEqual([OLD, OLD, -1n, seen]);
  });
});

describe('the stream', () => {
  it('starts with empty caches, whatever was before', () => {
    const { stream, leaf } = onePage();
    stream.request();
    expect(stream.shown()).toEqual([OLD]);
    const next = onePage()
      .stream.put(leaf, NEW | LEAF)
      .request();
    expect(next.shown()).toEqual([NEW]);
  });

  it('reads memory where there is some', () => {
    expect(new Stream(everything).load(0x9000_0000n).answers()).toEqual([{ outcome: 'unobserved' }]);
    expect(new Stream(everything).put(ROOT, 7n).load(ROOT).shown()).toEqual([7n]);
  });
});
