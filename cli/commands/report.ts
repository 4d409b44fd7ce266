/** `report`: results of several runs as one page. */
import { Command } from 'commander';

export interface ReportArguments {
  readonly out: string;
  readonly sum?: boolean;
}

export function reportCommand(): Command {
  return new Command('report')
    .description('make one HTML page of results, side by side; parts of a sharded run become one')
    .argument(
      '<files...>',
      'what check --json wrote; also what faulty --json and the benchmark wrote, for tables of their own',
    )
    .requiredOption(
      '--out <dir>',
      'folder to write index.html, junit.xml, badge.svg and the merged results to',
    )
    .option('--sum', 'runs of one implementation under several seeds become one')
    .action(async (files: readonly string[], options: ReportArguments) => {
      const { runReport } = await import('../run/merge-reports.ts');
      process.exitCode = runReport(files, options);
    });
}
