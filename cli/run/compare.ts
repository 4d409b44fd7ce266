/** The action of `compare`: opens all, compares area by area in this process, reports. */
import { writeFileSync } from 'node:fs';
import { isQemu } from '../../adapters/open.ts';
import { comparisonJson } from '../../reports/comparison-json.ts';
import { comparisonSummary, factLines, groupLines } from '../../reports/comparison-lines.ts';
import { paletteFor } from '../../reports/palette.ts';
import { shellCommand } from '../../reports/shell-command.ts';
import { type Area, areas as allAreas } from '../../spec/schema.ts';
import { type AreaComparison, compareArea, type Group } from '../../suites/compare/compare.ts';
import { groundsOf } from '../../suites/compare/grounds.ts';
import { type Member, Members } from '../../suites/compare/members.ts';
import { budget } from '../../suites/core/budget.ts';
import type { Progress } from '../../suites/core/search.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import type { CompareArguments } from '../commands/compare.ts';
import { type ExitStatus, exitStatus, wrongUse } from '../exit.ts';
import { refuseNoFolder } from '../make-folder.ts';
import { refuseUnwritable } from '../write-file.ts';
import { memberFindings } from './compared-findings.ts';
import { endEarlyOnInterrupt, type InterruptedStatus } from './interrupt.ts';
import { newSeed } from './new-seed.ts';
import { opened } from './open-implementation.ts';
import { noProgress, showProgress } from './progress.ts';
import { replayCommand } from './replay-command.ts';
import { saveScript, trySaving } from './save-findings.ts';
import { type ScriptOf, scriptMaker } from './script-maker.ts';

const DEFAULT_CASES = 2000;

export async function runCompare(
  specs: readonly string[],
  options: CompareArguments,
): Promise<ExitStatus | InterruptedStatus> {
  if (options.json !== undefined) refuseUnwritable(options.json);
  refuseNoFolder(options.findings, `--findings ${options.findings}`);
  const members = await openAll(specs, options.qemuArg);
  try {
    return await compareAll(members, specs, options);
  } finally {
    await Promise.all(members.all.map(({ implementation }) => implementation.close?.()));
  }
}

async function compareAll(
  members: Members,
  specs: readonly string[],
  options: CompareArguments,
): Promise<ExitStatus | InterruptedStatus> {
  const wanted = commonAreas(members, options.area);
  const seed = options.seed ?? newSeed();
  const palette = paletteFor(process.stdout, process.env);
  const title = members.all.map(({ label }) => label).join(', ');
  const display = options.quiet === true ? noProgress : await showProgress(title, process.stderr);
  const interruption = endEarlyOnInterrupt();
  const { signal } = interruption;
  const onProgress = (progress: Progress) => display.update(progress);
  const compared: AreaComparison[] = [];
  try {
    for (const area of wanted) {
      if (signal.aborted) break;
      const suite = await suiteOf(area);
      const runs = options.runs ?? budget(suite, DEFAULT_CASES);
      compared.push(await compareArea(suite, members, { seed, runs, onProgress, signal }));
    }
  } finally {
    interruption.stop();
    display.stop();
  }
  const scripts = await Promise.all(specs.map(scriptMaker));
  for (const area of compared) {
    for (const group of area.groups) {
      const replays = replaysOf(group, members, specs, scripts, options);
      console.log([...groupLines(group, area, members, replays, palette), ''].join('\n'));
    }
    for (const line of factLines(area, members, palette)) console.log(line);
  }
  for (const line of comparisonSummary(compared, members, seed, palette)) console.log(line);
  if (options.json !== undefined) writeFileSync(options.json, comparisonJson(compared, members, seed));
  const interrupted = interruption.status();
  if (interrupted === undefined) return statusOf(compared);
  process.stderr.write(`interrupted, seed ${seed}: what was compared until then\n`);
  return interrupted;
}

async function openAll(specs: readonly string[], qemuArgs: readonly string[]): Promise<Members> {
  if (specs.length < 2) throw wrongUse('compare needs two implementations or more');
  const twice = specs.find((spec, index) => specs.indexOf(spec) < index);
  if (twice !== undefined) throw wrongUse(`${twice} is named twice: it would be compared with itself`);
  const open: Member[] = [];
  try {
    for (const spec of specs) {
      open.push({ label: spec, implementation: await opened(spec, isQemu(spec) ? qemuArgs : []) });
    }
    const implementations = open.map(({ implementation }) => implementation);
    const grounds = groundsOf(implementations);
    if (grounds.length === 0) throw wrongUse(nothingInCommon(open));
    return new Members(labelled(open), grounds);
  } catch (error) {
    await Promise.all(open.map(({ implementation }) => implementation.close?.()));
    throw error;
  }
}

/** By the name that each gives itself, with the SPEC where several have the same. */
function labelled(members: readonly Member[]): readonly Member[] {
  const names = members.map(({ implementation }) => implementation.name);
  return members.map(({ label: spec, implementation }) => {
    const { name } = implementation;
    const isAlone = names.indexOf(name) === names.lastIndexOf(name);
    return { label: isAlone ? name : `${name} (${spec})`, implementation };
  });
}

function nothingInCommon(members: readonly Member[]): string {
  const offers = members.map(({ implementation: { name, profile } }) => {
    const names = profile === 'any' ? ['any profile'] : profile.slice(0, 6).map((offered) => offered.name);
    return `${name} offers ${names.join(', ')}`;
  });
  return `no profile is common to all, equal or of the same name: ${offers.join('; ')}`;
}

function commonAreas({ all }: Members, wanted: readonly Area[] | undefined): readonly Area[] {
  const claimed = (area: Area) => all.every(({ implementation }) => implementation.areas.includes(area));
  const unclaimed = wanted?.find((area) => !claimed(area));
  if (unclaimed !== undefined) {
    const who = all.find(({ implementation }) => !implementation.areas.includes(unclaimed));
    throw wrongUse(`${who?.label} does not claim area ${unclaimed}: there is nothing to compare`);
  }
  const common = (wanted ?? allAreas).filter(claimed);
  if (common.length === 0) throw wrongUse('there is no area that all of them claim');
  return common;
}

/** Saves what each member breaks as a finding of its own; the commands that show them again. */
function replaysOf(
  group: Group,
  members: Members,
  specs: readonly string[],
  scripts: readonly (ScriptOf | undefined)[],
  { findings, qemuArg }: CompareArguments,
): readonly string[] {
  return memberFindings(group, members).flatMap(({ member, finding }) => {
    const spec = specs[member] ?? '';
    const { file, problem } = trySaving(finding, findings);
    if (file === undefined) return [`not saved: ${problem}`];
    const script = saveScript(finding, file, scripts[member]);
    return [
      replayCommand(file, spec, isQemu(spec) ? qemuArg : []),
      ...(script === undefined ? [] : [shellCommand('python3', script)]),
    ];
  });
}

/** 3 when one died or hung; 1 when one breaks a binding rule that another keeps, or breaks otherwise. */
function statusOf(compared: readonly AreaComparison[]): ExitStatus {
  const differences = compared.flatMap(({ groups }) => groups).filter(({ kind }) => kind === 'difference');
  const isDeath = ({ finding, breaches }: Group) =>
    [finding.observed, ...breaches.map(({ mismatch }) => mismatch.observed)].some((text) =>
      /^(crash|hang): /.test(text),
    );
  if (differences.some(isDeath)) return exitStatus.implementationFailed;
  return differences.length > 0 ? exitStatus.findings : exitStatus.conforms;
}
