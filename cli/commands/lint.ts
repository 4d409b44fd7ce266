/** `lint`: whole dumps of a live unit. */
import { Command } from 'commander';

export interface LintArguments {
  readonly json?: boolean;
}

export function lintCommand(): Command {
  return new Command('lint')
    .description(
      'check dumps of live VT-d units: every entry, row and descriptor, and what they say together',
    )
    .argument(
      '<files...>',
      'files of /sys/kernel/debug/iommu/intel and kernel logs of one machine, in any order; - is stdin',
    )
    .option('--json', 'as JSON')
    .action(async (files: readonly string[], options: LintArguments) => {
      const { runLint } = await import('../run/lint.ts');
      process.exitCode = await runLint(files, options);
    });
}
