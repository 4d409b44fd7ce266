/** Translations and streams a second of each real QEMU binary that is found: every case is set up anew. */
import * as fc from 'fast-check';
import type { Bench } from 'tinybench';
import { findQemuBinaries } from '../adapters/qemu/binaries.ts';
import { openQemu } from '../adapters/qemu/open-qemu.ts';
import type { Implementation } from '../spec/implementation.ts';
import type { Case, Profile } from '../spec/schema.ts';
import { invalidationSuite } from '../suites/invalidation/suite.ts';
import { translationSuite } from '../suites/translation/suite.ts';
import { CASES_PER_ROUND, SEED } from './areas.ts';
import type { Unit } from './figures.ts';

/** Adds one task a binary; returns what a round of each is, and how to end the processes. */
export async function addQemu(bench: Bench, units: Map<string, Unit>): Promise<() => Promise<void>> {
  const opened: Implementation[] = [];
  for (const binary of await findQemuBinaries()) {
    const implementation = await openQemu({ binary: binary.path });
    opened.push(implementation);
    const profiles = implementation.profile as readonly Profile[];
    const sampled = { seed: SEED, numRuns: CASES_PER_ROUND };
    const add = (what: string, cases: readonly Case[], perRound: number) => {
      units.set(`${implementation.name}: ${what}`, { perRound });
      bench.add(`${implementation.name}: ${what}`, async () => {
        await implementation.runBatch?.(cases);
      });
    };
    const cases = fc.sample(translationSuite.arbitrary(profiles), sampled);
    const translations = cases.reduce((sum, { requests }) => sum + requests.length, 0);
    add('translations', cases, translations);
    add('streams', fc.sample(invalidationSuite.arbitrary(profiles), sampled), CASES_PER_ROUND);
  }
  return async () => {
    for (const implementation of opened) await implementation.close?.();
  };
}
