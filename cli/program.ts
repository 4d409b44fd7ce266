/** The commands and what they share. Each loads its work only when it is called. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkCommand } from './commands/check.ts';
import { explainCommand } from './commands/explain.ts';
import { replayCommand } from './commands/replay.ts';
import { rulesCommand } from './commands/rules.ts';

export function program(): Command {
  const command = new Command('iommu-conformance')
    .description('Property-based conformance tests for IOMMU emulators and drivers')
    .version(packageVersion())
    .exitOverride();
  for (const one of [checkCommand(), replayCommand(), explainCommand(), rulesCommand()])
    command.addCommand(one.exitOverride());
  return command;
}

/** The package's own file stands above the sources, or above `dist`. */
function packageVersion(): string {
  const inSource = new URL('../package.json', import.meta.url);
  const inPackage = new URL('../../package.json', import.meta.url);
  const url = import.meta.url.endsWith('.ts') ? inSource : inPackage;
  const { version }: { version: string } = JSON.parse(readFileSync(url, 'utf8'));
  return version;
}
