/**
 * Faults and errors of the invalidation queue in a kernel log. A request that is refused for itself says nothing of the
 * tables; one that is refused for an entry does, as does a reason that no unit can have. These are notes: the machine
 * has gone on since. A descriptor that is printed with an error is judged as in a queue.
 */
import { ALL_ONES, isAllOnes } from '../../spec/all-ones.ts';
import type { FaultRecord, Place, QueuedRecord, QueueErrorRecord } from '../../spec/dumps.ts';
import { faultConditions } from '../../spec/faults.ts';
import { requester, shortHex } from '../../spec/hex.ts';
import { faultMeanings, interruptFaults, olderFaults } from '../../spec/interrupt-faults.ts';
import { queueMode } from '../../spec/invalidation/modes.ts';
import { queueErrorMeanings } from '../../spec/invalidation/queue-errors.ts';
import { seenDescriptor, type WrongDescriptor } from './descriptor-checks.ts';
import { levelOf, type Report } from './finding.ts';
import { FIRST_SCALABLE } from './refused-entry.ts';
import type { KnownUnit } from './units.ts';

/** Conditions of entries that are malformed or lead nowhere: neither of one that is not there, nor of rights. */
const ofEntries: readonly string[] = [
  ...['LRT.1', 'LRT.3', 'LCT.1', 'LCT.3', 'LCT.4.1', 'LSS.1', 'LSS.2', 'LGN.4', 'RTA.1.1', 'SRT.1', 'SRT.3'],
  ...['SCT.1', 'SCT.3', 'SCT.4.1', 'SPD.1', 'SPD.3', 'SPT.1', 'SPT.3', 'SPT.4.1', 'SFS.1', 'SFS.3', 'SFS.4'],
  ...['SFS.9', 'SSS.1', 'SSS.3', 'SSS.4', 'SSS.5', 'SGN.8.1'],
];
const REASON = 'lint.log.reason';
const QUEUE_ERROR = 'lint.queue.error';
const INTERRUPT = 'INTR-REMAP';
/** So many are noted; a device that goes wild faults for each page. */
const MOST_NOTED = 64;

export class FaultJudge {
  readonly #file: string;
  readonly #units: readonly KnownUnit[];
  readonly #report: Report;
  readonly #noted = new Set<string>();

  /** `units` are all that the log may be of. */
  constructor(file: string, units: readonly KnownUnit[], report: Report) {
    this.#file = file;
    this.#units = units;
    this.#report = report;
  }

  addFault(record: FaultRecord, line: number): void {
    const { sourceId, code, request, address } = record;
    const shown = `0x${code.toString(16)}`;
    const odd = isAllOnes(record) ? ALL_ONES : this.#oddReason(code, request);
    const rule = odd === undefined ? conditionOf(code) : REASON;
    const detail = `the unit refused a ${request} of ${shortHex(address)} with fault ${shown}`;
    if (rule !== undefined && this.#isNew(`${sourceId} ${code}`))
      this.#note(rule, line, requester(sourceId), odd === undefined ? detail : `fault ${shown}: ${odd}`);
  }

  addError(record: QueueErrorRecord, line: number): void {
    const { error, value } = record;
    if (isAllOnes(record)) {
      // Errors that are there at once all come of it.
      if (this.#isNew(ALL_ONES)) this.#note(QUEUE_ERROR, line, 'invalidation queue', `${error}, ${ALL_ONES}`);
      return;
    }
    const detail = `${error}, ${errorText(record)}`;
    if (this.#isNew(`${error} ${value}`)) this.#note(QUEUE_ERROR, line, 'invalidation queue', detail);
  }

  /** The line does not say of which unit it is: what is wrong for each is wrong. */
  addQueued({ words }: QueuedRecord, line: number): void {
    // The kernel shows zeros where the queue has none.
    if (words.every((word) => word === 0n)) return;
    const seen = this.#units.map((known) => descriptorOf(known, words));
    const [first] = seen;
    if (first === undefined || seen.some(({ wrong }) => !wrong.some(isCertain))) return;
    const place: Place = { file: this.#file, line };
    for (const { rule, detail } of first.wrong.filter(isCertain))
      this.#report({
        place,
        rule,
        level: levelOf(rule),
        subject: `invalidation queue, ${first.title}`,
        detail,
        words,
      });
  }

  /** Why no unit can have recorded it. */
  #oddReason(code: number, request: string): string | undefined {
    const isOfInterrupts = interruptFaults.some((one) => one.code === code);
    if (faultMeanings(code).length === 0 && !isOlder(code)) return 'of no revision';
    if (isOfInterrupts !== (request === INTERRUPT))
      return isOfInterrupts ? `of interrupts, for a ${request}` : 'of DMA, for an interrupt';
    const areLegacy = this.#units.every(
      ({ source, unit }) => source !== undefined && unit.capabilities.SMTS === 0,
    );
    return code >= FIRST_SCALABLE && areLegacy ? 'of scalable tables, which no unit has' : undefined;
  }

  #isNew(key: string): boolean {
    if (this.#noted.has(key) || this.#noted.size >= MOST_NOTED) return false;
    this.#noted.add(key);
    return true;
  }

  #note(rule: string, line: number, subject: string, detail: string): void {
    this.#report({ place: { file: this.#file, line }, rule, level: 'may', subject, detail, words: [] });
  }
}

/** Of extended mode too, which came before scalable mode. */
function isOlder(code: number): boolean {
  return olderFaults[code] !== undefined || (code >= 0x10 && code < 0x20);
}

function conditionOf(code: number): string | undefined {
  return faultConditions.find((one) => one.code === code && ofEntries.includes(one.id))?.id;
}

/** Units from before revision 4.0 do not tell the requester. */
function errorText({ error, value }: QueueErrorRecord): string {
  if (error === 'IQE') return `reason ${value}: ${queueErrorMeanings[value] ?? 'of no revision'}`;
  const who = value === 0 ? 'a Device-TLB' : `the Device-TLB of ${requester(value)}`;
  return error === 'ITE' ? `${who} did not answer in time` : `${who} answered what was not asked`;
}

/** Of a wide slot the upper half is not printed, and counts as zero. */
function descriptorOf(known: KnownUnit, words: readonly bigint[]): ReturnType<typeof seenDescriptor> {
  const isWide = known.unit.capabilities.SMTS === 1 && known.mode !== 'legacy';
  return isWide
    ? seenDescriptor(known, queueMode('scalable', 256), words)
    : seenDescriptor(known, queueMode('legacy', 128), words);
}

function isCertain({ isOpen }: WrongDescriptor): boolean {
  return !isOpen;
}
