/**
 * A KUnit pair as a plain example: the assertions of arm-smmu-v3-test.c, on the trace that is answered. At each
 * sync memory is the old entry or the new one in the bits that count, or its word 0 is zero. What counts is what
 * review settled: upstream asks the driver itself, which finds less.
 */
import { compileSafe, compileTable, safeMask, usedMask } from '../../../models/masks.ts';
import type { EntrySyncCase, EntrySyncObservation, Profile } from '../../../spec/schema.ts';
import { usedBitsKnowledge } from '../../../spec/used-bits/formats.ts';
import type { KunitPair } from './kunit-pairs.ts';

const WORDS = 8;
const HALVES = WORDS * 2;

export function caseOfPair({ format, from, to }: KunitPair, profile: Profile): EntrySyncCase {
  return { area: 'entry-sync', profile, format, from: [...from], to: [...to] };
}

/** True when the trace is what the test expects. */
export function pairPasses(pair: KunitPair, { trace }: EntrySyncObservation): boolean {
  const memory = [...pair.from];
  let syncs = 0;
  let isTorn = false;
  let wasInvalid = false;
  for (const event of trace) {
    if (event.op === 'store') {
      memory[event.quantum] = event.value[0] ?? 0n;
      continue;
    }
    syncs++;
    if (memory[0] === 0n) wasInvalid = true;
    else isTorn ||= !matches(pair, memory, pair.from) && !matches(pair, memory, pair.to);
  }
  const isFinal = memory.every((word, index) => word === pair.to[index]);
  return !isTorn && isFinal && syncs === pair.syncs && wasInvalid !== pair.hitless;
}

const tables = { 'smmu-ste': tablesOf('smmu-ste'), 'smmu-cd': tablesOf('smmu-cd') };

function tablesOf(format: KunitPair['format']) {
  const { layout, reviewed, safe } = usedBitsKnowledge[format];
  return { used: compileTable(reviewed), safe: compileSafe(layout, safe) };
}

/** True when `memory` is `entry` in all bits that `memory` uses and that are not safe to change. */
function matches({ format }: KunitPair, memory: readonly bigint[], entry: readonly bigint[]): boolean {
  const [held, wanted] = [memory, entry].map((words) => new Uint32Array(BigUint64Array.from(words).buffer));
  const [used, safe] = [new Uint32Array(HALVES), new Uint32Array(HALVES)];
  usedMask(tables[format].used, held!, 0, used);
  safeMask(tables[format].safe, held!, 0, wanted!, 0, safe, HALVES);
  return held!.every((half, index) => ((half ^ wanted![index]!) & used[index]! & ~safe[index]!) === 0);
}
