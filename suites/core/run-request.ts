/** What the command asks of a Vitest file, and what the file answers: plain data between threads. */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, AreaResult, Case, ExpectedFailure, Finding } from '../../spec/schema.ts';
import type { Progress } from './search.ts';
import type { RecordedFile } from './try-recorded.ts';

export interface RunRequest {
  /** URL of the module whose `openImplementation` opens `spec`: suites import no adapter by themselves. */
  readonly loader: string;
  readonly spec: string;
  readonly qemuArgs: readonly string[];
  readonly seed: string;
  /** Stored cases of any area, asked before any is drawn. */
  readonly given?: readonly Case[] | undefined;
  /** Findings of earlier runs, of any area, tried before everything else. */
  readonly recorded?: readonly RecordedFile[] | undefined;
  /** The exhaustive mode, with at most so many actions of the other side between two of the implementation. */
  readonly exhaustive?: number | undefined;
  /** Left out: what the area draws when nobody says otherwise. 0: nothing is drawn. */
  readonly runs?: number | undefined;
  readonly timeMs?: number | undefined;
  /** Draw under this profile only: one that the implementation offers. */
  readonly profile?: string | undefined;
  readonly expectedFailures: readonly ExpectedFailure[];
  /** Rules that pass although a failure is expected fail nothing. */
  readonly allowUnexpectedPass?: boolean | undefined;
  /** Name of the BroadcastChannel that messages go to. */
  readonly channel: string;
}

/** What a thread tells while it is at work; and what it is told: how many more threads an area may take to help it. */
export type RunMessage =
  | { readonly progress: Progress; readonly threads: number }
  | { readonly finding: Finding }
  | { readonly area: Area; readonly helpers: number };

/** The shape of the loader module. */
export interface Loader {
  openImplementation(
    spec: string,
    options: { readonly qemuArgs: readonly string[] },
  ): Promise<Implementation>;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent in a plain `npm test`. */
    request?: RunRequest;
  }
  interface TaskMeta {
    /** The AreaResult as JSON with 64-bit values as hex strings. */
    areaResult?: string;
    /** Why the implementation could not be opened in the thread of the area. */
    openFailure?: string;
  }
}

/** An area that the implementation does not claim: neither pass nor fail. */
export function notClaimed(area: AreaResult['area']): AreaResult {
  return { area, claimed: false, cases: 0, durationMs: 0, rules: [], findings: [] };
}
