/**
 * From a breach to its smallest case and its right name. A case is made small roughly first, then asked what the breach
 * comes from, then made as small as it gets under that name, and asked once more.
 */
import type { Area, Mismatch } from '../../spec/schema.ts';
import { simplestAlike } from './alike.ts';
import { closerLook, type Shown } from './closer.ts';
import { expectationOf } from './expectation.ts';
import type { Breach, SearchGround } from './finding.ts';
import type { Tried } from './probe.ts';
import { type Origin, type Shrunk, shrink, type ToShrink } from './shrink.ts';

interface PinnedDown<A extends Area> extends Shrunk<A> {
  /** What the case breaks: the breach that it was shrunk for, or what that turned out to be. */
  readonly mismatch: Mismatch;
}

export async function pinDown<A extends Area>(
  ground: SearchGround<A>,
  breach: Breach<A>,
  isDeath: boolean,
): Promise<PinnedDown<A>> {
  const { suite, implementation, arbitrary, profiles, onExecution, toll } = ground;
  let [executions, deaths] = [0, 0];
  const tried = new Map<Mismatch, Tried>();
  const shrunk = async (
    origin: Origin<A>,
    { mismatch }: Pick<Shown<A>, 'mismatch'>,
    how: Pick<ToShrink<A>, 'isRough' | 'isPlain'> = {},
  ) => {
    const allowance = toll.allowance(isDeath);
    const known = tried.get(mismatch) ?? new Map<string, boolean>();
    tried.set(mismatch, known);
    const of = { origin, breach: mismatch, tried: known, ...how };
    const found = await shrink(suite, implementation, arbitrary, profiles, of, onExecution, allowance);
    executions += found.executions;
    deaths += found.deaths;
    return found;
  };
  // Who dies on simpler cases is not asked more of them than a shrink takes.
  const lookedAt = async (shown: Shown<A>, isShrunk: boolean): Promise<Shown<A>> => {
    if (isDeath || deaths > 0) return shown;
    const closer = await closerLook(
      suite,
      implementation,
      shown,
      isShrunk,
      (mismatch) => expectationOf(ground, mismatch) !== undefined,
    );
    executions += closer.executions;
    return closer;
  };

  let shown = await lookedAt(breach, false);
  let origin: Origin<A> = shown.mismatch === breach.mismatch ? breach.origin : { given: shown.testCase };
  if (suite.drastic !== undefined) {
    const rough = await shrunk(origin, shown, { isRough: true });
    if (!rough.reproduced) return { ...rough, mismatch: shown.mismatch, executions, deaths };
    shown = await lookedAt({ ...shown, testCase: rough.testCase }, true);
    origin = { given: shown.testCase };
  }
  let found = await shrunk(origin, shown);
  if (found.reproduced) {
    const closer = await lookedAt({ ...shown, testCase: found.testCase }, true);
    if (closer.mismatch !== shown.mismatch) {
      // Where starts are plainer than what is drawn, they are plainer than the answer to a question too.
      const isPlain = suite.starts === undefined && suite.scenes === undefined;
      found = await shrunk({ given: closer.testCase }, closer, { isPlain });
    }
    shown = closer;
    if (!isDeath && found.deaths === 0) {
      const alike = await simplestAlike(ground, { ...shown, testCase: found.testCase });
      executions += alike.executions;
      found = { ...found, testCase: alike.testCase };
      shown = alike;
    }
  }
  return { ...found, mismatch: shown.mismatch, executions, deaths };
}
