/** `replay`: one saved finding, run again and drawn. */
import { Command } from 'commander';
import { implOption, qemuArgOption } from './check.ts';

export function replayCommand(): Command {
  return new Command('replay')
    .description(
      'run the case of a finding again: exit status 1 while it fails or is skipped, 0 when it passes',
    )
    .argument('<finding>', 'JSON file that check has saved')
    .addOption(implOption())
    .addOption(qemuArgOption())
    .action(async (file: string, options: { readonly impl: string; readonly qemuArg: readonly string[] }) => {
      const { replay } = await import('../run/replay.ts');
      const { paletteFor } = await import('../../reports/palette.ts');
      const palette = paletteFor(process.stdout, process.env);
      const { lines, status } = await replay(file, options.impl, options.qemuArg, palette);
      console.log(lines.join('\n'));
      process.exitCode = status;
    });
}
