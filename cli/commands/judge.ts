/** `judge`: what was recorded of an implementation that can't be driven. */
import { Command } from 'commander';

export interface JudgeArguments {
  readonly expect?: string;
  readonly findings: string;
  readonly json?: string;
  readonly quiet?: boolean;
}

export function judgeCommand(): Command {
  return new Command('judge')
    .description('judge a recorded history: cases or steps with the answers that were given to them')
    .argument('<trace>', 'JSON Lines: whole cases with observations, or a header and one line a step')
    .option('--expect <file>', 'known failures of this implementation')
    .option('--findings <dir>', 'folder that findings are saved in', 'findings')
    .option('--json <file>', 'write the result as JSON')
    .option('--quiet', 'no facts, and no list of rules that were not exercised')
    .action(async (file: string, options: JudgeArguments) => {
      const { runJudge } = await import('../run/judge.ts');
      process.exitCode = await runJudge(file, options);
    });
}
