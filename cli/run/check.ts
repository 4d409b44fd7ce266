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
import { exitStatus, wrongUse } from '../exit.ts';
import type { Shard } from '../options.ts';
import type { EventLog } from './event-log.ts';
import { opened } from './open-implementation.ts';
import { noProgress, showProgress } from './progress.ts';
import { recordedFindings } from './recorded-findings.ts';
import { runAreas } from './run-areas.ts';

export interface CheckOptions {
  readonly impl: string;
  readonly qemuArgs: readonly string[];
  /** Undefined: every area that the implementation claims. */
  readonly areas?: readonly Area[];
  /** Cases an area; left out: what each area draws when nobody says otherwise. */
  readonly runs?: number;
  /** The exhaustive mode: so many actions of the other side between two of the implementation. */
  readonly exhaustive?: number;
  /** For the whole check: shared out over areas and workers. */
  readonly timeMs?: number;
  readonly seed: string;
  readonly profile?: string;
  /** Stored cases, asked before any is drawn. */
  readonly given?: readonly Case[];
  /** The folder that they are from. */
  readonly vectors?: string;
  readonly expectedFailures: readonly ExpectedFailure[];
  readonly shard?: Shard;
  readonly workers?: number;
  /** Folder whose findings of earlier runs are tried first. */
  readonly recordedIn?: string;
  readonly allowUnexpectedPass?: boolean;
  /** Told of everything while it happens. */
  readonly log?: EventLog;
  /** Told of each finding as soon as it is shrunk. */
  readonly onFinding?: (finding: Finding) => void;
  readonly progress: boolean;
}

/** One outcome an area that was asked for, or claimed when none was. */
export interface CheckOutcome extends RunOutcome {
  /** What went wrong in the implementation's threads outside of its answers. */
  readonly strayErrors: readonly string[];
}

/** Checks; throws a CommandError when the request makes no sense or nothing could start. */
export async function check(options: CheckOptions): Promise<CheckOutcome> {
  const { impl, qemuArgs, seed } = options;
  const implementation = await described(options);
  const asked = options.areas ?? allAreas;
  const { claimed, unclaimed } = part(
    {
      claimed: asked.filter((area) => implementation.areas.includes(area)),
      unclaimed: (options.areas ?? []).filter((area) => !implementation.areas.includes(area)),
    },
    options.shard,
  );
  const workers = options.workers ?? availableParallelism();
  const { log } = options;
  const { recorded, warnings } =
    options.recordedIn === undefined
      ? { recorded: [], warnings: [] }
      : recordedFindings(options.recordedIn, claimed, implementation.name);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  log?.start(identity(implementation, options), seed, claimed);
  const display = options.progress ? await showProgress(implementation.name, process.stderr) : noProgress;
  const shareMs =
    options.timeMs === undefined
      ? undefined
      : (options.timeMs * Math.min(workers, claimed.length)) / Math.max(claimed.length, 1);
  try {
    const { areas, strayErrors } =
      claimed.length === 0
        ? { areas: [], strayErrors: [] }
        : await runAreas({
            request: {
              spec: impl,
              qemuArgs,
              processes: processesAnArea(options.workers, claimed.length),
              seed,
              ...(options.given === undefined ? {} : { given: options.given }),
              ...(options.runs === undefined ? {} : { runs: options.runs }),
              ...(options.exhaustive === undefined ? {} : { exhaustive: options.exhaustive }),
              ...(shareMs === undefined ? {} : { timeMs: shareMs }),
              ...(options.profile === undefined ? {} : { profile: options.profile }),
              expectedFailures: options.expectedFailures,
              recorded,
              ...(options.allowUnexpectedPass ? { allowUnexpectedPass: true } : {}),
            },
            areas: claimed,
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
              const error = `${implementation.name} hangs in area ${area}: no sign of life for ${seconds} s (seed ${seed})`;
              process.stderr.write(`error: ${error}\n`);
              log?.end(exitStatus.implementationFailed, error);
              process.exit(exitStatus.implementationFailed);
            },
          });
    // In the order of the schema, whatever the order in which Vitest took them.
    const outcomes = [...areas, ...unclaimed.map((area) => ({ area, result: notClaimed(area) }))].toSorted(
      (one, other) => allAreas.indexOf(one.area) - allAreas.indexOf(other.area),
    );
    // Those that never started, and those that are not claimed.
    for (const outcome of outcomes) log?.area(outcome);
    return { implementation: identity(implementation, options), seed, areas: outcomes, strayErrors };
  } finally {
    display.stop();
  }
}

interface AreasAsked {
  readonly claimed: readonly Area[];
  readonly unclaimed: readonly Area[];
}

/** Areas are dealt out one by one: those that take long stand at several places. What nobody claims is told once. */
function part({ claimed, unclaimed }: AreasAsked, shard: Shard | undefined): AreasAsked {
  if (shard === undefined) return { claimed, unclaimed };
  const { index, count } = shard;
  if (count > Math.max(claimed.length, 1))
    throw wrongUse(`--shard: ${count} parts, but there are ${claimed.length} areas to share out`);
  return {
    claimed: claimed.filter((_area, at) => at % count === index - 1),
    unclaimed: index === 1 ? unclaimed : [],
  };
}

/** Workers that areas leave over; without a wish, one: a fast process keeps a thread of ours busy. */
function processesAnArea(workers: number | undefined, areas: number): number {
  return workers === undefined ? 1 : Math.max(1, Math.floor(workers / areas));
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
