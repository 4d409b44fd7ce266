/**
 * One implementation checked in some areas, from the request of a user to outcomes: opens it once to see
 * what it is and claims, then lets Vitest open it again in a thread for each area.
 */
import { availableParallelism } from 'node:os';
import type { RunOutcome } from '../../reports/result-json.ts';
import type { Implementation } from '../../spec/implementation.ts';
import {
  type Area,
  areas as allAreas,
  type Case,
  type ExpectedFailure,
  type Finding,
  type Result,
} from '../../spec/schema.ts';
import { notClaimed } from '../../suites/core/run-request.ts';
import type { RecordedFile } from '../../suites/core/try-recorded.ts';
import { exitStatus, wrongUse } from '../exit.ts';
import type { Shard } from '../options.ts';
import type { EventLog } from './event-log.ts';
import { opened } from './open-implementation.ts';
import { noProgress, showProgress } from './progress.ts';
import { recordedFindings } from './recorded-findings.ts';
import { type AreaRunOutcome, runAreas } from './run-areas.ts';

export interface CheckOptions {
  readonly impl: string;
  readonly qemuArgs: readonly string[];
  /** Undefined: every area that the implementation claims. */
  readonly areas?: readonly Area[] | undefined;
  /** Cases an area; left out: what each area draws when nobody says otherwise. */
  readonly runs?: number | undefined;
  /** The exhaustive mode: so many actions of the other side between two of the implementation. */
  readonly exhaustive?: number | undefined;
  /** For the whole check: shared out over areas and workers. */
  readonly timeMs?: number | undefined;
  readonly seed: string;
  readonly profile?: string | undefined;
  /** Stored cases, asked before any is drawn. */
  readonly given?: readonly Case[] | undefined;
  /** The folder that they are from. */
  readonly vectors?: string | undefined;
  readonly expectedFailures: readonly ExpectedFailure[];
  readonly shard?: Shard | undefined;
  readonly workers?: number | undefined;
  /** Folder whose findings of earlier runs are tried first. */
  readonly recordedIn?: string | undefined;
  readonly allowUnexpectedPass?: boolean | undefined;
  /** Told of everything while it happens. */
  readonly log?: EventLog | undefined;
  /** Told of each finding as soon as it is shrunk. */
  readonly onFinding?: ((finding: Finding) => void) | undefined;
  readonly progress: boolean;
}

/** One outcome an area that was asked for, or claimed when none was. */
export interface CheckOutcome extends RunOutcome {
  /** What went wrong in the implementation's threads outside of its answers. */
  readonly strayErrors: readonly string[];
}

/** Checks; throws a CommandError when the request makes no sense or nothing could start. */
export async function check(options: CheckOptions): Promise<CheckOutcome> {
  const { seed, log } = options;
  const implementation = await described(options);
  const { claimed, unclaimed } = areasAsked(options, implementation);
  const recorded = recordedOf(options, claimed, implementation);
  const who = identity(implementation, options);
  log?.start(who, seed, claimed);
  const { areas, strayErrors } =
    claimed.length === 0
      ? { areas: [], strayErrors: [] }
      : await runShown(options, claimed, recorded, implementation.name);
  // In the order of the schema, whatever the order in which Vitest took them.
  const outcomes = [...areas, ...unclaimed.map((area) => ({ area, result: notClaimed(area) }))].toSorted(
    (one, other) => allAreas.indexOf(one.area) - allAreas.indexOf(other.area),
  );
  // Those that never started, and those that are not claimed.
  for (const outcome of outcomes) log?.area(outcome);
  return { implementation: who, seed, areas: outcomes, strayErrors };
}

