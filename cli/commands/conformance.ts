/** `conformance`, which is also what the command does alone: the main job. */
import { Command } from 'commander';
import { seed } from '../options.ts';

export interface ConformanceArguments {
  readonly seed: string;
  readonly findings: string;
  readonly report?: string;
}

export function conformanceCommand(): Command {
  return new Command('conformance')
    .description('check the optimized model and every QEMU that is found, each with its known failures')
    .option('--seed <seed>', 'any string; the same seed draws the same cases', seed, 'conformance')
    .option('--findings <dir>', 'folder that findings are saved in', 'findings')
    .option('--report <dir>', 'write an HTML page and the results into this folder')
    .action(async (options: ConformanceArguments) => {
      const { runConformance } = await import('../run/conformance.ts');
      process.exitCode = await runConformance(options);
    });
}
