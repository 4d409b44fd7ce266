/**
 * Draws cases of area `invalidation`: a small world of valid tables, a queue, and a few episodes, each turned
 * into steps. An episode costs one integer, so that fast-check drops whole ones; an integer 0 is the plain one.
 */
import type * as fc from 'fast-check';
import type { InvalidationCase, Profile } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { built, seed, seeds, upTo } from './drawing.ts';
import { eventEpisode } from './invalidation-events.ts';
import { faultEpisode } from './invalidation-fault-episodes.ts';
import { matchEpisode } from './invalidation-match-episodes.ts';
import { leaveOut } from './invalidation-presence.ts';
import { queueEpisode } from './invalidation-queue-episodes.ts';
import { addRequester } from './invalidation-requesters.ts';
import { Software, type Start, WIDE } from './invalidation-software.ts';
import { Stage } from './invalidation-stage.ts';
import { updateEpisode } from './invalidation-update-episodes.ts';
import { Frames, type Ground, newSpace } from './invalidation-world.ts';
import { Tables } from './tables.ts';
import { requestTarget, type TranslationTarget } from './translation-target.ts';

const MOST_SPACES = 3;
const MOST_REQUESTERS = 2;
const MOST_EPISODES = 5;
const SCALABLE = 1;

interface Seeds {
  readonly shape: number;
  readonly spaces: readonly number[];
  readonly requesters: readonly number[];
  readonly episodes: readonly number[];
}

type Size = Readonly<Record<'spaces' | 'requesters' | 'episodes', readonly [least: number, most: number]>>;

/** Cases under `profiles`, shrinking to the first profile, one requester, one page and no step. */
export function anyInvalidationCase(profiles: readonly Profile[]): fc.Arbitrary<InvalidationCase> {
  const [spaces, requesters] = [MOST_SPACES, MOST_REQUESTERS];
  return casesOf(profiles, {
    spaces: [1, spaces],
    requesters: [1, requesters],
    episodes: [0, MOST_EPISODES],
  });
}

/** Those in which little happens, about one domain of one requester. */
export function shortInvalidationCase(profiles: readonly Profile[]): fc.Arbitrary<InvalidationCase> {
  return casesOf(profiles, { spaces: [1, 1], requesters: [1, 1], episodes: [1, 1] });
}

function casesOf(
  profiles: readonly Profile[],
  { spaces, requesters, episodes }: Size,
): fc.Arbitrary<InvalidationCase> {
  const targets = weighted(profiles.map(requestTarget));
  return built(
    [upTo(targets.length - 1), seed, seeds(...spaces), seeds(...requesters), seeds(...episodes)],
    (target, shape, ...seeds) => {
      const [spaces, requesters, episodes] = seeds;
      return build(targets[target] as TranslationTarget, { shape, spaces, requesters, episodes });
    },
  );
}

/** Every target, then again those with more caches, so that a draw shrinks to the first all the same. */
export function weighted(targets: readonly TranslationTarget[]): readonly TranslationTarget[] {
  const having = (...names: readonly (keyof TranslationTarget['capabilities'])[]) =>
    targets.filter(({ capabilities }) => names.every((name) => capabilities[name] === 1));
  const permissions = having('HPTS', 'PTRS');
  return [
    ...targets,
    ...having('SMTS', 'SSTS'),
    ...having('SMTS', 'FSTS'),
    ...having('NEST'),
    ...having('NEST'),
    ...having('NEST', 'PRS'),
    ...Array.from({ length: 8 }, () => having('PT', 'PRS', 'SC')).flat(),
    ...Array.from({ length: 28 }, () => permissions).flat(),
    ...having('QI', 'CM'),
  ];
}

function build(target: TranslationTarget, seeds: Seeds): InvalidationCase {
  const shape = new Choices(seeds.shape);
  const mode = drawMode(target, shape);
  const legacy = mode === 0;
  const first = shape.pick(target.blocks.length);
  const blocks = [...target.blocks.slice(first), ...target.blocks.slice(0, first)];
  const tables = new Tables(blocks[0] as number, 1 + 2 * shape.pick(256));
  const ground: Ground = { target, tables, legacy, dataBlocks: blocks.slice(1) };
  const root = tables.page();
  const stage = new Stage(ground, new Frames(ground), root);
  const sharedDid = shape.oneIn(10);
  for (const seed of seeds.spaces) {
    const alike = stage.spaces[0];
    // Seldom two sets of tables under one domain id, which software must not do (6.2.2.1).
    const did = alike !== undefined && sharedDid ? alike.did : stage.nextDid(new Choices(turned(seed)));
    stage.spaces.push(newSpace(ground, stage.frames, did, alike, new Choices(seed)));
  }
  for (const seed of seeds.requesters) addRequester(stage, new Choices(seed));
  // What is not present is what caching mode is about (6.1).
  if (shape.oneIn(target.capabilities.CM === 1 ? 3 : 12)) leaveOut(stage, shape);
  const iqa = drawQueue(ground, mode > SCALABLE ? 3 : 16, shape);
  const start: Start = {
    rtaddr: BigInt(root + mode * 0x400),
    translationEnabled: !shape.oneIn(24),
    ...(iqa === undefined ? {} : { iqa }),
  };
  const software = new Software(stage, tables.page(), start);
  for (const seed of seeds.episodes) playEpisode(software, mode > SCALABLE, new Choices(seed));
  const { profile } = target;
  return { area: 'invalidation', profile, ...start, memory: tables.memory(), steps: stage.steps };
}

/** Another seed for another matter; that of the plain part is the same. */
function turned(seed: number): number {
  return (seed << 16) | (seed >>> 16);
}

/** `blocked`: nothing is translated in this mode, only the queue is to be seen. */
function playEpisode(software: Software, blocked: boolean, choices: Choices): void {
  const kind = choices.pick(16);
  if (blocked && kind > 1) queueEpisode(software, choices);
  else if (kind < 5) updateEpisode(software, choices);
  else if (kind === 9 && software.stage.ground.target.capabilities.CM === 1) faultEpisode(software, choices);
  else if (kind < 10) matchEpisode(software, choices);
  else if (kind < 12) eventEpisode(software, choices);
  else queueEpisode(software, choices);
}

/** TTM, at times one that the unit does not have (11.4.5). */
function drawMode({ capabilities }: TranslationTarget, shape: Choices): number {
  const odd = shape.pick(48);
  if (odd > 44) return odd - 44;
  return capabilities.SMTS === 0 || shape.oneIn(5) ? 0 : SCALABLE;
}

/** IQA: slots as the mode wants them, others once in `odd` times; undefined where there is no queue. */
function drawQueue(
  { target, tables, legacy, dataBlocks }: Ground,
  odd: number,
  shape: Choices,
): bigint | undefined {
  const { QI, SMTS, ADMS } = target.capabilities;
  if (QI === 0 || (legacy && shape.oneIn(6))) return undefined;
  // A queue of more pages needs them in a row, where an emulator has data.
  const more = dataBlocks.length > 1 && !target.emulated && shape.oneIn(12) ? 1 + shape.pick(7) : 0;
  const page = BigInt(more > 0 ? (dataBlocks.at(-1) ?? 0) + more : tables.page());
  const wide = !legacy || shape.oneIn(SMTS === 1 || ADMS === 1 ? 4 : 2);
  return page | (wide !== shape.oneIn(odd) ? WIDE : 0n);
}
