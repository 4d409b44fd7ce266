/**
 * What each stream may be at a moment: the stream table of the guest as the SMMU may have it cached. A valid
 * or invalid entry may be fetched and cached at any time while SMMUEN is 1 (3.21.3); an older one is out of use
 * when a CMD_SYNC completes after a CFGI_STE for it.
 */
import type { SmmuNestingCase, SmmuStep, VirtualSmmu } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { type GuestCommand, isAbout } from './command.ts';
import { abort, bypass, isBad, isSameStream, type Stream, streamOf, type Words } from './stream-entry.ts';
import { type Lookup, lookUp, type StreamTable } from './stream-table.ts';

/** A CFGI that was consumed: the next CMD_SYNC completes it. */
export interface Completion {
  readonly by: Extract<GuestCommand, { is: 'streams' }>['by'];
}

interface View {
  readonly stream: Stream;
  /** Level 1 descriptor on the way. */
  readonly descriptor: bigint | undefined;
}

interface Tracked {
  /** Every entry that may be in use. */
  views: readonly View[];
  /** Those that may be after the next CMD_SYNC, when a CFGI_STE was consumed, and by which kind of it. */
  fresh: (Completion & { views: readonly View[] }) | undefined;
}

/** One memory for case after case; the last case owns it. */
const memory = new GuestMemory();

export class Streams {
  enabled = false;
  #abortAll = false;
  #table: StreamTable;
  readonly #smmu: VirtualSmmu;
  readonly #ids: readonly number[];
  readonly #tracked: readonly Tracked[];

  constructor({ profile, memory: runs, devices, streamTable, smmu }: SmmuNestingCase) {
    memory.reset(profile.backed, runs);
    this.#smmu = smmu;
    this.#table = streamTable;
    this.#ids = devices.map(({ streamId }) => streamId);
    this.#tracked = devices.map(() => ({ views: [], fresh: undefined }));
  }

  /** What the guest does to memory and registers. */
  begin(step: SmmuStep): void {
    switch (step.step) {
      case 'store':
        for (const [index, word] of step.words.entries())
          memory.store(step.address + BigInt(8 * index), word);
        break;
      case 'enable':
        this.enabled = step.on;
        break;
      case 'bypass':
        this.#abortAll = step.abort;
        break;
      case 'stream-table':
        this.#table = { base: step.base, config: step.config };
        break;
      default:
        return;
    }
    this.#look();
  }

  /** A command that was consumed. */
  consume(command: GuestCommand): void {
    if (command.is === 'sync') {
      for (const tracked of this.#tracked) {
        if (tracked.fresh === undefined) continue;
        tracked.views = tracked.fresh.views;
        tracked.fresh = undefined;
      }
    }
    if (command.is !== 'streams') return;
    for (const [device, tracked] of this.#tracked.entries()) {
      if (!isAbout(command, this.#ids[device] ?? 0)) continue;
      const now = this.#view(this.#lookUp(device));
      // With Leaf set a stale level 1 descriptor may stay, and lead to another entry.
      const mayMove = command.leaf && tracked.views.some(({ descriptor }) => descriptor !== now.descriptor);
      if (!mayMove) tracked.fresh = { views: this.enabled ? [now] : [], by: command.by };
    }
  }

  /** The last CFGI that was consumed for `device` since the last CMD_SYNC. */
  forced(device: number): Completion | undefined {
    return this.#tracked[device]?.fresh;
  }

  /** What the stream of `device` may be; the first is what memory says. */
  allowed(device: number): readonly Stream[] {
    const now = this.now(device);
    return this.enabled ? [now, ...(this.#tracked[device]?.views ?? []).map(({ stream }) => stream)] : [now];
  }

  /** What memory says, or GBPA while the SMMU is disabled. */
  now(device: number): Stream {
    if (!this.enabled) return this.#abortAll ? abort : bypass;
    return streamOf(this.entry(device), this.#smmu);
  }

  /** The entry of `device` in memory is missing, not readable, not valid or ILLEGAL. */
  isBad(device: number): boolean {
    const entry = this.entry(device);
    return entry === undefined || isBad(entry, this.#smmu);
  }

  entry(device: number): Words | undefined {
    return this.#lookUp(device).entry;
  }

  /** A fetch may happen now, by any level 1 descriptor that may be cached. */
  #look(): void {
    if (!this.enabled) return;
    for (const [device, tracked] of this.#tracked.entries()) {
      const now = this.#view(this.#lookUp(device));
      tracked.views = this.#seen(device, tracked.views, now);
      if (tracked.fresh) tracked.fresh.views = this.#seen(device, tracked.fresh.views, now);
    }
  }

  #seen(device: number, known: readonly View[], now: View): readonly View[] {
    const stale = known.flatMap(({ descriptor }) =>
      descriptor === undefined || descriptor === now.descriptor
        ? []
        : [this.#view(this.#lookUp(device, descriptor))],
    );
    const views = [...known];
    for (const view of [now, ...stale]) {
      const isKnown = views.some(
        (one) => one.descriptor === view.descriptor && isSameStream(one.stream, view.stream, this.#smmu),
      );
      if (!isKnown) views.push(view);
    }
    return views;
  }

  #lookUp(device: number, cached?: bigint): Lookup {
    return lookUp(memory, this.#table, this.#ids[device] ?? 0, this.#smmu.streamIdBits, cached);
  }

  #view({ descriptor, entry }: Lookup): View {
    return { descriptor, stream: streamOf(entry, this.#smmu) };
  }
}
