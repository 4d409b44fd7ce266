/** `explain`: one entry or descriptor, field by field, and what hardware makes of it. */
import { Command } from 'commander';

export function explainCommand(): Command {
  return new Command('explain')
    .description(
      'decode an entry or a descriptor: every field, what is used, ignored or reserved, and which fault',
    )
    .argument(
      '<format>',
      'such as pasid-table, context-scalable, second-stage-pt, smmu-ste, amd-dte, iotlb-descriptor',
    )
    .argument('<words...>', '64-bit words of it, the lowest first: 0x1f, or 16 hex digits')
    .option('--profile <name>', 'what the unit claims to be', 'everything')
    .action(async (format: string, words: readonly string[], options: { readonly profile: string }) => {
      const { explain } = await import('../run/explain.ts');
      const { paletteFor } = await import('../../reports/palette.ts');
      const lines = explain(format, words, options.profile, paletteFor(process.stdout, process.env));
      console.log(lines.join('\n'));
    });
}
