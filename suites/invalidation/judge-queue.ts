/**
 * Judges what an adapter saw of the queue after a step: whether it stopped, and where its head is. So what a unit
 * makes of a descriptor is judged where it was submitted, and not where its consequences show.
 */
import type { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import { formatOfType } from '../../spec/invalidation/descriptors.ts';
import type { InvalidationObservation, Mismatch, StreamStep } from '../../spec/schema.ts';
import type { StreamFindings } from './judge.ts';
import { judgeValue } from './judge-value.ts';

export interface QueueStep {
  readonly step: StreamStep;
  /** Number of the step. */
  readonly index: number;
  readonly seen: NonNullable<InvalidationObservation['queue']>[number];
  /** Host address width. */
  readonly haw: number;
}

/** False when a mismatch is reported. Ways that do not agree are followed no more. */
export function judgeQueue(
  asked: QueueStep,
  model: StreamModel,
  { exercised, mismatches, ...rest }: StreamFindings,
): boolean {
  const looks = [
    ['FSTS', BigInt(asked.seen.faultStatus)],
    ['IQH', asked.seen.head],
  ] as const;
  for (const [register, value] of looks) {
    const own: StreamFindings = { exercised, mismatches: [], ...rest };
    const options = model.valuesOf(register);
    const look = { step: 'read', register } as const;
    const kept = judgeValue(look, asked.index, options, { outcome: 'value', value }, own);
    const [broken] = own.mismatches;
    if (broken !== undefined) {
      mismatches.push({ ...broken, rule: blame(asked, register, model) ?? broken.rule });
      return false;
    }
    if (kept.length > 0) model.keep(kept);
  }
  return true;
}

const QUEUE_ERROR = 0x10n;
const STATUS_WRITE = 0x20n;

/** The rule that is broken, where the step and what was seen tell it better than the registers do. */
function blame(
  { step, seen, haw }: QueueStep,
  register: 'FSTS' | 'IQH',
  model: StreamModel,
): Mismatch['rule'] | undefined {
  if (step.step === 'write' && step.register === 'FSTS' && (step.value & QUEUE_ERROR) !== 0n)
    return 'invalidation.queue.recovery';
  const hasStopped = (BigInt(seen.faultStatus) & QUEUE_ERROR) !== 0n;
  const mayStop = model.valuesOf('FSTS').some(({ value }) => (value & QUEUE_ERROR) !== 0n);
  const left = (head: bigint): bigint => beforeTail(head, model);
  const isShort = model.valuesOf('IQH').every(({ value }) => left(value) < left(seen.head));
  if (hasStopped && mayStop && !isShort) {
    // Stopped, but not at what it had to refuse: it took that, and stopped at the next; or its head went on.
    const wentOn = register === 'IQH' && !model.stopsAt(seen.head) && !isBeyond(seen.head, haw, model);
    return wentOn ? 'invalidation.queue.stays-at-error' : undefined;
  }
  if (!hasStopped) return undefined;
  if (isBehind(seen.head, model)) return 'invalidation.queue.wrap';
  // Refused although it is valid: what the head stays at.
  if (isBeyond(seen.head, haw, model)) return 'invalidation.wait.address-width';
  const low = model.queueWordAt(seen.head);
  const format = low === undefined ? undefined : formatOfType(typeOf(low));
  return format && `invalidation.descriptor.${format.name}`;
}

/** Whether `head` lies behind the last slot. */
function isBehind(head: bigint, model: StreamModel): boolean {
  return head >= queueSize(model);
}

/** Bytes from `head` to the tail, over the end of the queue where the tail is in front of it. */
function beforeTail(head: bigint, model: StreamModel): bigint {
  const size = queueSize(model);
  const tail = model.valuesOf('IQT')[0]?.value ?? 0n;
  return (tail + size - head) % size;
}

/** The queue has 4 KiB, times two to the power of QS (11.4.9.3). */
function queueSize(model: StreamModel): bigint {
  const iqa = model.valuesOf('IQA')[0]?.value ?? 0n;
  return 0x1000n << (iqa & 7n);
}

/** Whether a wait lies at `head` whose status address has bits above the host address width. */
function isBeyond(head: bigint, haw: number, model: StreamModel): boolean {
  const [low = 0n, second = 0n] = [model.queueWordAt(head), model.queueWordAt(head + 8n)];
  const isWait = formatOfType(typeOf(low))?.name === 'wait';
  return isWait && (low & STATUS_WRITE) !== 0n && second >> BigInt(haw) !== 0n;
}

/** Bits 11:9 and 3:0 of a descriptor. */
function typeOf(low: bigint): number {
  return Number(((low >> 5n) & 0x70n) | (low & 0xfn));
}
