/**
 * The few integers that a case is built from (choices.ts), and the two ways to draw them: fast-check, which can shrink
 * what it drew, and straight from the same stream without the objects that shrinking needs, in half the time. Both
 * give the same case for the same seed and number, so that a search draws straight and only a case that fails is drawn
 * again by fast-check.
 */
import * as fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';

/** The stream that fast-check draws from when nobody chooses another. */
type Stream = ReturnType<typeof xorshift128plus>;

/** One integer or a list of them; shrinks to 0, or to the shortest list. */
export interface Part<T> {
  readonly arbitrary: fc.Arbitrary<T>;
  readonly draw: (stream: Stream) => T;
}

type Drawn<P extends readonly Part<unknown>[]> = {
  readonly [I in keyof P]: P[I] extends Part<infer T> ? T : never;
};

/** An integer from 0 to `most`, which is below 2^31. */
export function upTo(most: number): Part<number> {
  return { arbitrary: fc.nat(most), draw: (stream) => uniformInt(stream, 0, most) };
}

/** What many choices are made of; 0 is a part that is left out or plain. */
export const seed: Part<number> = upTo(0x7fff_ffff);

/** A list of `least` to `most` seeds, which loses them one by one. */
export function seeds(least: number, most: number): Part<number[]> {
  return {
    arbitrary: fc.array(seed.arbitrary, { minLength: least, maxLength: most, size: 'max' }),
    draw: (stream) => {
      const drawn: number[] = [];
      for (let count = uniformInt(stream, least, most); count > 0; count--) drawn.push(seed.draw(stream));
      return drawn;
    },
  };
}

const straight = new WeakMap<fc.Arbitrary<unknown>, (stream: Stream) => unknown>();

/** Cases that `build` makes of `parts`, each drawn evenly. */
export function built<const P extends readonly Part<unknown>[], C>(
  parts: P,
  build: (...drawn: Drawn<P>) => C,
): fc.Arbitrary<C> {
  const arbitraries = parts.map(({ arbitrary }) => arbitrary);
  const arbitrary = fc.noBias(fc.tuple(...arbitraries)).map((drawn) => build(...(drawn as Drawn<P>)));
  straight.set(arbitrary, (stream) => build(...(parts.map(({ draw }) => draw(stream)) as Drawn<P>)));
  return arbitrary;
}

/**
 * The first `count` cases of `arbitrary` under `seed`, as `fc.sample` draws them: straight where `arbitrary` is built,
 * and then each only when it is asked for.
 */
export function* drawn<C>(arbitrary: fc.Arbitrary<C>, seed: number, count: number): Generator<C, void> {
  const draw = straight.get(arbitrary) as ((stream: Stream) => C) | undefined;
  if (draw === undefined) {
    yield* fc.sample(arbitrary, { seed, numRuns: count });
    return;
  }
  const stream = xorshift128plus(seed);
  for (let at = 0; at < count; at++) {
    // fast-check too leaves each case so much of the stream that no other reaches into it.
    stream.jump();
    yield draw(stream.clone());
  }
}

/** The same, all at once. */
export function drawCases<C>(arbitrary: fc.Arbitrary<C>, seed: number, count: number): C[] {
  return [...drawn(arbitrary, seed, count)];
}
