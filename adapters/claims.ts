/** Who an implementation says that it is: the part of the contract that modules and processes share. */
import * as v from 'valibot';
import type { Implementation } from '../spec/implementation.ts';
import { latticeBreaches } from '../spec/lattice.ts';
import { firstProblem } from '../spec/problem.ts';
import { areaSchema, type Profile, profileSchema } from '../spec/schema.ts';

/** A name that may be printed: no control character of a terminal is part of it. */
const printable = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(200),
  v.regex(/^\P{Cc}*$/u, 'expected no control characters'),
);

/** One profile or several, extra fields as the author likes. */
export const claimEntries = {
  name: printable,
  version: v.optional(printable),
  profile: v.union(
    [v.literal('any'), v.pipe(v.array(profileSchema), v.minLength(1)), profileSchema],
    'expected "any", a profile or an array of profiles',
  ),
  areas: v.pipe(v.array(areaSchema), v.minLength(1)),
};
const claimsSchema = v.object(claimEntries);

export type Claims = Pick<Implementation, 'name' | 'version' | 'profile' | 'areas'>;

/** What `candidate` claims, or the place and the value that are wrong. */
export function claimsOf(candidate: object): Claims | { readonly problem: string } {
  const parsed = v.safeParse(claimsSchema, candidate, { abortEarly: true });
  if (!parsed.success) return { problem: profileProblem(candidate) ?? firstProblem(parsed.issues) };
  const { name, version, areas, profile } = parsed.output;
  const profiles = profile === 'any' ? profile : 'name' in profile ? [profile] : profile;
  const problem = profiles === 'any' ? undefined : illegal(profiles);
  if (problem !== undefined) return { problem };
  return { name, ...(version === undefined ? {} : { version }), areas, profile: profiles };
}

/** A union hides where its members failed; say what is wrong with the first profile itself. */
function profileProblem(candidate: object): string | undefined {
  if (!('profile' in candidate) || typeof candidate.profile !== 'object') return undefined;
  const profiles: readonly unknown[] = Array.isArray(candidate.profile)
    ? candidate.profile
    : [candidate.profile];
  for (const profile of profiles) {
    const parsed = v.safeParse(profileSchema, profile, { abortEarly: true });
    if (!parsed.success) return `profile: ${firstProblem(parsed.issues)}`;
  }
  return undefined;
}

function illegal(profiles: readonly Profile[]): string | undefined {
  for (const profile of profiles) {
    const [breach] = latticeBreaches(profile);
    if (breach !== undefined) return `profile ${profile.name} is not legal: ${breach}`;
  }
  return undefined;
}
