/**
 * Streams without sense, and sound ones that are disturbed: any bytes as descriptors and tables, any value in any register, queues and root tables
 * anywhere, addresses of any width. What follows is the architecture's to say, or nobody's; it is no crash.
 */
import * as fc from 'fast-check';
import {
  type InvalidationCase,
  type MemoryRun,
  type Profile,
  type Request,
  readableRegisters,
  requestKindSchema,
  requestOpSchema,
  type StreamStep,
  writableRegisters,
} from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { anyInvalidationCase } from './invalidation.ts';

const ANY_31_BITS = 0x7fff_ffff;
const MOST_STEPS = 24;
const MOST_RUNS = 6;
const MOST_WORDS = 8;
/** So that what a sound stream goes on to is seen too. */
const MOST_BETWEEN = 3;
/** One in so many lists is repeated until the queue is full and more. */
const LONG_LIST = 40;

/** Cases under `profiles` for implementations that are allowed to be asked anything; not for emulators. */
export function anyRawStream(profiles: readonly Profile[]): fc.Arbitrary<InvalidationCase> {
  const seed = fc.nat(ANY_31_BITS);
  return fc
    .noBias(
      fc.tuple(
        anyInvalidationCase(profiles),
        seed,
        fc.array(seed, { maxLength: MOST_RUNS, size: 'max' }),
        fc.array(seed, { maxLength: MOST_STEPS, size: 'max' }),
      ),
    )
    .map(([sound, shape, runs, steps]) => {
      const choices = new Choices(shape);
      const drawn = steps.map((step) => drawStep(new Choices(step)));
      return choices.oneIn(2)
        ? disturbed(sound, drawn, choices)
        : senseless(sound.profile, choices, runs, drawn);
    });
}

/** A sound stream with any steps between its own. */
function disturbed(sound: InvalidationCase, drawn: StreamStep[], choices: Choices): InvalidationCase {
  const steps = [...sound.steps];
  for (const step of drawn.slice(0, MOST_BETWEEN)) steps.splice(choices.pick(steps.length + 1), 0, step);
  return { ...sound, steps };
}

function senseless(
  profile: Profile,
  choices: Choices,
  runs: readonly number[],
  steps: StreamStep[],
): InvalidationCase {
  const page = BigInt(choices.pick(16)) << 12n;
  const iqa = choices.oneIn(4) ? choices.word() : page | (choices.oneIn(2) ? 0x800n : 0n);
  return {
    area: 'invalidation',
    profile,
    rtaddr: choices.oneIn(4) ? choices.word() : address(choices) & ~0xfffn & 0xffff_ffffn,
    translationEnabled: choices.oneIn(2),
    ...(choices.oneIn(6) ? {} : { iqa }),
    memory: runs.map((seed) => memoryRun(new Choices(seed))),
    steps,
  };
}

function memoryRun(choices: Choices): MemoryRun {
  return { address: address(choices) & ~7n, words: drawWords(choices, 1 + choices.pick(MOST_WORDS)) };
}

/** Low memory, where the rest of the case lies too, or anywhere. */
function address(choices: Choices): bigint {
  return choices.oneIn(4) ? choices.word() : BigInt(choices.pick(0x1_0000));
}

function drawWords(choices: Choices, count: number): bigint[] {
  return Array.from({ length: count }, () =>
    choices.oneIn(2) ? choices.word() : BigInt(choices.pick(0x1_0000)),
  );
}

function drawStep(choices: Choices): StreamStep {
  switch (choices.pick(8)) {
    case 0:
    case 1:
      return { step: 'submit', descriptors: descriptors(choices), ...repeated(choices) };
    case 2:
      return { step: 'write', register: choices.one(writableRegisters), value: registerValue(choices) };
    case 3:
      return { step: 'read', register: choices.one(readableRegisters) };
    case 4:
      return { step: 'load', address: address(choices) & ~7n };
    case 5:
      return { step: 'store', ...store(choices) };
    case 6:
      return { step: 'request', request: request(choices) };
    default:
      return { step: 'request', request: request(choices), during: [store(choices), store(choices)] };
  }
}

function descriptors(choices: Choices): bigint[][] {
  return Array.from({ length: 1 + choices.pick(4) }, () => {
    const words = drawWords(choices, choices.oneIn(2) ? 2 : 4);
    // Any type, or one that is defined with anything around it.
    if (choices.oneIn(2)) words[0] = ((words[0] ?? 0n) & ~0xe0fn) | BigInt(1 + choices.pick(10));
    return words;
  });
}

function repeated(choices: Choices): { readonly times?: number } {
  return choices.oneIn(LONG_LIST) ? { times: 1 + choices.pick(512) } : {};
}

/** Any value, single bits, and small ones. */
function registerValue(choices: Choices): bigint {
  return choices.one([choices.word(), 1n << BigInt(choices.pick(64)), BigInt(choices.pick(0x1_0000))]);
}

function store(choices: Choices): { readonly address: bigint; readonly words: bigint[] } {
  const wide = choices.oneIn(2);
  return { address: address(choices) & (wide ? ~15n : ~7n), words: drawWords(choices, wide ? 2 : 1) };
}

function request(choices: Choices): Request {
  const at = address(choices);
  return {
    sourceId: choices.oneIn(2) ? choices.pick(0x1_0000) : 0,
    address: choices.oneIn(2) ? at : at & 0xfffn,
    op: choices.one(requestOpSchema.options),
    kind: choices.one(requestKindSchema.options),
    ...(choices.oneIn(2) ? { pasid: choices.pick(0x10_0000), privileged: choices.oneIn(2) } : {}),
    noWrite: choices.oneIn(2),
    lastInGroup: choices.oneIn(2),
  };
}
