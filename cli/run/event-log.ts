/**
 * `--jsonl`: the events of a run as JSON Lines, each written whole and at once, so that whoever reads along
 * is never behind, and a run that is killed leaves the lines that it had come to.
 */
import { openSync, writeSync } from 'node:fs';
import { fileProblem } from '../../adapters/file-problem.ts';
import type { AreaOutcome } from '../../reports/result-json.ts';
import { toJson } from '../../spec/json.ts';
import type { RunEvent } from '../../spec/run-events.ts';
import type { Area, Finding, Result } from '../../spec/schema.ts';
import type { Progress } from '../../suites/core/search.ts';
import { type ExitStatus, wrongUse } from '../exit.ts';
import type { InterruptedStatus } from './interrupt.ts';

const PROGRESS_EVERY_MS = 1000;
/** Until a full pipe is tried again. */
const RETRY_MS = 10;
const STDOUT = 1;

export class EventLog {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #progressAt = new Map<Area, number>();
  readonly #told = new Set<string>();
  readonly #ended = new Set<Area>();
  #problem: string | undefined;

  /** `file` is written anew; `-` is stdout. */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#descriptor = file === '-' ? STDOUT : openSync(file, 'w');
    } catch (error) {
      throw wrongUse(`${file} cannot be written: ${fileProblem(error)}`);
    }
  }

  /** Why lines are missing, when some are. */
  get problem(): string | undefined {
    return this.#problem;
  }

  start(implementation: Result['implementation'], seed: string, areas: readonly Area[]): void {
    this.#write({ event: 'start', version: 1, implementation, seed, areas: [...areas] });
  }

  progress(progress: Progress): void {
    const now = performance.now();
    const { area } = progress;
    if (this.#ended.has(area) || now - (this.#progressAt.get(area) ?? 0) < PROGRESS_EVERY_MS) return;
    this.#progressAt.set(area, now);
    this.#write({ event: 'progress', ...progress });
  }

  /** What was told before is not told again: findings come on their own and with the result of their area. */
  finding(finding: Finding): void {
    const key = `${finding.area} ${finding.id}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#write({ event: 'finding', finding });
  }

  area({ area, result, problem }: AreaOutcome): void {
    if (this.#ended.has(area)) return;
    this.#ended.add(area);
    for (const finding of result?.findings ?? []) this.finding(finding);
    this.#write({
      event: 'area',
      area,
      ...(result === undefined ? {} : { result }),
      ...(problem === undefined ? {} : { problem }),
    });
  }

  end(status: ExitStatus | InterruptedStatus, error?: string): void {
    this.#write({ event: 'end', status, ...(error === undefined ? {} : { error }) });
  }

  #write(event: RunEvent): void {
    if (this.#problem !== undefined) return;
    try {
      writeWhole(this.#descriptor, `${toJson(event)}\n`);
    } catch (error) {
      this.#problem = `${this.#file} cannot be written: ${fileProblem(error)}`;
    }
  }
}

/** Waits where a pipe is full: there is nowhere else to keep what its reader has not read. */
function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
