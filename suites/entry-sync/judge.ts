/**
 * Judges the trace of a writer by what must hold of any trace, never by comparison with ours: stores within
 * a step may come in any order, and a writer may find a shorter way.
 */
import { extract } from '../../spec/bits.ts';
import type { Aspect, EntrySyncCase, EntrySyncObservation, Mismatch, TraceEvent } from '../../spec/schema.ts';
import { AMD_WORD2_OWN } from '../../spec/writer-formats.ts';
import type { Verdict } from '../core/area-suite.ts';
import { type AmdChange, amdChange, amdFinal } from './amd.ts';
import { type Bounds, boundsOf, size } from './bounds.ts';
import { type JudgedFormat, judgedFormat } from './format.ts';
import { isValid, MAX_STORES, newInterval, observe } from './observer.ts';
import { judgeSync, syncRules } from './sync-actions.ts';

const WORDS = 16;
const fromWords = new BigUint64Array(WORDS);
const toWords = new BigUint64Array(WORDS);
const memoryWords = new BigUint64Array(WORDS);
const valueWords = new BigUint64Array(2);
const from = new Uint32Array(fromWords.buffer);
const to = new Uint32Array(toWords.buffer);
const memory = new Uint32Array(memoryWords.buffer);
const value = new Uint32Array(valueWords.buffer);
const interval = newInterval();

/** The verdict on one trace. */
export function judgeEntrySync(testCase: EntrySyncCase, { trace }: EntrySyncObservation): Verdict {
  return new Judge(testCase).verdict(trace);
}

class Judge {
  readonly #case: EntrySyncCase;
  readonly #format: JudgedFormat;
  readonly #bounds: Bounds;
  /** undefined for every format but AMD. */
  readonly #amd: AmdChange | undefined;
  readonly #exercised: string[] = ['entry-sync.atomic-store', 'entry-sync.final'];
  readonly #mismatches: Mismatch[] = [];
  #stores = 0;
  #syncs = 0;
  #windows = 0;
  #republished = false;
  #synced = true;

  constructor(testCase: EntrySyncCase) {
    this.#case = testCase;
    this.#format = judgedFormat(testCase);
    fromWords.set(testCase.from);
    toWords.set(testCase.to);
    memoryWords.set(testCase.from);
    interval.start.set(memory);
    interval.count = 0;
    this.#bounds = boundsOf(this.#format, from, to);
    this.#amd = testCase.format === 'amd-dte' ? amdChange(testCase) : undefined;
  }

  verdict(trace: readonly TraceEvent[]): Verdict {
    this.#exercise();
    for (const event of trace) {
      if (event.op === 'sync') this.#sync(event);
      else if (!this.#isWhole(event)) return this.#result();
      else this.#store(event);
    }
    this.#end();
    return this.#result();
  }

  #result(): Verdict {
    return { exercised: this.#exercised, mismatches: this.#mismatches };
  }

  #report(rule: string, aspect: Aspect, expected: string, observed: string): void {
    if (this.#mismatches.some((known) => known.rule === rule && known.aspect === aspect)) return;
    this.#mismatches.push({ rule, aspect, expected, observed });
  }

  /** Whether the stores of this case are judged one by one, and not only by where they lead. */
  get #judgesSteps(): boolean {
    return this.#amd !== undefined || !this.#bounds.illFormedTarget;
  }

