/**
 * `npm run bench`: every figure of one run side by side, printed as a table and written as JSON with the
 * machine, the versions and the spread.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Bench } from 'tinybench';
import { addAreas } from './areas.ts';
import { figuresOf, figureTable, type Unit } from './figures.ts';
import { addInterleavings, interleavingsPerMinute } from './interleavings.ts';
import { addLongStreams, growthExponent } from './long-streams.ts';
import { addManyPasids } from './many-pasids.ts';
import { addedMicroseconds, addProcess } from './process.ts';
import { addQemu } from './qemu.ts';
import { addWideWalk } from './wide-walk.ts';

const OUTPUT = 'bench.json';

const bench = new Bench({ time: 1000, iterations: 5, warmupTime: 300, warmupIterations: 2 });
const units = new Map<string, Unit>();
await addAreas(bench, units);
addWideWalk(bench, units);
addLongStreams(bench, units);
addManyPasids(bench, units);
const interleavings = addInterleavings(bench, units);
const closers = [await addProcess(bench, units), await addQemu(bench, units)];
try {
  await bench.run();
} finally {
  for (const close of closers) await close();
}
const figures = figuresOf(bench, units);
console.log(figureTable(figures));
const exponent = growthExponent(figures, 'check');
const staleExponent = growthExponent(figures, 'first look, never invalidated');
if (exponent !== undefined && staleExponent !== undefined) {
  const powers = `${exponent.toFixed(2)}, never invalidated ${staleExponent.toFixed(2)}`;
  console.log(`cost of a stream grows with its length to the power ${powers}`);
}
const added = addedMicroseconds(figures);
if (added !== undefined) console.log(`the process adapter adds ${added.toFixed(1)} µs a case to the check`);
const perMinute = interleavingsPerMinute(figures, interleavings);
if (perMinute !== undefined) console.log(`${perMinute.toExponential(1)} interleavings a minute`);
const derived = {
  streamGrowthExponent: exponent,
  staleStreamGrowthExponent: staleExponent,
  processAddedMicroseconds: added,
  interleavingsPerMinute: perMinute,
};
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
writeFileSync(OUTPUT, `${JSON.stringify({ machine, figures, ...derived }, undefined, 2)}\n`);
console.log(`written to ${OUTPUT}`);
