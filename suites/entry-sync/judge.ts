/**
 * Judges the trace of a writer by what must hold of any trace, never by comparison with ours: stores within
 * a step may come in any order, and a writer may find a shorter way.
 */
import { loadWords } from '../../models/word-copies.ts';
import { extract } from '../../spec/bits.ts';
import { entrySyncRules } from '../../spec/rules/entry-sync.ts';
import type { Aspect, EntrySyncCase, EntrySyncObservation, Mismatch, TraceEvent } from '../../spec/schema.ts';
import { AMD_WORD2_OWN } from '../../spec/writer-formats.ts';
import type { Verdict } from '../core/area-suite.ts';
import { amdChange, amdFinal } from './amd.ts';
import { boundsOf } from './bounds.ts';
import {
  exercisedRules,
  isUncached,
  judgesSteps,
  mayBreak,
  mustBreak,
  mustDisable,
  needsLastSync,
  type Update,
} from './exercised.ts';
import { judgedFormat } from './format.ts';
import { countingBits, isServing, isValid, MAX_STORES, newInterval, observe } from './observer.ts';
import { judgeSync } from './sync-actions.ts';
import { entryText, hex, sidesText } from './text.ts';

const WORDS = 16;
const fromWords = new BigUint64Array(WORDS);
const toWords = new BigUint64Array(WORDS);
const memoryWords = new BigUint64Array(WORDS);
const valueWords = new BigUint64Array(2);
const from = new Uint32Array(fromWords.buffer);
const to = new Uint32Array(toWords.buffer);
const memory = new Uint32Array(memoryWords.buffer);
const value = new Uint32Array(valueWords.buffer);
const counts = new Uint32Array(2 * WORDS);
const interval = newInterval();

/** The verdict on one trace. */
export function judgeEntrySync(testCase: EntrySyncCase, { trace }: EntrySyncObservation): Verdict {
  return new Judge(testCase).verdict(trace);
}

/** What is known of the update before its trace is. */
export function updateOf(testCase: EntrySyncCase): Update {
  const format = judgedFormat(testCase);
  loadWords(fromWords, testCase.from);
  loadWords(toWords, testCase.to);
  const amd = testCase.format === 'amd-dte' ? amdChange(testCase) : undefined;
  const bounds = boundsOf(format, from, to);
  return { testCase, format, bounds, amd, isUncached: isUncached(testCase) };
}

class Judge {
  readonly #update: Update;
  readonly #mismatches: Mismatch[] = [];
  #stores = 0;
  #syncs = 0;
  #windows = 0;
  #republished = false;
  #synced = true;

  constructor(testCase: EntrySyncCase) {
    this.#update = updateOf(testCase);
    loadWords(memoryWords, testCase.from);
    interval.start.set(memory);
    interval.count = 0;
  }

