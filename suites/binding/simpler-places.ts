/** Cases in which a page of tables, or the entries of a requester, lie lower, and what refers to them follows. */
import { bits, extract, insert } from '../../spec/bits.ts';
import type { BindingCase, BindingStep } from '../../spec/schema.ts';

const PAGE = 0x1000n;
const PRESENT = 1n;
const POINTER = bits(51, 12);
const CONTEXT_CACHE = 1n;
/** Of the half of a root entry that a device is led by, and of a context entry. */
const ROOT_BYTES = 8n;
const CONTEXT_BYTES = 32n;

const pageOf = (address: bigint): bigint => address & ~(PAGE - 1n);

/** Pages in the order in which a walk comes by, from 0 on; nothing when they are. */
export function* lowerPages(testCase: BindingCase): Iterable<BindingCase> {
  const order = walkOrder(testCase);
  const moves = new Map(order.map((page, index) => [page, BigInt(index) * PAGE]));
  if (order.every((page) => moves.get(page) === page)) return;
  yield withPages(testCase, moves);
}

/** Every page of tables: first those that the root table leads to, each behind what leads there. */
function walkOrder({ rtaddr, memory, steps }: BindingCase): readonly bigint[] {
  const stores = steps.filter((step) => step.step === 'store');
  const roots = steps.flatMap((step) => (step.step === 'root' ? [step.rtaddr] : []));
  const runs = [...memory, ...stores].toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const used = new Set([rtaddr, ...roots, ...runs.map(({ address }) => address)].map(pageOf));
  const found = new Set([rtaddr, ...roots].map(pageOf));
  for (const page of found) {
    for (const { address, words } of runs) {
      if (pageOf(address) !== page) continue;
      for (const word of words) if (used.has(word & POINTER)) found.add(word & POINTER);
    }
  }
  return [...new Set([...found, ...[...used].toSorted((a, b) => (a < b ? -1 : 1))])];
}

function withPages(testCase: BindingCase, moves: ReadonlyMap<bigint, bigint>): BindingCase {
  const word = (value: bigint): bigint => {
    const to = value === 0n ? undefined : moves.get(value & POINTER);
    return to === undefined ? value : (value & ~POINTER) | to;
  };
  const place = (address: bigint): bigint =>
    (moves.get(pageOf(address)) ?? pageOf(address)) | (address % PAGE);
  const moved = withPlaces(testCase, place, word);
  const memory = moved.memory.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return { ...moved, memory, rtaddr: word(moved.rtaddr) };
}

/** Which table of its root entry, and which half of the buses. */
const HALVES = [0x80, 0x8000];

/**
 * One device has a lower source id, at least in its halves, or two functions of one device, which FM can name together,
 * are 00:00.0 and .4.
 */
export function* lowerSourceIds(testCase: BindingCase): Iterable<BindingCase> {
  const sourceIds = testCase.devices.map(({ sourceId }) => sourceId);
  let free = 0;
  while (sourceIds.includes(free)) free++;
  for (const sourceId of sourceIds) {
    const lower = new Set([free, ...HALVES.map((half) => (sourceId & half) | free)]);
    for (const to of lower) {
      if (to < sourceId && !sourceIds.includes(to)) yield withSourceIds(testCase, new Map([[sourceId, to]]));
    }
  }
  const [one = 0, other = 0] = sourceIds;
  const isPair = sourceIds.length === 2 && one >> 3 === other >> 3;
  if (isPair && one + other > 4) {
    const [lower, higher] = one < other ? [one, other] : [other, one];
    const moves = [
      [lower, 0],
      [higher, 4],
    ] as const;
    yield withSourceIds(testCase, new Map(moves));
  }
}

function withSourceIds(testCase: BindingCase, moves: ReadonlyMap<number, number>): BindingCase {
  const { rtaddr, devices } = testCase;
  const spans = [...moves].flatMap(([from, to]) => [
    { from: rootOf(rtaddr, from), to: rootOf(rtaddr, to), bytes: ROOT_BYTES },
    { from: contextOf(testCase, from), to: contextOf(testCase, from, to), bytes: CONTEXT_BYTES },
  ]);
  const place = (address: bigint): bigint => {
    for (const { from, to, bytes } of spans) {
      if (from === undefined || to === undefined) continue;
      const offset = address - from;
      if (offset >= 0n && offset < bytes) return to + offset;
    }
    return address;
  };
  const moved = withPlaces(testCase, place, (word) => word);
  const renamed = (step: BindingStep): BindingStep => {
    if (step.step !== 'invalidate') return step;
    const [low = 0n] = step.descriptor;
    const named = Number(extract(low, 47, 32));
    // By FM another function of the device may be named.
    const to = moves.get(named) ?? [...moves].find(([from]) => from >> 3 === named >> 3)?.[1];
    if (extract(low, 3, 0) !== CONTEXT_CACHE || to === undefined) return step;
    return { ...step, descriptor: step.descriptor.with(0, insert(low, 47, 32, BigInt(to))) };
  };
  return {
    ...moved,
    devices: devices.map((device) => ({
      ...device,
      sourceId: moves.get(device.sourceId) ?? device.sourceId,
    })),
    steps: moved.steps.map(renamed),
  };
}

function rootOf(rtaddr: bigint, sourceId: number): bigint {
  return pageOf(rtaddr) + 16n * BigInt(sourceId >> 8) + ((sourceId & 0x80) === 0 ? 0n : 8n);
}

/** Where the table that serves `sourceId` has the context entry of `entryOf`; undefined where there is no such table. */
export function contextOf(
  { rtaddr, memory }: BindingCase,
  sourceId: number,
  entryOf = sourceId,
): bigint | undefined {
  const root = rootOf(rtaddr, sourceId);
  const [word = 0n] = memory.flatMap((run) =>
    run.words.filter((_, at) => run.address + BigInt(8 * at) === root),
  );
  return (word & PRESENT) === 0n ? undefined : (word & POINTER) + 32n * BigInt(entryOf & 0x7f);
}

function withPlaces(
  testCase: BindingCase,
  place: (address: bigint) => bigint,
  word: (value: bigint) => bigint,
): BindingCase {
  const moved = (step: BindingStep): BindingStep => {
    if (step.step === 'root') return { ...step, rtaddr: word(step.rtaddr) };
    if (step.step !== 'store') return step;
    return { ...step, address: place(step.address), words: step.words.map(word) };
  };
  return {
    ...testCase,
    memory: testCase.memory.map((run) => ({
      address: place(run.address),
      words: run.words.map(word),
    })),
    steps: testCase.steps.map(moved),
  };
}
