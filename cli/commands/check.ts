/** `check`: an implementation against the architecture. */
import { Command, Option } from 'commander';
import type { Area } from '../../spec/schema.ts';
import { actions, areaList, collect, count, duration, type Shard, seed, shard } from '../options.ts';

export interface CheckArguments {
  readonly impl: string;
  readonly qemuArg: readonly string[];
  readonly area?: readonly Area[];
  readonly runs?: number;
  readonly time?: number;
  readonly exhaustive?: number;
  readonly seed?: string;
  readonly profile?: string;
  readonly vectors?: string;
  readonly quick?: boolean;
  readonly expect?: string;
  readonly updateExpectations?: boolean;
  readonly allowUnexpectedPass?: boolean;
  readonly findings: string;
  readonly failed?: string;
  readonly json?: string;
  readonly jsonl?: string;
  readonly junit?: string;
  readonly report?: string;
  readonly shard?: Shard;
  readonly workers?: number;
  readonly quiet?: boolean;
}

/** What says how cases are drawn and results kept: nothing of it goes with `--failed`. */
const allOfARun: readonly string[] = [
  'area',
  'runs',
  'time',
  'exhaustive',
  'seed',
  'profile',
  'vectors',
  'quick',
  'expect',
  'updateExpectations',
  'allowUnexpectedPass',
  'findings',
  'json',
  'jsonl',
  'junit',
  'report',
  'shard',
  'workers',
  'quiet',
];

export function checkCommand(): Command {
  return new Command('check')
    .description('draw cases, ask an implementation, judge its answers, shrink what breaks a rule')
    .addOption(implOption())
    .addOption(qemuArgOption())
    .option('--area <areas>', 'areas to check, separated by commas (default: all that are claimed)', areaList)
    .addOption(
      new Option('--runs <n>', 'cases an area (default: 20000, 4000 streams)')
        .argParser(count('--runs'))
        .conflicts('time'),
    )
    .option('--time <time>', 'draw for so long over all areas: 500ms, 60s, 5m', duration)
    .addOption(
      new Option(
        '--exhaustive <n>',
        'go through all interleavings of short programs, with at most n actions of hardware between two of the driver (area domain-replace)',
      ).argParser(actions),
    )
    .option('--seed <seed>', 'any string; the same seed draws the same cases (default: a new one)', seed)
    .option('--profile <name>', 'draw under this profile only')
    .addOption(
      new Option('--vectors <dir>', 'ask the cases of these vector files instead of drawing').conflicts([
        'runs',
        'time',
        'exhaustive',
        'seed',
        'profile',
      ]),
    )
    .addOption(
      new Option(
        '--quick',
        'ask the stored cases that show every known bug, then draw 256 an area: a first look in seconds',
      ).conflicts(['vectors', 'runs', 'time', 'exhaustive', 'seed', 'profile']),
    )
    .option('--expect <file>', 'known failures of this implementation')
    .option('--update-expectations', 'write what failed and passed into a new file beside that, for review')
    .option('--allow-unexpected-pass', 'known failures that do not happen any more do not fail the run')
    .option('--findings <dir>', 'folder that findings are saved in, and tried from first', 'findings')
    .addOption(
      new Option(
        '--failed <file>',
        'ask again only what failed in a result (--json or --jsonl), and draw nothing',
      ).conflicts([...allOfARun]),
    )
    .option('--json <file>', 'write the result as JSON')
    .option('--jsonl <file>', 'write events as JSON Lines while the run goes on (-: to stdout)')
    .option('--junit <file>', 'write the result as JUnit XML')
    .option('--report <dir>', 'write an HTML page, results.json, junit.xml and badge.svg into this folder')
    .option('--shard <i/n>', 'check part i of n of the areas; report puts the parts together', shard)
    .option(
      '--workers <n>',
      'threads: areas at the same time, then several an area that takes long (default: one a core)',
      count('--workers'),
    )
    .option('--quiet', 'no progress, and no list of rules that were not exercised')
    .action(async (options: CheckArguments) => {
      if (options.failed !== undefined) {
        const { checkFailed } = await import('../run/failed.ts');
        process.exitCode = await checkFailed(options.failed, options.impl, options.qemuArg);
        return;
      }
      const { runCheck } = await import('../run/run-check.ts');
      process.exitCode = await runCheck(options);
    });
}

export function implOption(): Option {
  return new Option(
    '--impl <spec>',
    'optimized, reference, correct:ID, faulty:ID, machine, qemu, qemu:BINARY, process:COMMAND LINE, answers:FILE or the path of a module',
  ).default('optimized');
}

export function qemuArgOption(): Option {
  return new Option('--qemu-arg <key=value>', 'a device option for QEMU; may be given several times')
    .argParser(collect)
    .default([], 'none');
}
