/** Translations a second of each real QEMU binary that is found: tables of each case written anew. */
import * as fc from 'fast-check';
import type { Bench } from 'tinybench';
import { findQemuBinaries } from '../adapters/qemu/binaries.ts';
import { openQemu } from '../adapters/qemu/open-qemu.ts';
import type { Implementation } from '../spec/implementation.ts';
import type { Profile } from '../spec/schema.ts';
import { translationSuite } from '../suites/translation/suite.ts';
import { CASES_PER_ROUND, SEED } from './areas.ts';
import type { Unit } from './figures.ts';

/** Adds one task a binary; returns what a round of each is, and how to end the processes. */
export async function addQemu(bench: Bench, units: Map<string, Unit>): Promise<() => Promise<void>> {
  const opened: Implementation[] = [];
  for (const binary of await findQemuBinaries()) {
    const implementation = await openQemu({ binary: binary.path });
    opened.push(implementation);
    const cases = fc.sample(translationSuite.arbitrary(implementation.profile as readonly Profile[]), {
      seed: SEED,
      numRuns: CASES_PER_ROUND,
    });
    const name = `${implementation.name}: translations`;
    units.set(name, { perRound: cases.reduce((sum, { requests }) => sum + requests.length, 0) });
    bench.add(name, async () => {
      await implementation.runBatch?.(cases);
    });
  }
  return async () => {
    for (const implementation of opened) await implementation.close?.();
  };
}
