/** `faulty`: known bugs, and how the suite finds them. */
import { Command } from 'commander';
import type { Area } from '../../spec/schema.ts';
import { areaList, count } from '../options.ts';

export interface FaultyArguments {
  readonly bug?: readonly string[];
  readonly area?: readonly Area[];
  readonly seeds: number;
  readonly list?: boolean;
  readonly limits?: string;
  readonly json?: string;
  readonly workers?: number;
  readonly quiet?: boolean;
}

export function faultyCommand(): Command {
  return new Command('faulty')
    .description('put every known bug into the optimized model and measure how it is found, named and shrunk')
    .option('--bug <id...>', 'these bugs only')
    .option('--area <areas>', 'bugs of these areas only, separated by commas', areaList)
    .option('--seeds <n>', 'seeds 1 to n, each a search of its own', count('--seeds'), 20)
    .option('--list', 'name the bugs, and measure nothing')
    .option('--limits <file>', 'exit status 1 when a figure is beyond its limit in this file')
    .option('--json <file>', 'write the figures as JSON')
    .option('--workers <n>', 'bugs at the same time (default: one a core)', count('--workers'))
    .option('--quiet', 'no progress')
    .action(async (options: FaultyArguments) => {
      const { runFaulty } = await import('../run/faulty.ts');
      process.exitCode = await runFaulty(options);
    });
}
