/**
 * What each stream may be at a moment: the stream table of the guest as the SMMU may have it cached. A valid
 * or invalid entry may be fetched and cached at any time while SMMUEN is 1 (3.21.3); an older one is out of use
 * when a CMD_SYNC completes after a CFGI_STE for it. What is not there, or can't be read, is not cached.
 */
import type { SmmuNestingCase, SmmuStep, VirtualSmmu } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { type GuestCommand, isAbout } from './command.ts';
import { abort, bypass, isBad, isSameStream, type Stream, streamOf } from './stream-entry.ts';
import { type Lookup, lookUp, type StreamTable } from './stream-table.ts';

/** A CFGI that was consumed: the next CMD_SYNC completes it. */
export interface Completion {
  readonly by: Extract<GuestCommand, { is: 'streams' }>['by'];
}

/** What may be cached for a stream. */
interface Cached {
  readonly streams: readonly Stream[];
  /** Level 1 descriptors. */
  readonly descriptors: readonly bigint[];
}

interface Tracked {
  cached: Cached;
  /** What may be after the next CMD_SYNC, when a CFGI_STE was consumed, and by which kind of it. */
  fresh: (Completion & { cached: Cached }) | undefined;
}

const nothing: Cached = { streams: [], descriptors: [] };
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
    this.#tracked = devices.map(() => ({ cached: nothing, fresh: undefined }));
  }

  /** What the guest does to memory and registers. True when SMMUEN or GBPA changed. */
  begin(step: SmmuStep): boolean {
    const [wasEnabled, wasAborting] = [this.enabled, this.#abortAll];
    this.#write(step);
    return this.enabled !== wasEnabled || this.#abortAll !== wasAborting;
  }

  #write(step: SmmuStep): void {
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
        return;
      case 'stream-table':
        this.#table = { base: step.base, config: step.config };
        return;
      default:
        return;
    }
    if (!this.enabled) return;
    for (const [device, tracked] of this.#tracked.entries()) {
      tracked.cached = this.#look(device, tracked.cached);
      if (tracked.fresh) tracked.fresh.cached = this.#look(device, tracked.fresh.cached);
    }
  }

  /** A command that was consumed. */
  consume(command: GuestCommand): void {
    if (command.is === 'sync') {
      for (const tracked of this.#tracked) {
        if (tracked.fresh === undefined) continue;
        tracked.cached = tracked.fresh.cached;
        tracked.fresh = undefined;
      }
    }
    if (command.is !== 'streams') return;
    for (const [device, tracked] of this.#tracked.entries()) {
      if (!isAbout(command, this.#ids[device] ?? 0)) continue;
      // With Leaf set level 1 descriptors may stay, and lead to another entry.
      const left = command.leaf ? { ...nothing, descriptors: tracked.cached.descriptors } : nothing;
      tracked.fresh = { cached: this.enabled ? this.#look(device, left) : left, by: command.by };
    }
  }

  /** The last CFGI that was consumed for `device` since the last CMD_SYNC. */
  forced(device: number): Completion | undefined {
    return this.#tracked[device]?.fresh;
  }

  /** What the stream of `device` may be; the first is what memory says. */
  allowed(device: number): readonly Stream[] {
    if (!this.enabled) return [this.now(device)];
    return [...this.#streamsOf(this.#lookUp(device)), ...(this.#tracked[device]?.cached.streams ?? [])];
  }

  /** What memory says, or GBPA while the SMMU is disabled. */
  now(device: number): Stream {
    if (!this.enabled) return this.#abortAll ? abort : bypass;
    return streamOf(this.#lookUp(device).entry, this.#smmu);
  }

  /** The entry of `device` in memory is missing, not readable, not valid or ILLEGAL. */
  isBad(device: number): boolean {
    const { entry, isCut } = this.#lookUp(device);
    return entry === undefined || isCut || isBad(entry, this.#smmu);
  }

  /** `cached`, with what may be fetched now, by any level 1 descriptor that may be cached. */
  #look(device: number, cached: Cached): Cached {
    const now = this.#lookUp(device);
    const streams = [...cached.streams];
    const descriptors = [...cached.descriptors];
    const fetch = (lookup: Lookup) => {
      if (lookup.entry === undefined && lookup.descriptor === undefined) return;
      for (const stream of this.#streamsOf(lookup)) {
        if (!streams.some((one) => isSameStream(one, stream, this.#smmu))) streams.push(stream);
      }
    };
    fetch(now);
    for (const descriptor of cached.descriptors) fetch(this.#lookUp(device, descriptor));
    if (now.descriptor !== undefined && !descriptors.includes(now.descriptor)) {
      descriptors.push(now.descriptor);
    }
    return { streams, descriptors };
  }

  #lookUp(device: number, cached?: bigint): Lookup {
    return lookUp(memory, this.#table, this.#ids[device] ?? 0, this.#smmu, cached);
  }

  #streamsOf({ entry, isCut }: Lookup): readonly Stream[] {
    const stream = streamOf(entry, this.#smmu);
    return isCut && stream.is !== 'abort' ? [stream, abort] : [stream];
  }
}
