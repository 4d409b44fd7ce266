/**
 * What consumed commands ask of the host. It is done when a CMD_SYNC completes, at the latest; what fails before
 * has to be done again. Configuration comes before translations, and these before those that devices hold.
 */
import { type GuestCommand, isAbout, type Words } from '../../models/reference/smmu-nesting/command.ts';
import {
  covers,
  dropDescriptors,
  dropTranslations,
  physicalStream,
  physicalTlbi,
} from '../../models/reference/smmu-nesting/physical-command.ts';
import { descriptorsOf, isServed, usesAts } from '../../models/reference/smmu-nesting/stream-entry.ts';
import type { Mismatch, VirtualSmmu } from '../../spec/schema.ts';
import { smmuCommandLine } from '../../spec/smmu-command-line.ts';
import { CERROR_ATC_INV_SYNC } from '../../spec/smmu-queue-errors.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';
import type { Queued } from './queue.ts';
import type { StepFacts } from './step-facts.ts';

/** Which caches: those that are filled from others come after them. */
const CONFIGURATION = 0;
const TRANSLATIONS = 1;
const DEVICE = 2;
/** What a CMD_SYNC completed that comes before a cache of each kind. */
const EARLIER = ['', 'the CFGI commands before a SYNC', 'the commands before a SYNC'] as const;

interface Work {
  readonly rule: 'entry' | 'descriptors' | 'translations' | 'atc';
  readonly kind: typeof CONFIGURATION | typeof TRANSLATIONS | typeof DEVICE;
  readonly unit: number;
  /** Undefined: not about one device. */
  readonly device: number | undefined;
  readonly wanted: Words;
  /** It must not be done before this epoch of the step in which its command was consumed. */
  start: number;
  /** A CMD_SYNC behind it was consumed. */
  due: boolean;
  /** It was consumed in a step in which a failure of the host stopped the queue. */
  late: boolean;
  /** It was done in the step in which its command was consumed, and before `start`. */
  early: boolean;
}

export class Forwarding {
  readonly #course: Course;
  /** Units that may hold translations of the guest. */
  readonly #translating = new Set<number>();
  #pending: Work[] = [];
  /** Since the last CMD_SYNC that was consumed. */
  #hasStopped = false;

  constructor(course: Course) {
    this.#course = course;
  }

  /** What of `consumed` and of earlier commands is not done after the step. */
  follow(consumed: readonly Queued[], facts: StepFacts): Mismatch | undefined {
    const { streams, testCase } = this.#course;
    /** By unit and kind: the epoch when all of it that a CMD_SYNC completed was done. */
    const done = testCase.units.map(() => [0, 0]);
    let segment: GuestCommand[] = [];
    for (const { words, command } of consumed) {
      if (command.is === 'sync') {
        this.#complete(segment, facts, done);
        segment = [];
      } else {
        segment.push(command);
        this.#pending.push(...this.#workOf(command, words, facts, done));
      }
      streams.consume(command);
    }
    for (const { device, stream } of facts.attached) {
      const unit = testCase.devices[device]?.unit;
      if (stream?.is === 'stage-1' && unit !== undefined) this.#translating.add(unit);
    }
    for (const unit of this.#translating) if (this.#isEmptied(unit, facts)) this.#translating.delete(unit);
    this.#pending = this.#pending.filter(
      (work) => !this.#isMoot(work) && (work.due || epochOf(work, facts) === undefined),
    );
    return this.#overdue(facts);
  }

