/** `rules`: the catalogue. */
import { Command } from 'commander';
import type { Area } from '../../spec/schema.ts';
import { areaList } from '../options.ts';

export function rulesCommand(): Command {
  return new Command('rules')
    .description('list every rule: id, level, areas, clause, sentence')
    .option('--area <areas>', 'rules of these areas only, separated by commas', areaList)
    .option('--json', 'as a JSON array')
    .action(async (options: { readonly area?: readonly Area[]; readonly json?: boolean }) => {
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