  verdict(trace: readonly TraceEvent[]): Verdict {
    for (const event of trace) {
      if (event.op === 'sync') this.#sync(event);
      else if (!this.#isWhole(event)) return this.#result();
      else this.#store(event);
    }
    this.#end();
    return this.#result();
  }

  #result(): Verdict {
    const mismatches = this.#mismatches.toSorted((a, b) => weight(a) - weight(b));
    return { exercised: exercisedRules(this.#update), mismatches };
  }

  #report(rule: string, aspect: Aspect, expected: string, observed: string): void {
    if (this.#mismatches.some((known) => known.rule === rule && known.aspect === aspect)) return;
    this.#mismatches.push({ rule, aspect, expected, observed });
  }

  get #judgesSteps(): boolean {
    return judgesSteps(this.#update);
  }

  #isWhole({ quantum, value: stored }: Extract<TraceEvent, { op: 'store' }>): boolean {
    const { halves, quantumHalves } = this.#update.format;
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
    const { format } = this.#update;
    const { quantumHalves } = format;
    loadWords(valueWords, stored);
    const start = quantum * quantumHalves;
    const wasValid = isServing(format, memory);
    let changes = false;
    for (let half = 0; half < quantumHalves; half++) {
      if (memory[start + half] !== value[half]) changes = true;
      memory[start + half] = value[half]!;
      interval.values[interval.count * 4 + half] = value[half]!;
    }
    interval.quanta[interval.count++] = quantum;
    this.#stores++;
    this.#synced = false;
    if (this.#update.amd !== undefined) this.#amdStore(quantum, stored);
    else if (this.#judgesSteps && !changes) {
      this.#report(
        'entry-sync.minimal-stores',
        'count',
        'stores that change memory',
        `quantum ${quantum} stored again`,
      );
    }
    this.#judgeWindow(wasValid, isServing(format, memory), quantum);
  }

  /** Counts how often the entry becomes invalid, and sees to it that nothing follows its return. */
  #judgeWindow(wasValid: boolean, nowValid: boolean, quantum: number): void {
    if (!this.#update.bounds.bothValid) return;
    if (wasValid && !nowValid) this.#windows++;
    if (this.#republished && mustBreak(this.#update) && this.#judgesSteps) {
      const expected = 'no store after the entry is valid again';
      this.#report('entry-sync.publish-last', 'order', expected, `quantum ${quantum} stored`);
    }
    if (!wasValid && nowValid) this.#republished = true;
  }

  #amdStore(quantum: number, stored: readonly bigint[]): void {
    if (quantum === 1 && ((stored[0]! ^ this.#update.testCase.from[2]!) & ~AMD_WORD2_OWN) !== 0n) {
      const [kept, seen] = [this.#update.testCase.from[2]!, stored[0]!].map((word) =>
        hex(word & ~AMD_WORD2_OWN & ALL),
      );
      this.#report('entry-sync.amd.interrupt-remapping', 'memory', `word 2 keeps ${kept}`, `${seen}`);
    }
    if (this.#update.amd !== 'levels' || quantum !== 0 || extract(stored[0]!, 0, 0) === 1n) return;
    this.#report('entry-sync.amd.pass-through-window', 'outcome', 'DMA never untranslated', 'V cleared');
  }

  #sync({ actions }: Extract<TraceEvent, { op: 'sync' }>): void {
    const { sync } = this.#update.format;
    this.#syncs++;
    if (interval.count === 0 && this.#update.amd === undefined && this.#judgesSteps) {
      this.#report('entry-sync.minimal-syncs', 'count', 'a store since the last sync', 'none');
    }
    this.#observeInterval();
    if (this.#judgesSteps && this.#update.amd === undefined) this.#judgeCleared();
    this.#synced = true;
    if (sync === undefined || actions === undefined) return;
    for (const mismatch of judgeSync(sync, this.#update, actions)) {
      this.#report(mismatch.rule, mismatch.aspect, mismatch.expected, mismatch.observed);
    }
  }

  /** What hardware may have seen since the last sync; starts the next interval. */
  #observeInterval(): void {
    const { fetchHalves, halves } = this.#update.format;
    if (interval.count > 0 && this.#judgesSteps) {
      const [narrow = halves, ...wider] = fetchHalves;
      const { torn, invalid } = observe(this.#update.format, interval, from, to, narrow);
      if (torn !== undefined) {
        // With the whole entry read at once, only what memory really held can be seen.
        const inMemory = observe(this.#update.format, interval, from, to, halves).torn;
        const widths = [
          narrow,
          ...wider.filter((width) => observe(this.#update.format, interval, from, to, width).torn),
        ];
        const seen = inMemory ?? torn;
        const pieces = widths.map((width) => width * 32).join(' or ');
        countingBits(this.#update.format.atLeast, seen, counts, halves);
        this.#report(
          inMemory === undefined ? 'entry-sync.order' : 'entry-sync.torn-view',
          inMemory === undefined ? 'order' : 'memory',
          'old or new in all used bits',
          `${entryText(seen, halves)} when read in pieces of ${pieces} bits: ${sidesText(seen, [from, to], counts, halves)}`,
        );
      }
      if (invalid && !mayBreak(this.#update)) {
        this.#report('entry-sync.hitless', 'outcome', 'valid throughout', 'not valid for a while');
      }
    }
    interval.start.set(memory);
    interval.count = 0;
  }

  #judgeCleared(): void {
    const { valid, quantumHalves } = this.#update.format;
    if (!this.#update.bounds.bothValid || isValid(this.#update.format, memory)) return;
    const start = valid.half - (valid.half % quantumHalves);
    for (let half = start; half < start + quantumHalves; half++) {
      if (memory[half] === 0) continue;
      this.#report('entry-sync.cleared-quantum', 'memory', 'the whole quantum zero', 'some of it left');
      return;
    }
  }

  #end(): void {
    if (!this.#synced && needsLastSync(this.#update)) {
      this.#report('entry-sync.last-sync', 'order', 'a sync after the last store', 'none');
    }
    this.#observeInterval();
    this.#judgeFinal();
    if (this.#update.amd !== undefined) this.#judgeAmdEnd();
    else if (this.#judgesSteps) this.#judgeCounts();
  }

  #judgeFinal(): void {
    const { halves } = this.#update.format;
    const wanted =
      this.#update.amd === undefined ? undefined : amdFinal(this.#update.testCase, this.#update.amd);
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
    const { bothValid, stores, syncs } = this.#update.bounds;
    if (bothValid && this.#windows > 1) {
      this.#report('entry-sync.breaking-window', 'count', 'at most one window', `${this.#windows}`);
    }
    if (this.#update.bounds.unchanged) {
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
    if (!mustDisable(this.#update) || (this.#windows === 1 && this.#syncs > 1)) return;
    const expected = 'disabled, flushed, then written';
    const observed = `disabled ${this.#windows} times, ${this.#syncs} flushes`;
    this.#report('entry-sync.amd.level-change', 'order', expected, observed);
  }
}

const ALL = 2n ** 64n - 1n;

/** The catalogue begins with what hardware may see and ends with what only costs time: the worst is named first. */
const weights = new Map(entrySyncRules.map(({ id }, index) => [id, index]));
const weight = ({ rule }: Mismatch): number => weights.get(rule) ?? 0;
