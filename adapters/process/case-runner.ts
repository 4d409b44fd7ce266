/**
 * Asks cases of one process after the other. When a process fails, the cases that it had are asked one by
 * one of a fresh one, so that exactly the case is blamed that makes it fail, and every other gets its
 * answer. A failure that comes with none of them is noted: it is part of what was seen.
 */
import { isDeepStrictEqual } from 'node:util';
import { ImplementationFailure } from '../../spec/implementation.ts';
import type { Claims } from '../claims.ts';
import type { Batch } from './batch.ts';
import type { Child } from './child.ts';
import { drive, type Stop } from './drive.ts';
import type { Guard } from './guard.ts';
import type { Limits } from './limits.ts';
import { startChild } from './start-child.ts';

const oneByOne = { first: 1, largest: 1 };

export class CaseRunner {
  readonly #command: readonly string[];
  readonly #claims: Claims;
  readonly #limits: Limits;
  readonly #guard: Guard;
  #child: Child | undefined;
  /** The end of the process before. */
  #ended: Promise<void> = Promise.resolve();
  #broken: ImplementationFailure | undefined;

  /** `child`: the process that made `claims`. Those that follow must claim the same. */
  constructor(command: readonly string[], claims: Claims, limits: Limits, guard: Guard, child: Child) {
    this.#command = command;
    this.#claims = claims;
    this.#limits = limits;
    this.#guard = guard;
    this.#child = child;
  }

  /** Why it can be asked nothing more: it could not be started again. */
  get broken(): ImplementationFailure | undefined {
    return this.#broken;
  }

  get stderr(): string {
    return this.#child?.stderr ?? '';
  }

  /** Takes cases from `batch` until none is left. */
  async work(batch: Batch): Promise<void> {
    const again: number[] = [];
    const next = () => (batch.given === undefined ? (again.shift() ?? batch.take()) : undefined);
    const largest = this.#limits.casesInFlight;
    let first = largest;
    for (let index = next(); index !== undefined; index = next()) {
      again.unshift(index);
      const idle = this.#child?.failure;
      if (idle) batch.note(index, idle);
      const child = await this.#alive();
      if (child === undefined) return;
      const stop = await drive(child, batch, next, { first, largest });
      if (stop === undefined) continue;
      again.unshift(...(await this.#afterFailure(batch, child, stop)));
      // Where one case is deadly the next may be: what is sent alone is known to be the culprit.
      first = 1;
    }
  }

  /** Ends the process, and resolves when it is gone: the next case goes to a fresh one. */
  async renew(): Promise<void> {
    this.#retire();
    await this.#ended;
  }

  async close(): Promise<void> {
    await this.#child?.bye();
    await this.#ended;
  }

  /** Blames a case, or notes that none is to blame. Returns the cases that have to be asked again. */
  async #afterFailure(batch: Batch, child: Child, stop: Stop): Promise<readonly number[]> {
    this.#retire();
    if (stop.repeated !== undefined) {
      batch.blame(stop.repeated, stop.failure);
      return stop.unanswered;
    }
    const [oldest] = stop.unanswered;
    // Whoever asks a single case may have asked thousands: a hang is not waited for twice.
    const isLoneHang = stop.failure.kind === 'hang' && batch.cases.length === 1;
    if (oldest !== undefined && (isLoneHang || isConclusive(child))) {
      batch.blame(oldest, stop.failure);
      return [];
    }
    const left = [...stop.unanswered];
    const fresh = await this.#alive();
    if (fresh === undefined) return [];
    const second = await drive(fresh, batch, () => left.shift(), oneByOne);
    // It may have died of what it did before it answered; not of a SIGKILL.
    const late = stop.last !== undefined && !child.isKilledFromOutside ? [stop.last] : [];
    if (second === undefined) {
      await this.#blameOneOf(batch, late, oldest ?? stop.last, stop.failure);
      return [];
    }
    this.#retire();
    if (second.repeated !== undefined) {
      batch.blame(second.repeated, second.failure);
      return [...second.unanswered, ...left];
    }
    const suspects = [...second.unanswered, ...(second.last === undefined ? [] : [second.last])];
    const [prime] = suspects;
    if (prime !== undefined && isConclusive(fresh)) {
      batch.blame(prime, second.failure);
      return left;
    }
    const culprit = await this.#blameOneOf(batch, suspects, prime, second.failure);
    // One that answers and dies then was not what ended the first process before it had answered.
    if (culprit !== prime) await this.#blameOneOf(batch, late, undefined, stop.failure);
    return left;
  }

  /** Blames the first of `suspects` that fails alone, and returns it; without one, notes it with `witness`. */
  async #blameOneOf(
    batch: Batch,
    suspects: readonly number[],
    witness: number | undefined,
    failure: ImplementationFailure,
  ): Promise<number | undefined> {
    for (const suspect of suspects) {
      const alone = await this.#askAlone(batch, suspect);
      if (alone === undefined) continue;
      batch.blame(suspect, alone);
      return suspect;
    }
    if (witness !== undefined) batch.note(witness, failure);
    return undefined;
  }

  /** The failure of a process that is asked this one case and then may end, if it fails at all. */
  async #askAlone(batch: Batch, index: number): Promise<ImplementationFailure | undefined> {
    for (let kills = 1; ; kills++) {
      this.#retire();
      const child = await this.#alive();
      if (child === undefined) return undefined;
      const only = [index];
      const stop = await drive(child, batch, () => only.shift(), oneByOne);
      if (!stop) await child.bye();
      this.#retire();
      if (!child.isKilledFromOutside || kills === this.#limits.outsideKills) return child.failure;
    }
  }

  /** A process that runs, a new one if need be; undefined when none starts any more. */
  async #alive(): Promise<Child | undefined> {
    if (this.#child && !this.#child.failure) return this.#child;
    this.#retire();
    let reason: unknown;
    for (let attempt = 0; attempt < this.#limits.failedStarts && !this.#broken; attempt++) {
      try {
        const { child, claims } = await startChild(this.#command, this.#limits, this.#guard);
        this.#child = child;
        if (isDeepStrictEqual(claims, this.#claims)) return child;
        reason = new ImplementationFailure('protocol', 'it claims something else than when it first started');
        await child.bye();
      } catch (error) {
        reason = error;
      }
    }
    this.#broken ??= asBroken(reason);
    return undefined;
  }

  #retire(): void {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    this.#ended = Promise.all([this.#ended, child.bye()]).then(() => undefined);
  }
}

/** True when the only case that a process was ever asked is to blame for its failure. */
function isConclusive({ asked, isKilledFromOutside }: Child): boolean {
  return asked === 1 && !isKilledFromOutside;
}

function asBroken(reason: unknown): ImplementationFailure {
  if (!(reason instanceof ImplementationFailure)) throw reason;
  return new ImplementationFailure(
    reason.kind,
    `the process could not be started again: ${reason.message}`,
    reason.stderr,
  );
}