  /** A failure of the host stopped the queue: what is consumed and not done was not consumed exactly. */
  stop(error: number): void {
    this.#hasStopped = true;
    // Of the ATC_INVs behind which a CMD_SYNC timed out nobody knows which ones ever complete (4.7.3).
    if (error === CERROR_ATC_INV_SYNC) this.#pending = this.#pending.filter(({ rule }) => rule !== 'atc');
    for (const work of this.#pending) work.late = true;
  }

  /** A CMD_SYNC is consumed. */
  #complete(segment: readonly GuestCommand[], facts: StepFacts, done: number[][]): void {
    const { streams, testCase, host, exercised } = this.#course;
    const finish = (unit: number, kind: number, epoch: number) => {
      const ends = done[unit];
      if (ends && kind < DEVICE) ends[kind] = Math.max(ends[kind] ?? 0, epoch + 1);
    };
    const left: Work[] = [];
    if (this.#hasStopped) exercised.add('failure.exact');
    this.#hasStopped = false;
    for (const work of this.#pending) {
      exercised.add(`forward.${work.rule}`);
      if (work.start > 0) exercised.add('forward.order');
      const epoch = epochOf(work, facts);
      if (epoch !== undefined) finish(work.unit, work.kind, epoch);
      else left.push({ ...work, due: true });
    }
    this.#pending = left;
    for (const device of host.plugged) {
      const forced = streams.forced(device);
      if (forced) facts.completed.set(device, forced);
      const { streamId = 0, unit = 0 } = testCase.devices[device] ?? {};
      if (!segment.some((command) => command.is === 'streams' && isAbout(command, streamId))) continue;
      const now = streams.now(device);
      const isNow = facts.attached.find(
        (one) => one.device === device && one.stream && isServed(now, one.stream, testCase.smmu),
      );
      const was = facts.before.get(device);
      if (isNow && !(was && isServed(now, was, testCase.smmu))) finish(unit, CONFIGURATION, isNow.epoch);
    }
  }

  #workOf(command: GuestCommand, words: Words, facts: StepFacts, done: number[][]): readonly Work[] {
    const { testCase, host, streams } = this.#course;
    const startOf = (unit: number, kind: number) => Math.max(0, ...(done[unit] ?? []).slice(0, kind));
    if (command.is === 'translations') {
      return [...this.#translating].map((unit) => ({
        rule: 'translations',
        kind: TRANSLATIONS,
        unit,
        device: undefined,
        wanted: physicalTlbi(words, testCase.units[unit]?.vmid ?? 0),
        start: startOf(unit, TRANSLATIONS),
        due: false,
        late: false,
        early: false,
      }));
    }
    return [...host.plugged].flatMap((device): readonly Work[] => {
      const known = testCase.devices[device];
      const before = facts.before.get(device);
      if (known === undefined || before?.is !== 'stage-1' || !isAbout(command, known.streamId)) return [];
      const { unit, physicalStreamId } = known;
      const work = { unit, device, due: false, late: false, early: false };
      const wanted = physicalStream(words, physicalStreamId);
      const start = startOf(unit, CONFIGURATION);
      switch (command.is) {
        case 'streams':
          return [
            { ...work, rule: 'entry', kind: CONFIGURATION, wanted: dropDescriptors(physicalStreamId), start },
          ];
        case 'descriptors': {
          const reaches = (command.index ?? 0) < descriptorsOf(before.ste, testCase.smmu);
          return reaches ? [{ ...work, rule: 'descriptors', kind: CONFIGURATION, wanted, start }] : [];
        }
        case 'atc':
          if (!streams.enabled || !usesAts(before.ste, testCase.smmu)) return [];
          if (command.substream !== undefined && !hasSubstream(command.substream, testCase.smmu)) return [];
          return [{ ...work, rule: 'atc', kind: DEVICE, wanted, start: startOf(unit, DEVICE) }];
        default:
          return [];
      }
    });
  }

  /** All translations were dropped behind the last table, and nothing fills them until there is one again. */
  #isEmptied(unit: number, { issued, attached }: StepFacts): boolean {
    const { host, testCase } = this.#course;
    if (host.hasTables(unit)) return false;
    const left = attached.filter(({ device }) => testCase.devices[device]?.unit === unit);
    const last = Math.max(-1, ...left.map(({ epoch }) => epoch));
    const all = dropTranslations(testCase.units[unit]?.vmid ?? 0);
    return issued.some((one) => one.unit === unit && one.epoch > last && covers(one.words, all));
  }

  /** A device that has no table any more holds nothing of one, and without ATS it holds no translations. */
  #isMoot({ device, rule }: Work): boolean {
    if (device === undefined) return false;
    const stream = this.#course.host.stream(device);
    return stream?.is !== 'stage-1' || (rule === 'atc' && !usesAts(stream.ste, this.#course.testCase.smmu));
  }

  #overdue(facts: StepFacts): Mismatch | undefined {
    const { host } = this.#course;
    const waiting: Work[] = [];
    for (const work of this.#pending) {
      const { rule, kind, unit, due } = work;
      if (due && epochOf(work, facts) !== undefined) continue;
      const early = work.early || (work.start > 0 && epochOf({ ...work, start: 0 }, facts) !== undefined);
      // Without a table nothing is translated; it must be done before there is one.
      if (!due || (rule === 'translations' && !host.hasTables(unit))) {
        waiting.push({ ...work, start: 0, early });
        continue;
      }
      const expected = `${describeWork(work)} done`;
      if (work.late) return broken('failure.exact', 'outcome', expected, 'consumed and not done');
      if (early) {
        return broken('forward.order', 'order', `${expected} after ${EARLIER[kind]}`, 'done before them');
      }
      return broken(`forward.${rule}`, 'outcome', expected, 'not done');
    }
    this.#pending = waiting;
    return undefined;
  }
}

/** The first epoch in which `work` was done; undefined: in none. */
function epochOf({ kind, unit, device, wanted, start }: Work, facts: StepFacts): number | undefined {
  let first: number | undefined;
  const isEarlier = (epoch: number) => epoch >= start && (first === undefined || epoch < first);
  for (const one of facts.issued) {
    if (first === start) return first;
    if (one.unit === unit && isEarlier(one.epoch) && covers(one.words, wanted)) first = one.epoch;
  }
  // To attach a device drops what it holds as well, after the configuration.
  for (const one of facts.attached) {
    if (device === undefined || one.device !== device) continue;
    const epoch = kind === DEVICE ? one.epoch + 1 : one.epoch;
    if (isEarlier(epoch)) first = epoch;
  }
  return first;
}

function describeWork({ unit, device, wanted }: Work): string {
  return `${smmuCommandLine(wanted)} on unit ${unit}${device === undefined ? '' : ` for device ${device}`}`;
}

/** An ATC_INV for any other need not have any effect: out of range (4.1.7), or SSV without PASIDs (4.5.1). */
function hasSubstream(substream: number, { substreamIdBits }: VirtualSmmu): boolean {
  return substreamIdBits > 0 && substream < 2 ** substreamIdBits;
}
