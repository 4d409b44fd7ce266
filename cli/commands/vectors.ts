/** `vectors`: cases with everything that may be answered, for who can't run this program. */
import { Command } from 'commander';
import type { Area } from '../../spec/schema.ts';
import { areaList, count, seed } from '../options.ts';

export interface VectorsArguments {
  readonly area?: readonly Area[];
  readonly count: number;
  readonly seed: string;
  readonly out: string;
  readonly profile?: string;
}

export function vectorsCommand(): Command {
  return new Command('vectors')
    .description('write cases with every answer that is allowed, a JSON file an area, and how to read them')
    .option('--area <areas>', 'areas, separated by commas (default: all)', areaList)
    .option('--count <n>', 'cases an area; those that cover its rules come first', count('--count'), 1000)
    .option('--seed <seed>', 'any string; the same seed gives the same files', seed, 'vectors')
    .option('--profile <name>', 'under this profile only')
    .requiredOption('--out <dir>', 'folder to write to: a new one, or an empty one')
    .action(async (options: VectorsArguments) => {
      const { runVectors } = await import('../run/run-vectors.ts');
      process.exitCode = await runVectors(options);
    });
}