/** Runs areas, and tells the display and the log of everything while it happens. */
async function runShown(
  options: CheckOptions,
  areas: readonly Area[],
  recorded: readonly RecordedFile[],
  name: string,
): Promise<AreaRunOutcome> {
  const { impl: spec, seed, timeMs, log } = options;
  const { qemuArgs, given, runs, exhaustive, profile, expectedFailures, allowUnexpectedPass } = options;
  const workers = options.workers ?? availableParallelism();
  const display = options.progress ? await showProgress(name, process.stderr) : noProgress;
  try {
    return await runAreas({
      request: {
        ...{ spec, qemuArgs, seed, given, runs, exhaustive, profile, expectedFailures, allowUnexpectedPass },
        recorded,
        timeMs: timeMs && (timeMs * Math.min(workers, areas.length)) / areas.length,
      },
      areas,
      workers,
      onProgress(progress) {
        display.update(progress);
        log?.progress(progress);
      },
      onFinding(finding) {
        log?.finding(finding);
        options.onFinding?.(finding);
      },
      onArea: (outcome) => log?.area(outcome),
      onSilence(area, seconds) {
        display.stop();
        const error = `${name} hangs in area ${area}: no sign of life for ${seconds} s (seed ${seed})`;
        process.stderr.write(`error: ${error}\n`);
        log?.end(exitStatus.implementationFailed, error);
        process.exit(exitStatus.implementationFailed);
      },
    });
  } finally {
    display.stop();
  }
}

/** The findings of earlier runs, where there is a folder of them; what can't be read is told and left out. */
function recordedOf(
  { recordedIn }: CheckOptions,
  areas: readonly Area[],
  { name }: Implementation,
): readonly RecordedFile[] {
  if (recordedIn === undefined) return [];
  const { recorded, warnings } = recordedFindings(recordedIn, areas, name);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  return recorded;
}

interface AreasAsked {
  readonly claimed: readonly Area[];
  readonly unclaimed: readonly Area[];
}

/** Areas are dealt out one by one: those that take long stand at several places. What nobody claims is told once. */
function areasAsked({ areas, shard }: CheckOptions, implementation: Implementation): AreasAsked {
  const isClaimed = (area: Area) => implementation.areas.includes(area);
  const claimed = (areas ?? allAreas).filter(isClaimed);
  const unclaimed = (areas ?? []).filter((area) => !isClaimed(area));
  if (shard === undefined) return { claimed, unclaimed };
  const { index, count } = shard;
  if (count > Math.max(claimed.length, 1))
    throw wrongUse(`--shard: ${count} parts, but there are ${claimed.length} areas to share out`);
  return {
    claimed: claimed.filter((_area, at) => at % count === index - 1),
    unclaimed: index === 1 ? unclaimed : [],
  };
}

/** Opens the implementation to see that it starts, what it claims, and whether it offers the profile. */
async function described({ impl, qemuArgs, profile, vectors }: CheckOptions): Promise<Implementation> {
  const implementation = await opened(impl, qemuArgs, vectors);
  await implementation.close?.();
  if (profile !== undefined) await refuseNotOffered(implementation, profile);
  return implementation;
}

async function refuseNotOffered(implementation: Implementation, profile: string): Promise<void> {
  // It draws a pool of profiles.
  const { profilesOf } = await import('../../suites/core/profiles-of.ts');
  const offered = profilesOf(implementation);
  if (!offered.some(({ name }) => name === profile)) {
    const names = offered.slice(0, 12).map(({ name }) => name);
    throw wrongUse(
      `${implementation.name} has no profile "${profile}": expected ${names.join(', ')}${offered.length > 12 ? ', …' : ''}`,
    );
  }
}

function identity(
  { name, version, profile }: Implementation,
  { impl, qemuArgs }: Pick<CheckOptions, 'impl' | 'qemuArgs'>,
): Result['implementation'] {
  return {
    name,
    ...(version === undefined ? {} : { version }),
    profile: profile === 'any' ? profile : [...profile],
    options: ['--impl', impl, ...qemuArgs.flatMap((argument) => ['--qemu-arg', argument])],
  };
}
