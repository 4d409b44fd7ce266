/** `diff`: two results of check. */
import { Command } from 'commander';

export interface DiffArguments {
  readonly json?: string;
}

export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'compare two results of check --json: exit status 0 when the second is not worse, 1 when it is',
    )
    .argument('<before>', 'a result')
    .argument('<after>', 'a later one, of another version or of another implementation')
    .option('--json <file>', 'write the difference as JSON')
    .action(async (before: string, after: string, options: DiffArguments) => {
      const { runDiff } = await import('../run/diff.ts');
      process.exitCode = runDiff(before, after, options);
    });
}
