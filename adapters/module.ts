/** An implementation out of somebody's JavaScript or TypeScript module, checked before it is believed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import type { Implementation } from '../spec/implementation.ts';
import { firstProblem } from '../spec/problem.ts';
import { checked } from './checked.ts';
import { claimsOf, inShort } from './claims.ts';
import { messageOf, OpenError } from './open-error.ts';

type Run = Implementation['run'];
type Action = () => void | Promise<void>;
const isFunction = (value: unknown): boolean => typeof value === 'function';

/** What has to be there beside the claims. */
const actionsSchema = v.object({
  run: v.custom<Run>(isFunction, 'expected a function'),
  runBatch: v.optional(v.custom<NonNullable<Implementation['runBatch']>>(isFunction, 'expected a function')),
  costlyAlone: v.optional(v.boolean()),
  renew: v.optional(v.custom<Action>(isFunction, 'expected a function')),
  close: v.optional(v.custom<Action>(isFunction, 'expected a function')),
});

/** Opens the module at `file`. Throws an OpenError that says in one sentence what is wrong with it. */
export async function openModule(file: string): Promise<Implementation> {
  const absolute = path.resolve(file);
  if (!existsSync(absolute)) throw new OpenError('usage', `there is no module ${file}`);
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(absolute).href);
  } catch (error) {
    throw new OpenError('start', `module ${file} could not be loaded: ${messageOf(error)}`);
  }
  const candidate = pick(exported, file);
  const claims = claimsOf(candidate);
  if ('problems' in claims) throw breach(file, inShort(claims.problems));
  const parsed = v.safeParse(actionsSchema, candidate);
  if (!parsed.success) throw breach(file, firstProblem(parsed.issues));
  const source = candidate as Implementation;
  return checked({
    ...claims,
    ...(parsed.output.costlyAlone ? { costlyAlone: true } : {}),
    // Called on the object itself: it may be an instance of a class.
    run: (testCase) => source.run(testCase),
    ...(source.runBatch ? { runBatch: async (cases) => (await source.runBatch?.(cases)) ?? [] } : {}),
    ...(source.renew ? { renew: () => source.renew?.() } : {}),
    close: () => source.close?.(),
  });
}

/** The export called `implementation`, or else the only one that can `run`. */
function pick(exported: Readonly<Record<string, unknown>>, file: string): object {
  const named = exported['implementation'];
  if (typeof named === 'object' && named !== null) return named;
  const able = Object.values(exported).filter(
    (value): value is object =>
      typeof value === 'object' && value !== null && 'run' in value && isFunction(value.run),
  );
  const [only, second] = able;
  if (only !== undefined && second === undefined) return only;
  throw new OpenError(
    'contract',
    `module ${file} exports ${able.length} objects with a run function: export one, or name it "implementation"`,
  );
}

function breach(file: string, problem: string): OpenError {
  return new OpenError('contract', `the implementation in ${file} breaks the contract: ${problem}`);
}
