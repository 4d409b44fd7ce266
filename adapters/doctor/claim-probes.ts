/** What an implementation claims to be, field by field. */
import type { Claims } from '../claims.ts';
import type { Probe } from './probe.ts';

/** Problems named, of one claim. */
const MOST_PROBLEMS = 20;
const PROFILES_SHOWN = 12;

/** `sent` and `came`: the messages, where there are any. */
export function claimProbes(
  claims: Claims | { readonly problems: readonly string[] },
  sent?: string,
  came?: string,
): readonly Probe[] {
  if (!('problems' in claims)) return [identity(claims), ...profiles(claims)];
  return claims.problems.slice(0, MOST_PROBLEMS).map((found) => ({
    condition: 'ill',
    subject: 'claims',
    found,
    ...(sent === undefined ? {} : { sent }),
    ...(came === undefined ? {} : { came }),
    advice: adviceFor(found),
  }));
}

function adviceFor(problem: string): string {
  if (problem.startsWith('it refuses')) return 'this suite speaks version 1 of the protocol';
  return problem.includes('is not legal')
    ? 'cap and ecap are register values: see 11.4.2 and 11.4.3 for what a field implies of others'
    : 'name, version, profile and areas are described in docs/contract.md';
}

function identity({ name, version, areas }: Claims): Probe {
  const found = `${[name, version].filter(Boolean).join(' ')}, areas ${areas.join(', ')}`;
  return { condition: 'well', subject: 'claims', found };
}

function profiles({ profile }: Claims): readonly Probe[] {
  const subject = 'profile';
  if (profile === 'any') {
    return [{ condition: 'well', subject, found: 'any: every legal unit may be asked for' }];
  }
  const shown = profile.slice(0, PROFILES_SHOWN).map(({ name, cap, ecap, haw, backed }) => {
    const memory = backed.reduce((sum, { start, end }) => sum + end - start, 0n) >> 20n;
    return `${name}: CAP 0x${cap.toString(16)}, ECAP 0x${ecap.toString(16)}, HAW ${haw}, ${memory} MiB`;
  });
  const more = profile.length > PROFILES_SHOWN ? [`and ${profile.length - PROFILES_SHOWN} more`] : [];
  return [...shown, ...more].map((found) => ({ condition: 'well', subject, found }));
}
