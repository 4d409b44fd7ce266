/** `compare`: several implementations on the same cases. */
import { Command } from 'commander';
import type { Area } from '../../spec/schema.ts';
import { areaList, count, seed } from '../options.ts';
import { qemuArgOption } from './check.ts';

export interface CompareArguments {
  readonly qemuArg: readonly string[];
  readonly area?: readonly Area[];
  readonly runs?: number;
  readonly seed?: string;
  readonly findings: string;
  readonly json?: string;
  readonly quiet?: boolean;
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('ask several implementations the same cases and show only where their answers differ')
    .argument('<specs...>', 'two or more implementations, each as --impl of check names it')
    .addOption(qemuArgOption())
    .option(
      '--area <areas>',
      'areas to compare, separated by commas (default: all that each claims)',
      areaList,
    )
    .option('--runs <n>', 'cases an area (default: 2000, 400 streams)', count('--runs'))
    .option('--seed <seed>', 'any string; the same seed draws the same cases (default: a new one)', seed)
    .option('--findings <dir>', 'folder that what breaks a rule is saved in', 'findings')
    .option('--json <file>', 'write the comparison as JSON')
    .option('--quiet', 'no progress')
    .action(async (specs: readonly string[], options: CompareArguments) => {
      const { runCompare } = await import('../run/compare.ts');
      process.exitCode = await runCompare(specs, options);
    });
}
