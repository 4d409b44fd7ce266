/** `explain`: one entry or descriptor, field by field, and what hardware makes of it. */
import { Command } from 'commander';

export function explainCommand(): Command {
  return new Command('explain')
    .description(
      'decode an entry, a descriptor, a register or a fault: every field, what is used, ignored or reserved, and which fault',
    )
    .argument(
      '<what...>',
      'a format and its 64-bit words, the lowest first: pasid-table 0x1f …, second-stage-pt, iotlb-descriptor, smmu-ste; ' +
        'or a line of a debugfs dump, a DMAR line of a kernel log, a register such as "GSTS 0xc7000000". ' +
        'Words may be a hexdump; - is stdin, @FILE what a file holds',
    )
    .option(
      '--profile <name>',
      'what the unit claims to be (default: what CAP and ECAP say, else everything)',
    )
    .action(async (what: readonly string[], { profile }: { readonly profile?: string }) => {
      const { runExplain } = await import('../run/explain.ts');
      const { paletteFor } = await import('../../reports/palette.ts');
      const lines = await runExplain(what, profile, paletteFor(process.stdout, process.env));
      console.log(lines.join('\n'));
    });
}
