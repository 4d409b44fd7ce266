/** The findings of earlier runs, tried before a search: what still fails is given to it as its first cases. */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, AreaResult, Case, ExpectedFailure } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { offeredProfile } from './offered-profile.ts';
import { failingCases, type Recorded, recheck } from './recheck.ts';

export interface RecordedFile extends Recorded {
  readonly file: string;
  readonly id: string;
  /** Found in this implementation, or in another version of it. */
  readonly isOwn: boolean;
}

export type RecordedResult = NonNullable<AreaResult['recorded']>[number];

export interface Tried {
  /** One a recorded finding of this area. */
  readonly results: readonly RecordedResult[];
  /** To be asked again by the search. */
  readonly failing: readonly Case[];
}

/** Asked at a time: between two there is a sign of life. */
const CHUNK = 32;

export async function tryRecorded<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  recorded: readonly RecordedFile[],
  expectedFailures: readonly ExpectedFailure[],
  { profile: wanted, onChunk }: { readonly profile?: string | undefined; readonly onChunk: () => void },
): Promise<Tried> {
  const isExpected = ({ rule, aspect }: Pick<ExpectedFailure, 'rule' | 'aspect'>) =>
    expectedFailures.some(
      (entry) => entry.area === suite.area && entry.rule === rule && entry.aspect === aspect,
    );
  const results: RecordedResult[] = [];
  const askable: RecordedFile[] = [];
  for (const one of recorded) {
    if (one.case.area !== suite.area) continue;
    const profile = offeredProfile(implementation, one.case.profile, wanted);
    if (profile === undefined) results.push({ file: one.file, id: one.id, state: 'not-offered' });
    else askable.push({ ...one, case: { ...one.case, profile } });
  }
  const failing: Case[] = [];
  for (let at = 0; at < askable.length; at += CHUNK) {
    onChunk();
    const chunk = askable.slice(at, at + CHUNK);
    const rechecked = await recheck(suite, implementation, chunk, isExpected);
    for (const [index, { file, id, isOwn }] of chunk.entries()) {
      const state = rechecked[index]?.state ?? 'skipped';
      // What another implementation broke was never broken here.
      results.push({ file, id, state: state === 'fixed' && !isOwn ? 'passes' : state });
    }
    failing.push(...failingCases(chunk, rechecked));
  }
  return { results, failing };
}
