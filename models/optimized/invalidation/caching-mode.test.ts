import { describe, expect, it } from 'vitest';
import {
  CACHING_MODE,
  CONTEXT,
  contextInvalidation,
  everything,
  FIRST_TOP,
  iotlbInvalidation,
  LEAF,
  OLD,
  onePage,
  PASID_TABLE,
  pasidInvalidation,
  profileOf,
  SECOND,
  SECOND_TOP,
  Stream,
  UPPER,
  wait,
} from './stream.fixture.ts';

describe('caching mode (6.1)', () => {
  const appears = (profile: typeof everything, faults = true) => {
    const stream = new Stream(profile).scalable(0n, SECOND_TOP | SECOND, 5n);
    stream.map(SECOND_TOP, 0n, OLD | LEAF, UPPER);
    stream.put(CONTEXT, 0n).request().store(CONTEXT, 0x3001n).request();
    stream.put(PASID_TABLE, 0n).submit(contextInvalidation(1n), wait(1n)).request();
    stream.store(PASID_TABLE, SECOND_TOP | SECOND).request();
    return stream.shown({ faults, pasidInvalidation: 'drop' });
  };

  it('keeps no fault while it is clear', () => {
    expect(appears(everything)).toEqual([0x41n, 0x59n, 0x59n, OLD]);
  });

  it('keeps faults of context and PASID entries while it is set, if the unit wants to', () => {
    const profile = profileOf('everything', CACHING_MODE);
    expect(appears(profile)).toEqual([0x41n, 0x41n, 0x59n, 0x59n]);
    expect(appears(profile, false)).toEqual([0x41n, 0x59n, 0x59n, OLD]);
  });

  it('keeps faults of second stage under the domain of the entry', () => {
    const { stream, leaf } = onePage(profileOf('everything', CACHING_MODE));
    stream
      .store(leaf, 0n)
      .request()
      .store(leaf, OLD | LEAF)
      .request();
    stream.submit(iotlbInvalidation(3n, 6), wait(1n)).request();
    expect(stream.submit(iotlbInvalidation(3n, 5), wait(1n)).request().shown()).toEqual([
      0x79n,
      0x79n,
      0x79n,
      OLD,
    ]);
  });

  it('never keeps a fault of first stage', () => {
    const stream = new Stream(profileOf('everything', CACHING_MODE));
    stream.scalable(0n, 0x41n, 5n, FIRST_TOP);
    const leaf = stream.map(FIRST_TOP, 0n, 0n, 0x27n).get(1) ?? 0n;
    expect(
      stream
        .request()
        .store(leaf, OLD | 0x67n)
        .request()
        .shown(),
    ).toEqual([0x71n, OLD]);
  });

  it('names held faults of context and PASID entries by domain 0', () => {
    const stream = new Stream(profileOf('everything', CACHING_MODE)).legacy(0n, 0x502n);
    stream.request().store(CONTEXT, 0x9n).submit(contextInvalidation(2n, 5), wait(1n)).request();
    stream.submit(contextInvalidation(2n, 0), wait(1n)).request();
    expect(stream.shown()).toEqual([2n, 2n, 0n]);
    const scalable = new Stream(profileOf('everything', CACHING_MODE)).scalable(0n, 0x100n, 5n);
    scalable.request().store(PASID_TABLE, 0x101n).submit(pasidInvalidation(0n, 5), wait(1n)).request();
    scalable.submit(pasidInvalidation(0n, 0), wait(1n)).request();
    expect(scalable.shown({ pasidInvalidation: 'drop' })).toEqual([0x59n, 0x59n, 0n]);
  });
});
