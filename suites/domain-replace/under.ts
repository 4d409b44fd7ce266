/** The same case on another unit: domains of a kind that it does not walk are pass-through. */
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { DomainReplaceCase, Profile } from '../../spec/schema.ts';
import { isOffered } from './offered.ts';

/** Undefined where it can't pass requests through either, or do something else that is asked for. */
export function underUnit(testCase: DomainReplaceCase, profile: Profile): DomainReplaceCase | undefined {
  const { FSTS, SSTS, NEST, PT } = decodeCapabilities(profile);
  const walks = { 'first-stage': FSTS, 'second-stage': SSTS, nested: NEST, 'pass-through': PT };
  const isLacking = testCase.domains.some(({ kind }) => walks[kind] === 0);
  if (isLacking && PT === 0) return undefined;
  const domains = testCase.domains.map((domain) =>
    walks[domain.kind] === 0 ? ({ kind: 'pass-through' } as const) : domain,
  );
  const moved = { ...testCase, profile, domains };
  return moved.requests.every((request) => isOffered(moved, request)) ? moved : undefined;
}
