/** Who an implementation says that it is: the part of the contract that modules and processes share. */
import * as v from 'valibot';
import { claimedSmmuBreaches } from '../spec/claimed-smmu.ts';
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
const claimEntries = {
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

/** What `candidate` claims, or each field that is wrong: the place, what is expected, the value. */
export function claimsOf(candidate: object): Claims | { readonly problems: readonly string[] } {
  const parsed = v.safeParse(claimsSchema, candidate);
  if (!parsed.success) {
    const ofProfile = profileProblems(candidate);
    const issues = parsed.issues.filter(
      (issue) => ofProfile.length === 0 || issue.path?.[0]?.key !== 'profile',
    );
    return { problems: [...issues.map((issue) => firstProblem([issue])), ...ofProfile] };
  }
  const { name, version, areas, profile } = parsed.output;
  const profiles = profile === 'any' ? profile : 'name' in profile ? [profile] : profile;
  const problems = profiles === 'any' ? [] : profiles.flatMap(profileBreaches);
  if (problems.length > 0) return { problems };
  return { name, ...(version === undefined ? {} : { version }), areas, profile: profiles };
}

/** The first of several problems, and that there are more. */
export function inShort([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} (and ${more.length} more, which doctor names)`;
}

/** A union hides where its members failed; say what is wrong with each profile itself. */
function profileProblems(candidate: object): readonly string[] {
  if (!('profile' in candidate) || typeof candidate.profile !== 'object') return [];
  const profiles: readonly unknown[] = Array.isArray(candidate.profile)
    ? candidate.profile
    : [candidate.profile];
  return profiles.flatMap((profile) => {
    const parsed = v.safeParse(profileSchema, profile);
    if (parsed.success) return profileBreaches(parsed.output);
    return parsed.issues.map((issue) => `profile: ${firstProblem([issue])}`);
  });
}

/** What makes `profile` one that no unit can have (spec/lattice.ts, spec/claimed-smmu.ts); none when it is legal. */
export function profileBreaches(profile: Profile): readonly string[] {
  return [...latticeBreaches(profile), ...claimedSmmuBreaches(profile)].map(
    (breach) => `profile ${profile.name} is not legal: ${breach}`,
  );
}
