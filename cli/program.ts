/** The commands and what they share. Each loads its work only when it is called. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { conformanceCommand } from './commands/conformance.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { faultyCommand } from './commands/faulty.ts';
import { initCommand } from './commands/init.ts';
import { judgeCommand } from './commands/judge.ts';
import { lintCommand } from './commands/lint.ts';
import { planCommand } from './commands/plan.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { rulesCommand } from './commands/rules.ts';
import { vectorsCommand } from './commands/vectors.ts';
import { packageRoot } from './package-root.ts';

export function program(): Command {
  const command = new Command('iommu-conformance')
    .description('Property-based conformance tests for IOMMU emulators and drivers')
    .version(packageVersion())
    .exitOverride();
  for (const one of [
    checkCommand(),
    replayCommand(),
    judgeCommand(),
    diffCommand(),
    compareCommand(),
    reportCommand(),
    explainCommand(),
    lintCommand(),
    planCommand(),
    rulesCommand(),
    initCommand(),
    doctorCommand(),
    vectorsCommand(),
    faultyCommand(),
    conformanceCommand(),
  ])
    command.addCommand(withoutColours(one.exitOverride()));
  return command;
}

/** Whatever writes colours looks at NO_COLOR (no-color.org). */
function withoutColours(command: Command): Command {
  return command.option('--no-color', 'no colours, as with NO_COLOR').hook('preAction', () => {
    if (command.opts()['color'] === false) process.env['NO_COLOR'] = '1';
  });
}

function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot, 'package.json'), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
