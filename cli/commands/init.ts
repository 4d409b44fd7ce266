/** `init`: a skeleton adapter to start from. */
import { Command, Option } from 'commander';
import { type Area, areas } from '../../spec/names.ts';
import { areaList } from '../options.ts';

export const languages = ['c', 'python', 'typescript'] as const;
export type Language = (typeof languages)[number];

export function initCommand(): Command {
  return new Command('init')
    .description('write an adapter that speaks the protocol, with one place where your code goes')
    .argument('<dir>', 'folder for it; files that are there already are never overwritten')
    .addOption(new Option('--language <language>', 'of the adapter').choices(languages).default('python'))
    .addOption(
      new Option('--area <areas>', `what you have, separated by commas: some of ${areas.join(', ')}`)
        .argParser(areaList)
        .default(['used-bits'], 'used-bits'),
    )
    .action(
      async (folder: string, options: { readonly language: Language; readonly area: readonly Area[] }) => {
        const { init } = await import('../run/init.ts');
        for (const line of init(folder, options.language, options.area)) console.log(line);
      },
    );
}
