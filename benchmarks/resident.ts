/**
 * `node benchmarks/resident.ts AREA SECONDS CASES`: checks cases of an area, as in a long search, until both are
 * reached or twice the time is up, and tells on one line of JSON how much memory was resident meanwhile.
 */
import { drawCases } from '../generators/drawing.ts';
import { profilePool } from '../generators/profiles.ts';
import { optimized } from '../models/optimized/implementation.ts';
import { type Area, areas, type ObservationOf } from '../spec/schema.ts';
import type { AreaSuite } from '../suites/core/area-suite.ts';
import { judgeAsFar } from '../suites/core/judging.ts';
import { suiteOf } from '../suites/suite-of.ts';
import { SEED } from './areas.ts';

export interface Resident {
  readonly area: Area;
  readonly cases: number;
  /** Megabytes resident once a tenth of the cases were checked and at the end, and the most and least in between. */
  readonly early: number;
  readonly late: number;
  readonly most: number;
  readonly least: number;
}

const MEGABYTE = 1 << 20;
const ROUND = 512;
const SAMPLES = 64;

const [wanted, seconds, cases] = process.argv.slice(2);
const area = areas.find((name) => name === wanted);
if (area !== undefined)
  console.log(JSON.stringify(check(await suiteOf(area), Number(seconds), Number(cases))));

function check<A extends Area>(suite: AreaSuite<A>, wantedSeconds: number, wantedCases: number): Resident {
  const arbitrary = suite.arbitrary(profilePool);
  const begin = performance.now();
  const samples: number[] = [];
  let checked = 0;
  let due = 0;
  for (let seed = SEED; ; seed++) {
    for (const testCase of drawCases(arbitrary, seed, ROUND)) {
      judgeAsFar(suite, testCase, optimized.run(testCase) as ObservationOf[A], false);
    }
    checked += ROUND;
    const share = (performance.now() - begin) / 1000 / wantedSeconds;
    if (share >= due / SAMPLES) {
      due = Math.floor(share * SAMPLES) + 1;
      samples.push(process.memoryUsage().rss / MEGABYTE);
    }
    if (share >= 2 || (share >= 1 && checked >= wantedCases)) break;
  }
  const settled = samples.slice(Math.floor(samples.length / 10));
  return {
    area: suite.area,
    cases: checked,
    early: settled[0] ?? 0,
    late: settled.at(-1) ?? 0,
    most: Math.max(...settled),
    least: Math.min(...settled),
  };
}
