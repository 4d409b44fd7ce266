/** The plain stream in which a request meets an entry of which one half is old and the other new (6.5.3.3). */
import type { InvalidationCase, Request } from '../../spec/schema.ts';
import { sceneTables } from '../translation/scene-tables.ts';

/** Present, and all requests pass through (9.3). */
const PASS_THROUGH = 9n;
/** AW in the second word: none that leads through the same tables. */
const OTHER_WIDTH = 3n;

/** A context entry of legacy mode is stored while `asked` is served; undefined where the unit has no such entry. */
export function tornScene(
  { profile, translationEnabled }: InvalidationCase,
  asked: Request,
): InvalidationCase | undefined {
  const shape = { type: 'second-stage', deep: 0, elsewhere: false, kinds: 'untranslated' } as const;
  const tables = sceneTables(profile, false, shape, { sourceId: 0, pasid: undefined, did: 0n });
  const address = tables?.places.get('context');
  const [, width = 0n] = tables?.memory.find((run) => run.address === address)?.words ?? [];
  if (tables === undefined || address === undefined) return undefined;
  return {
    area: 'invalidation',
    profile,
    rtaddr: tables.rtaddr,
    translationEnabled,
    memory: tables.memory.map((run) => ({ address: run.address, words: [...run.words] })),
    steps: [
      {
        step: 'request',
        request: { sourceId: 0, address: 0n, op: asked.op },
        during: [{ address, words: [PASS_THROUGH, width ^ OTHER_WIDTH] }],
      },
    ],
  };
}
