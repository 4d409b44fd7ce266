/**
 * `node benchmarks/resident.ts AREA SECONDS`: searches an area for so long, and tells on one line of JSON how much
 * memory was resident meanwhile.
 */
import { profilePool } from '../generators/profiles.ts';
import { optimized } from '../models/optimized/implementation.ts';
import { type Area, areas } from '../spec/schema.ts';
import type { AreaSuite } from '../suites/core/area-suite.ts';
import { search } from '../suites/core/search.ts';
import { suiteOf } from '../suites/suite-of.ts';

export interface Resident {
  readonly area: Area;
  readonly cases: number;
  /** Megabytes resident after a tenth of the time and at the end, and the most and least in between. */
  readonly early: number;
  readonly late: number;
  readonly most: number;
  readonly least: number;
}

const MEGABYTE = 1 << 20;

const [wanted, seconds] = process.argv.slice(2);
const area = areas.find((name) => name === wanted);
if (area !== undefined) console.log(JSON.stringify(await residentIn(await suiteOf(area), Number(seconds))));

async function residentIn<A extends Area>(suite: AreaSuite<A>, seconds: number): Promise<Resident> {
  const timeMs = seconds * 1000;
  const settled: number[] = [];
  const begin = performance.now();
  const onProgress = () => {
    if (performance.now() - begin > timeMs / 10) settled.push(process.memoryUsage().rss / MEGABYTE);
  };
  const options = { seed: 'memory', runs: 0, timeMs, profiles: profilePool, onProgress };
  const { cases } = await search(suite, optimized, options);
  return {
    area: suite.area,
    cases,
    early: settled[0] ?? 0,
    late: settled.at(-1) ?? 0,
    most: Math.max(...settled),
    least: Math.min(...settled),
  };
}
