import { describe, expect, test } from 'vitest';
import type { Store, StreamStep } from '../../../spec/schema.ts';
import {
  answers,
  ask,
  at,
  complete,
  io,
  NEW,
  OLD,
  pasidEntry,
  pc,
  store,
  type World,
} from './hand-made.fixture.ts';

const second: World = { type: 'second-stage' };
const first: World = { type: 'first-stage' };
const leaf = at.second[2] as bigint;

const during = (...stores: readonly (readonly [address: bigint, ...words: bigint[]])[]): StreamStep => {
  const asked = ask();
  if (asked.step !== 'request') throw new RangeError('no request');
  return { ...asked, during: stores.map(([address, ...words]): Store => ({ address, words })) };
};

describe('stores while a request is under way', () => {
  test('are seen or not, and each is seen whole', () => {
    const race = during([leaf, 0x30_0000n | 3n], [leaf, NEW | 3n]);
    expect(answers(second, race)).toEqual([OLD, 0x30_0000n, NEW]);
  });

  test('leave behind what is in memory, or in a cache', () => {
    const race = during([leaf, NEW | 3n]);
    expect(answers(second, race, ask())).toEqual([NEW, OLD]);
    expect(answers(second, race, complete(io('page')), ask())).toEqual([NEW]);
  });

  test('are seen in the order in which they were made by one who reads on', () => {
    // Who has seen the second store finds the first one done.
    const inOrder = during([leaf, NEW | 3n], [at.second[1] as bigint, (at.otherSecond + 0x2000n) | 3n]);
    const moved: World = { ...second, words: { [String(at.otherSecond + 0x2028n)]: 0x30_0000n | 3n } };
    expect(answers(moved, inOrder)).toEqual([OLD, NEW, 0x30_0000n]);
    // The entry of the other table is an old one only for who has not been led there.
    const before = during(
      [at.otherSecond + 0x2028n, 0x30_0000n | 3n],
      [at.second[1] as bigint, (at.otherSecond + 0x2000n) | 3n],
    );
    expect(answers(second, before)).toEqual([OLD, 0x30_0000n]);
  });
});

describe('a PASID table entry that is rewritten in place', () => {
  const target = pasidEntry('first-stage', { did: 6, first: at.otherFirst });
  // In pieces of 128 bits: first the pointer of first stage, then type, domain and the pointer of second stage.
  const rewrite = [
    [at.pasid, target[0] as bigint, target[1] as bigint],
    [at.pasid + 16n, target[2] as bigint, 0n],
  ] as const;

  test('is read as old, new, or torn between its pieces', () => {
    const found = answers(first, during(...rewrite));
    expect(found).toContain(OLD);
    expect(found).toContain(NEW);
    // The old pointer under the new domain: the same table as before.
    expect(found).toHaveLength(2);
    const torn = answers(second, during(...rewrite));
    // First stage with the pointer that was there: none.
    expect(torn).toContain(OLD);
    expect(torn).toContain(NEW);
    expect(torn.length).toBeGreaterThan(2);
  });

  test('may be kept torn until it is invalidated', () => {
    const torn = answers(second, during(...rewrite));
    const other = torn.filter((answer) => answer !== OLD && answer !== NEW);
    expect(answers(second, during(...rewrite), ask())).toEqual(expect.arrayContaining([NEW, OLD]));
    expect(answers(second, during(...rewrite), complete(pc('global'), io('global')), ask())).toEqual([NEW]);
    expect(other.every((answer) => typeof answer === 'string')).toBe(true);
  });

  test('is safe when it was taken away first', () => {
    const steps = [store(at.pasid, 0n), complete(pc('global'), io('global'))];
    const rest = store(at.pasid + 16n, target[2] as bigint, 0n);
    const last = during([at.pasid, target[0] as bigint, target[1] as bigint]);
    expect(answers(second, ...steps, rest, last)).toEqual(['SPT.2', NEW]);
  });
});
