/** `report`: results of several runs as one page. */
import { Command } from 'commander';

export interface ReportArguments {
  readonly out: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .description('make one HTML page of results, side by side; parts of a sharded run become one')
    .argument(
      '<files...>',
      'what check --json wrote; also what faulty --json and the benchmark wrote, for tables of their own',
    )
    .requiredOption('--out <dir>', 'folder to write index.html and the merged results to')
    .action(async (files: readonly string[], options: ReportArguments) => {
      const { runReport } = await import('../run/merge-reports.ts');
      process.exitCode = runReport(files, options);
    });
}
