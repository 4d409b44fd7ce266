/**
 * Starts Vitest on the conformance files of some areas and brings back what each gave. The files run as
 * Node runs them, without Vite's transforms: the same way from source and from the published package.
 */
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isModule } from '../../adapters/open.ts';
import type { AreaOutcome } from '../../reports/result-json.ts';
import type { Area, Finding } from '../../spec/schema.ts';
import type { RunMessage, RunRequest } from '../../suites/core/run-request.ts';
import type { Progress } from '../../suites/core/search.ts';
import { AreaCollector } from './area-collector.ts';
import { IdleWorkers } from './idle-workers.ts';
import { SilenceWatch } from './silence-watch.ts';
import { fixYoungGeneration } from './young-generation.ts';

export interface AreaRun {
  readonly request: Omit<RunRequest, 'loader' | 'channel'>;
  readonly areas: readonly Area[];
  /** Threads at work at a time. */
  readonly workers: number;
  readonly onProgress: (progress: Progress) => void;
  /** Told of a finding as soon as it is shrunk. */
  readonly onFinding: (finding: Finding) => void;
  /** Told of an area as soon as it has ended. */
  readonly onArea: (outcome: AreaOutcome) => void;
  /** Called when an implementation blocks its thread and nothing more will come. Must not return. */
  readonly onSilence: (area: Area, seconds: number) => never;
}

const here = fileURLToPath(import.meta.url);
/** `.ts` from source, `.js` in the published package. */
const extension = path.extname(here);
const root = path.resolve(path.dirname(here), '../..');

export interface AreaRunOutcome {
  /** One an area. */
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
  const idle = new IdleWorkers(run.workers, run.areas.length);
  const collector = new AreaCollector({
    onStart: (area) => {
      watch.alive(area);
      idle.start(area);
    },
    onEnd: (outcome) => {
      watch.done(outcome.area);
      idle.end(outcome.area);
      run.onArea(outcome);
    },
  });
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = (message) => {
    const { data } = message as { data: RunMessage };
    if ('finding' in data) run.onFinding(data.finding);
    if ('progress' in data) {
      const { area } = data.progress;
      watch.alive(area, data.threads);
      run.onProgress(data.progress);
      const answer: RunMessage = { area, helpers: idle.helping(area) };
      if (answer.helpers > 0) channel.postMessage(answer);
    }
  };
  try {
    fixYoungGeneration();
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
        runner: path.join(path.dirname(here), `conformance-runner${extension}`),
        // A thread goes on with the next area, warm; a module of the user has one for each, and meets its own past in none.
        isolate: isModule(run.request.spec),
        maxWorkers: run.workers,
        experimental: { viteModuleRunner: false, nodeLoader: false },
        provide: { request },
        ...compileCache(),
        reporters: [collector],
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

/** A thread inherits what Node made of sources (compile-cache.js) only if it is told where: an area starts in half the time. */
function compileCache(): { readonly env?: Readonly<Record<string, string>> } {
  const folder = getCompileCacheDir();
  // Node adds a folder for its own version.
  return folder === undefined ? {} : { env: { NODE_COMPILE_CACHE: path.dirname(folder) } };
}
