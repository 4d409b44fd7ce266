/** What the unit is told in a scene: what the stream tells it, by the names of the scene. */
import { unitOf } from '../../models/reference/invalidation/queue.ts';
import { ALL_64 } from '../../spec/bits.ts';
import type { InvalidationCase, Request, StreamStep } from '../../spec/schema.ts';
import type { Names, SceneTables } from '../translation/scene-tables.ts';
import { type QueueOf, type Renaming, renamed } from './renamed.ts';
import type { Known } from './scene-known.ts';

const OFFSET = 0xfffn;
/** DW of IQA: slots of 256 bits. */
const WIDE = 0x800n;
const SCALABLE = 0x400n;

/** The stream that a scene stands for, its last request, and what was found out about it. */
export interface About {
  readonly testCase: InvalidationCase;
  readonly asked: Request;
  readonly known: Known;
}

type Told = readonly StreamStep[];

/** IQA of a scene, whose queue lies at 0; undefined where there is none. */
export function queueOf({ iqa }: InvalidationCase, rtaddr: bigint): bigint | undefined {
  if (iqa === undefined) return undefined;
  return (iqa & WIDE) !== 0n && (rtaddr & SCALABLE) !== 0n ? WIDE : 0n;
}

/**
 * Addresses at their distance, or the page alone, or another one near it; also with what ends an error of the queue,
 * where the stream has one.
 */
export function toldOnes(about: About, names: Names, tables: SceneTables): readonly Told[] {
  const { testCase, known } = about;
  const renaming = renamingOf(about, names, tables);
  const tell = (by: Renaming) => joined(testCase.steps.flatMap((step) => renamed(step, by)));
  const { guestMask } = unitOf(testCase.profile);
  const page = { ...renaming, kept: (ALL_64 & ~guestMask) | OFFSET };
  const all = [page, renaming];
  if (known.type === 'nested') all.push({ ...renaming, isOfSecondStage: true });
  if (testCase.steps.some((step) => namesOther(step, renaming.address))) {
    all.push({ ...renaming, isOtherPage: true });
  }
  const queue = queueAfterError(testCase, tables.rtaddr);
  if (queue !== undefined) all.push({ ...page, queue }, { ...renaming, queue });
  return all.map(tell);
}

function renamingOf({ asked, known }: About, names: Names, { rtaddr }: SceneTables): Renaming {
  return {
    sourceId: asked.sourceId ^ names.sourceId,
    pasid: known.pasid ^ (names.pasid ?? 0),
    did: known.did ^ names.did,
    address: asked.address & ~OFFSET,
    kept: ALL_64,
    isOfSecondStage: false,
    isOtherPage: false,
    rtaddr,
  };
}

const OF_PAGE = 0x30n;
const AM = 0x3fn;
const PAGE_TYPES: readonly bigint[] = [2n, 6n];

/** An IOTLB invalidation of a range of pages, or of another page (6.5.2.3, 6.5.2.4). */
function namesOther(step: StreamStep, page: bigint): boolean {
  return (
    step.step === 'submit' &&
    step.descriptors.some(
      ([low = 0n, second = 0n]) =>
        PAGE_TYPES.includes(low & 0xfn) &&
        (low & OF_PAGE) === OF_PAGE &&
        ((second & AM) !== 0n || (second & ~OFFSET) !== page),
    )
  );
}

/** The queues of stream and scene, where software clears an error and mends what lies in its way (6.5.2.10). */
function queueAfterError(testCase: InvalidationCase, rtaddr: bigint): QueueOf | undefined {
  const { iqa, steps } = testCase;
  const isCleared = steps.some((step) => step.step === 'write' && step.register === 'FSTS');
  if (iqa === undefined || !isCleared) return undefined;
  const slot = (base: bigint) => ((base & WIDE) === 0n ? 16n : 32n);
  return { base: iqa & ~OFFSET, slot: slot(iqa), sceneSlot: slot(queueOf(testCase, rtaddr) ?? 0n) };
}

/** Descriptors of neighbours in one submission. */
function joined(steps: Told): Told {
  const result: StreamStep[] = [];
  for (const step of steps) {
    const before = result.at(-1);
    if (step.step === 'submit' && before?.step === 'submit' && areSingle(before, step)) {
      result[result.length - 1] = {
        step: 'submit',
        descriptors: [...before.descriptors, ...step.descriptors],
      };
    } else result.push(step);
  }
  return result;
}

type Submit = Extract<StreamStep, { step: 'submit' }>;

function areSingle(one: Submit, other: Submit): boolean {
  return one.times === undefined && other.times === undefined;
}
