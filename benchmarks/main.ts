/**
 * `npm run bench [-- SECTION…]`: every figure of one run side by side, printed as tables and written as JSON with the
 * machine, the versions and the spread.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Argument, Command, InvalidArgumentError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { Figure } from './figures.ts';
import { type SectionName, sectionNames, sections } from './sections.ts';

const OUTPUT = 'bench.json';
const WRONG_USE = 2;

const program = new Command('bench')
  .description('Measures speed and scale on this machine; figures mean little beside other work.')
  .addArgument(new Argument('[section...]', 'what to measure; all by default').choices(sectionNames))
  .option('--seconds <n>', 'for resident memory, per area', positive, 5)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USE))
  .parse();

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Not a positive number.');
  return value;
}

const wanted = program.args.length > 0 ? (program.args as SectionName[]) : sectionNames;
const { seconds } = program.opts<{ seconds: number }>();
const figures: Figure[] = [];
const derived: Record<string, unknown> = {};
for (const name of sectionNames.filter((section) => wanted.includes(section))) {
  const { table, measured = [], ...rest } = await sections[name]({ seconds, figures });
  console.log(`\n${table}`);
  figures.push(...measured);
  Object.assign(derived, rest);
}
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const versions = { 'iommu-conformance': packageJson.version, v8: process.versions.v8 };
writeFileSync(OUTPUT, `${JSON.stringify({ machine, versions, figures, ...derived }, undefined, 2)}\n`);
console.log(`\nwritten to ${OUTPUT}`);
