/** An implementation out of somebody's JavaScript or TypeScript module, checked before it is believed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import type { Implementation } from '../spec/implementation.ts';
import { latticeBreaches } from '../spec/lattice.ts';
import { firstProblem } from '../spec/problem.ts';
import { areaSchema, type Profile, profileSchema } from '../spec/schema.ts';
import { checked } from './checked.ts';
import { messageOf, OpenError } from './open-error.ts';

type Run = Implementation['run'];
const isFunction = (value: unknown): boolean => typeof value === 'function';

/** The contract as a stranger writes it: one profile or several, extra fields as he likes. */
const implementationSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  version: v.optional(v.string()),
  profile: v.union(
    [v.literal('any'), v.pipe(v.array(profileSchema), v.minLength(1)), profileSchema],
    'expected "any", a profile or an array of profiles',
  ),
  areas: v.pipe(v.array(areaSchema), v.minLength(1)),
  run: v.custom<Run>(isFunction, 'expected a function'),
  runBatch: v.optional(v.custom<NonNullable<Implementation['runBatch']>>(isFunction, 'expected a function')),
  close: v.optional(v.custom<() => void | Promise<void>>(isFunction, 'expected a function')),
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
  const parsed = v.safeParse(implementationSchema, candidate);
  if (!parsed.success) {
    const problem = profileProblem(candidate) ?? firstProblem(parsed.issues);
    throw new OpenError('usage', `the implementation in ${file} breaks the contract: ${problem}`);
  }
  const { name, version, areas, profile } = parsed.output;
  const profiles = profile === 'any' ? profile : 'name' in profile ? [profile] : profile;
  if (profiles !== 'any') refuseIllegal(profiles, file);
  const source = candidate as Implementation;
  return checked({
    name,
    ...(version === undefined ? {} : { version }),
    areas,
    profile: profiles,
    // Called on the object itself: it may be an instance of a class.
    run: (testCase) => source.run(testCase),
    ...(source.runBatch ? { runBatch: async (cases) => (await source.runBatch?.(cases)) ?? [] } : {}),
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
    'usage',
    `module ${file} exports ${able.length} objects with a run function: export one, or name it "implementation"`,
  );
}

/** A union hides where its members failed; say what is wrong with the first profile itself. */
function profileProblem(candidate: object): string | undefined {
  if (!('profile' in candidate) || typeof candidate.profile !== 'object') return undefined;
  const profiles: readonly unknown[] = Array.isArray(candidate.profile)
    ? candidate.profile
    : [candidate.profile];
  for (const profile of profiles) {
    const parsed = v.safeParse(profileSchema, profile);
    if (!parsed.success) return `profile: ${firstProblem(parsed.issues)}`;
  }
  return undefined;
}

function refuseIllegal(profiles: readonly Profile[], file: string): void {
  for (const profile of profiles) {
    const [breach] = latticeBreaches(profile);
    if (breach === undefined) continue;
    throw new OpenError('usage', `profile ${profile.name} of ${file} is not legal: ${breach}`);
  }
}
