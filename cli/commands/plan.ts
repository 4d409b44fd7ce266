/** `plan`: how an entry in memory is changed into another. */
import { Command } from 'commander';

interface PlanArguments {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly profile: string;
}

export function planCommand(): Command {
  return new Command('plan')
    .description('the sequence of stores and syncs from one entry to another, hitless or not, and why')
    .argument('<format>', 'vtd-pasid, smmu-ste, smmu-cd or amd-dte')
    .requiredOption('--from <words...>', 'the entry in memory, 64-bit words, the lowest first')
    .requiredOption('--to <words...>', 'the entry to be written')
    .option('--profile <name>', 'what the unit claims to be: coherent or not', 'everything')
    .action(async (format: string, { from, to, profile }: PlanArguments) => {
      const { plan } = await import('../run/plan.ts');
      const { paletteFor } = await import('../../reports/palette.ts');
      console.log(plan(format, from, to, profile, paletteFor(process.stdout, process.env)).join('\n'));
    });
}
