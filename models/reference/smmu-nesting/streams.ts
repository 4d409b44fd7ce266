/**
 * What each stream may be at a moment: the stream table of the guest as the SMMU may have it cached. A valid
 * or invalid entry may be fetched and cached at any time while SMMUEN is 1 (3.21.3); an older one is out of use
 * when a CMD_SYNC completes after a CFGI_STE for it. What is not there, or can't be read, is not cached.
 */
import type { SmmuNestingCase, SmmuStep, VirtualSmmu } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { type GuestCommand, isAbout } from './command.ts';
import { abort, bypass, isBad, isSameStream, type Stream, streamsOf } from './stream-entry.ts';
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

/** What memory says of a stream. */
interface Found {
  readonly lookup: Lookup;
  /** What it may be; the first is what hardware does that cuts addresses. */
  readonly streams: readonly [Stream, ...Stream[]];
}

interface Tracked {
  /** Undefined: it is to be looked up again. */
  now: Found | undefined;
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
    this.#tracked = devices.map(() => ({ now: undefined, cached: nothing, fresh: undefined }));
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
        this.#forget();
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
        this.#forget();
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
    const cached = this.#tracked[device]?.cached.streams ?? [];
    return [...this.#now(device).streams, ...cached];
  }

  /** What memory says, or GBPA while the SMMU is disabled. */
  now(device: number): Stream {
    if (!this.enabled) return this.#abortAll ? abort : bypass;
    return this.#now(device).streams[0];
  }

  /** The entry of `device` in memory is missing, not readable, not valid or ILLEGAL. */
  isBad(device: number): boolean {
    const { entry, isCut } = this.#now(device).lookup;
    return entry === undefined || isCut || isBad(entry, this.#smmu);
  }

  /** `cached`, with what may be fetched now, by any level 1 descriptor that may be cached. */
  #look(device: number, cached: Cached): Cached {
    const now = this.#now(device);
    const { descriptor } = now.lookup;
    const others = cached.descriptors.filter((one) => one !== descriptor);
    const found = [now, ...others.map((one) => this.#find(device, one))];
    const streams = [...cached.streams];
    for (const { lookup, streams: fetched } of found) {
      if (lookup.entry === undefined && lookup.descriptor === undefined) continue;
      for (const stream of fetched) {
        if (!streams.some((one) => isSameStream(one, stream))) streams.push(stream);
      }
    }
    return { streams, descriptors: descriptor === undefined ? others : [...others, descriptor] };
  }

  #now(device: number): Found {
    const tracked = this.#tracked[device];
    const found = tracked?.now ?? this.#find(device);
    if (tracked) tracked.now = found;
    return found;
  }

  #find(device: number, cached?: bigint): Found {
    const lookup = lookUp(memory, this.#table, this.#ids[device] ?? 0, this.#smmu, cached);
    const streams = streamsOf(lookup.entry, this.#smmu);
    const isBlockedToo = lookup.isCut && streams.every(({ is }) => is !== 'abort');
    return { lookup, streams: isBlockedToo ? [...streams, abort] : streams };
  }

  #forget(): void {
    for (const tracked of this.#tracked) tracked.now = undefined;
  }
}
