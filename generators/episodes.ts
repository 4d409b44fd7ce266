/**
 * Cases of host calls: devices, episodes in a row, and the calls that fail, in one case of three. They shrink to the
 * first target, one device and no episode.
 */
import type * as fc from 'fast-check';
import { Choices } from './choices.ts';
import { built, seed, seeds, upTo } from './drawing.ts';
import type { TranslationTarget } from './translation-target.ts';

const MOST_DEVICES = 4;
const MOST_EPISODES = 8;
const MOST_FAILURES = 3;

/** `build` makes a case of one seed for its shape, and of one for each device, episode and failure. */
export function anyEpisodes<C>(
  targets: readonly TranslationTarget[],
  build: (
    target: TranslationTarget,
    shape: number,
    devices: readonly number[],
    episodes: readonly number[],
    failures: readonly number[],
  ) => C,
): fc.Arbitrary<C> {
  return built(
    [
      upTo(targets.length - 1),
      seed,
      seeds(1, MOST_DEVICES),
      seeds(0, MOST_EPISODES),
      seeds(0, MOST_FAILURES),
      seed,
    ],
    (target, shape, devices, episodes, failures, failing) =>
      build(
        targets[target] as TranslationTarget,
        shape,
        devices,
        episodes,
        new Choices(failing).oneIn(3) ? failures : [],
      ),
  );
}
