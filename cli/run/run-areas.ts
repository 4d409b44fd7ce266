/**
 * Starts Vitest on the conformance files of some areas and brings back what each gave. The files run as
 * Node runs them, without Vite's transforms: the same way from source and from the published package.
 */
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Area, AreaResult, Finding } from '../../spec/schema.ts';
import type { RunMessage, RunRequest } from '../../suites/core/run-request.ts';
import type { Progress } from '../../suites/core/search.ts';
import type { Shard } from '../options.ts';
import { AreaCollector } from './area-collector.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface AreaRun {
  readonly request: Omit<RunRequest, 'loader' | 'channel'>;
  readonly areas: readonly Area[];
  /** Threads at work at a time. */
  readonly workers: number;
  readonly shard?: Shard;
  /** Absolute path of a JUnit file. */
  readonly junit?: string;
  readonly onProgress: (progress: Progress) => void;
  /** Told of a finding as soon as it is shrunk. */
  readonly onFinding: (finding: Finding) => void;
  /** Told of an area as soon as it has ended. */
  readonly onArea: (outcome: AreaOutcome) => void;
  /** Called when an implementation blocks its thread and nothing more will come. Must not return. */
  readonly onSilence: (area: Area, seconds: number) => never;
}

/** What came of one area: its result, or why there is none. */
export interface AreaOutcome {
  readonly area: Area;
  readonly result?: AreaResult;
  readonly problem?: string;
}

const here = fileURLToPath(import.meta.url);
/** `.ts` from source, `.js` in the published package. */
const extension = path.extname(here);
const root = path.resolve(path.dirname(here), '../..');

export interface AreaRunOutcome {
  /** One an area of this shard. */
  readonly areas: readonly AreaOutcome[];
  /** What went wrong outside of any area's answers. */
  readonly strayErrors: readonly string[];
}

/** Runs `run`; throws only when Vitest itself cannot start. */
export async function runAreas(run: AreaRun): Promise<AreaRunOutcome> {
  const channelName = `iommu-conformance ${process.pid}`;
  const loader = new URL(`../../adapters/open${extension}`, import.meta.url).href;
  const request: RunRequest = { ...run.request, loader, channel: channelName };
  const watch = new SilenceWatch(run.onSilence);
  const collector = new AreaCollector({
    onStart: (area) => watch.alive(area),
    onEnd: (outcome) => {
      watch.done(outcome.area);
      run.onArea(outcome);
    },
  });
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (message) => {
    const { data } = message as { data: RunMessage };
    if ('finding' in data) run.onFinding(data.finding);
    else {
      watch.alive(data.progress.area);
      run.onProgress(data.progress);
    }
  };
  try {
    // Loaded when everything that can be refused has been: it is most of the time that a start takes.
    const { startVitest } = await import('vitest/node');
    const vitest = await startVitest(
      [],
      {
        root,
        config: false,
        watch: false,
        cache: false,
        // Vitest leaves out node_modules by default, and that is where the published package stands.
        include: run.areas.map((area) => `suites/${area}/conformance.test${extension}`),
        exclude: [],
        pool: 'threads',
        maxWorkers: run.workers,
        experimental: { viteModuleRunner: false, nodeLoader: false },
        provide: { request },
        ...compileCache(),
        reporters: [collector, ...(run.junit ? [junitReporter(run.junit)] : [])],
        ...(run.shard ? { shard: `${run.shard.index}/${run.shard.count}` } : {}),
      },
      { logLevel: 'silent' },
      // Our report alone goes to stdout.
      { stdout: process.stderr },
    );
    await vitest.close();
  } finally {
    channel.close();
    watch.stop();
  }
  return { areas: collector.outcomes(), strayErrors: collector.strayErrors() };
}

/** A thread inherits what Node made of sources (main.ts) only if it is told where: an area starts in half the time. */
function compileCache(): { readonly env?: Readonly<Record<string, string>> } {
  const folder = getCompileCacheDir();
  // Node adds a folder for its own version.
  return folder === undefined ? {} : { env: { NODE_COMPILE_CACHE: path.dirname(folder) } };
}

function junitReporter(outputFile: string): ['junit', { outputFile: string; suiteName: string }] {
  return ['junit', { outputFile, suiteName: 'iommu-conformance' }];
}