  /** Whether the entry may be invalid for a while; undefined when acceptable tables disagree. */
  get #mayBreak(): boolean {
    return this.#amd === undefined ? size(this.#bounds.differingAtMost) > 1 : this.#amd === 'levels';
  }

  #exercise(): void {
    const { bothValid, differingAtLeast, illFormedTarget } = this.#bounds;
    const { sync } = this.#format;
    const rules = this.#exercised;
    if (sync !== undefined) rules.push(...syncRules(sync, this.#case.profile));
    if (!this.#isUnchanged()) rules.push('entry-sync.last-sync');
    if (this.#amd !== undefined) {
      rules.push('entry-sync.amd.interrupt-remapping', 'entry-sync.torn-view');
      if (this.#amd === 'levels') {
        rules.push('entry-sync.amd.level-change', 'entry-sync.amd.pass-through-window');
      } else if (bothValid) rules.push('entry-sync.hitless');
      return;
    }
    if (illFormedTarget) return;
    rules.push(
      'entry-sync.torn-view',
      'entry-sync.order',
      'entry-sync.minimal-stores',
      'entry-sync.minimal-syncs',
    );
    if (this.#isUnchanged()) rules.push('entry-sync.idempotent');
    if (!bothValid) return;
    if (!this.#mayBreak) rules.push('entry-sync.hitless');
    if (size(differingAtLeast) > 1) {
      rules.push('entry-sync.breaking-window', 'entry-sync.cleared-quantum', 'entry-sync.publish-last');
    }
  }

  #isUnchanged(): boolean {
    for (let half = 0; half < this.#format.halves; half++) if (from[half] !== to[half]) return false;
    return true;
  }

  #isWhole({ quantum, value: stored }: Extract<TraceEvent, { op: 'store' }>): boolean {
    const { halves, quantumHalves } = this.#format;
    const quanta = halves / quantumHalves;
    if (quantum < quanta && stored.length * 2 === quantumHalves && interval.count < MAX_STORES) return true;
    this.#report(
      'entry-sync.atomic-store',
      'memory',
      `one of ${quanta} quanta of ${quantumHalves * 32} bits`,
      `${stored.length * 64} bits to quantum ${quantum}`,
    );
    return false;
  }

  #store({ quantum, value: stored }: Extract<TraceEvent, { op: 'store' }>): void {
    const { quantumHalves, valid } = this.#format;
    valueWords.set(stored);
    const start = quantum * quantumHalves;
    const wasValid = isValid(this.#format, memory);
    let changes = false;
    for (let half = 0; half < quantumHalves; half++) {
      if (memory[start + half] !== value[half]) changes = true;
      memory[start + half] = value[half]!;
      interval.values[interval.count * 4 + half] = value[half]!;
    }
    interval.quanta[interval.count++] = quantum;
    this.#stores++;
    this.#synced = false;
    if (this.#amd !== undefined) this.#amdStore(quantum, stored);
    else if (this.#judgesSteps && !changes) {
      this.#report(
        'entry-sync.minimal-stores',
        'count',
        'stores that change memory',
        `quantum ${quantum} stored again`,
      );
    }
    const nowValid = (memory[valid.half]! & valid.mask) !== 0;
    if (this.#bounds.bothValid) {
      if (wasValid && !nowValid) this.#windows++;
      if (
        this.#republished &&
        size(this.#bounds.differingAtLeast) > 1 &&
        this.#judgesSteps &&
        this.#amd === undefined
      ) {
        this.#report(
          'entry-sync.publish-last',
          'order',
          'no store after the entry is valid again',
          `quantum ${quantum} stored`,
        );
      }
      if (!wasValid && nowValid) this.#republished = true;
    }
  }

  #amdStore(quantum: number, stored: readonly bigint[]): void {
    if (quantum === 1 && ((stored[0]! ^ this.#case.from[2]!) & ~AMD_WORD2_OWN) !== 0n) {
      const [kept, seen] = [this.#case.from[2]!, stored[0]!].map((word) => hex(word & ~AMD_WORD2_OWN & ALL));
      this.#report('entry-sync.amd.interrupt-remapping', 'memory', `word 2 keeps ${kept}`, `${seen}`);
    }
    if (this.#amd !== 'levels' || quantum !== 0 || extract(stored[0]!, 0, 0) === 1n) return;
    this.#report('entry-sync.amd.pass-through-window', 'outcome', 'DMA never untranslated', 'V cleared');
  }

  #sync({ actions }: Extract<TraceEvent, { op: 'sync' }>): void {
    const { sync } = this.#format;
    this.#syncs++;
    if (interval.count === 0 && this.#amd === undefined && this.#judgesSteps) {
      this.#report('entry-sync.minimal-syncs', 'count', 'a store since the last sync', 'none');
    }
    this.#observeInterval();
    if (this.#judgesSteps && this.#amd === undefined) this.#judgeCleared();
    this.#synced = true;
    if (sync === undefined || actions === undefined) return;
    for (const mismatch of judgeSync(sync, this.#case.profile, actions)) {
      this.#report(mismatch.rule, mismatch.aspect, mismatch.expected, mismatch.observed);
    }
  }

  /** What hardware may have seen since the last sync; starts the next interval. */
  #observeInterval(): void {
    const { fetchHalves, halves } = this.#format;
    if (interval.count > 0 && this.#judgesSteps) {
      const [narrow = halves, ...wider] = fetchHalves;
      const { torn, invalid } = observe(this.#format, interval, from, to, narrow);
      if (torn !== undefined) {
        // With the whole entry read at once, only what memory really held can be seen.
        const inMemory = observe(this.#format, interval, from, to, halves).torn;
        const widths = [
          narrow,
          ...wider.filter((width) => observe(this.#format, interval, from, to, width).torn),
        ];
        this.#report(
          inMemory === undefined ? 'entry-sync.order' : 'entry-sync.torn-view',
          inMemory === undefined ? 'order' : 'memory',
          'old or new in all used bits',
          `${entryText(inMemory ?? torn, halves)} when read in pieces of ${widths.map((width) => width * 32).join(' or ')} bits`,
        );
      }
      if (invalid && !this.#mayBreak) {
        this.#report('entry-sync.hitless', 'outcome', 'valid throughout', 'not valid for a while');
      }
    }
    interval.start.set(memory);
    interval.count = 0;
  }

  #judgeCleared(): void {
    const { valid, quantumHalves } = this.#format;
    if (!this.#bounds.bothValid || isValid(this.#format, memory)) return;
    const start = valid.half - (valid.half % quantumHalves);
    for (let half = start; half < start + quantumHalves; half++) {
      if (memory[half] === 0) continue;
      this.#report('entry-sync.cleared-quantum', 'memory', 'the whole quantum zero', 'some of it left');
      return;
    }
  }

  #end(): void {
    if (!this.#synced && this.#amd !== 'same levels') {
      this.#report('entry-sync.last-sync', 'order', 'a sync after the last store', 'none');
    }
    this.#observeInterval();
    this.#judgeFinal();
    if (this.#amd !== undefined) this.#judgeAmdEnd();
    else if (this.#judgesSteps) this.#judgeCounts();
  }

  #judgeFinal(): void {
    const { halves } = this.#format;
    const wanted = this.#amd === undefined ? undefined : amdFinal(this.#case, this.#amd);
    for (let word = 0; word < halves / 2; word++) {
      const target = wanted?.words[word] ?? toWords[word]!;
      const mask = wanted?.mask[word] ?? ALL;
      if (((memoryWords[word]! ^ target) & mask) === 0n) continue;
      const expected = `word ${word} is ${hex(target)}`;
      this.#report('entry-sync.final', 'memory', expected, hex(memoryWords[word]!));
      return;
    }
  }

  #judgeCounts(): void {
    const { bothValid, stores, syncs } = this.#bounds;
    if (bothValid && this.#windows > 1) {
      this.#report('entry-sync.breaking-window', 'count', 'at most one window', `${this.#windows}`);
    }
    if (this.#isUnchanged()) {
      if (this.#stores + this.#syncs > 0) {
        const observed = `${this.#stores} stores, ${this.#syncs} syncs`;
        this.#report('entry-sync.idempotent', 'count', 'nothing', observed);
      }
      return;
    }
    if (stores !== undefined && this.#stores > stores) {
      this.#report('entry-sync.minimal-stores', 'count', `at most ${stores} stores`, `${this.#stores}`);
    }
    if (this.#syncs > syncs) {
      this.#report('entry-sync.minimal-syncs', 'count', `at most ${syncs} syncs`, `${this.#syncs}`);
    }
  }

  #judgeAmdEnd(): void {
    if (this.#amd !== 'levels' || (this.#windows === 1 && this.#syncs > 1)) return;
    const expected = 'disabled, flushed, then written';
    const observed = `disabled ${this.#windows} times, ${this.#syncs} flushes`;
    this.#report('entry-sync.amd.level-change', 'order', expected, observed);
  }
}

const ALL = 2n ** 64n - 1n;

function hex(word: bigint): string {
  return `0x${word.toString(16)}`;
}

function entryText(halves: Uint32Array, count: number): string {
  const words = new BigUint64Array(halves.buffer, halves.byteOffset, count / 2);
  return Array.from(words, hex).join(' ');
}
