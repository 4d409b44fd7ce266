/** `rules`: the catalogue. */
import { Command } from 'commander';
import type { Area } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { areaList, seed } from '../options.ts';

interface RulesOptions {
  readonly area?: readonly Area[];
  readonly json?: boolean;
  readonly frequency?: boolean;
  readonly seed?: string;
}

export function rulesCommand(): Command {
  return new Command('rules')
    .description('list every rule: id, level, areas, clause, sentence')
    .option('--area <areas>', 'rules of these areas only, separated by commas', areaList)
    .option('--json', 'as a JSON array')
    .option('--frequency', 'how often cases decide each rule, and what that leaves open')
    .option('--seed <text>', 'draws other cases; with --frequency', seed)
    .action(async (options: RulesOptions) => {
      if (options.frequency === true) {
        if (options.json === true) throw wrongUse('--frequency is printed as a table, not as --json');
        const { printFrequencies } = await import('../run/rule-frequency.ts');
        process.exitCode = await printFrequencies(options.area, options.seed);
        return;
      }
      if (options.seed !== undefined) throw wrongUse('--seed is for --frequency');
      const { catalogue } = await import('../../spec/catalogue.ts');
      const { area: wanted } = options;
      const rules = wanted
        ? catalogue.filter((rule) => rule.areas.some((area) => wanted.includes(area)))
        : catalogue;
      if (options.json === true) {
        console.log(JSON.stringify(rules, undefined, 2));
        return;
      }
      const { paletteFor } = await import('../../reports/palette.ts');
      const { ruleLines } = await import('../../reports/rule-lines.ts');
      console.log(ruleLines(rules, paletteFor(process.stdout, process.env)).join('\n'));
    });
}
