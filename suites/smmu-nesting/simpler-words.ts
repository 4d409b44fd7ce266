/** Simpler cases by words that say the least: plain entries and plain commands. */
import { extract, insert } from '../../spec/bits.ts';
import type { SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';
import { trimmed } from '../core/trimmed-runs.ts';

/** Bypass, stage 1, and stage 1 with another context descriptor: what an entry may be brought to. */
const plainEntries: readonly bigint[] = [0x9n, 0xbn, 0x4bn];
/** Commands that stand for others of their kind. */
const plainOpcodes: readonly bigint[] = [0x00n, 0x01n, 0x03n, 0x05n, 0x10n, 0x40n];

export function* plainWords(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { memory, steps } = testCase;
  if (memory.some(({ words }) => words[0] === 0n || words.at(-1) === 0n)) {
    yield { ...testCase, memory: memory.flatMap(({ address, words }) => [...trimmed(address, words)]) };
  }
  yield* plainEverywhere(testCase);
  yield* plainTogether(testCase);
  for (const [at, step] of steps.entries()) {
    if (step.step === 'store') {
      const last = step.words.findLastIndex((word) => word !== 0n);
      if (last < step.words.length - 1 && last >= 0) {
        yield { ...testCase, steps: steps.with(at, { ...step, words: step.words.slice(0, last + 1) }) };
      }
      for (const entry of plainEntries) {
        if (isLess([entry], step.words)) {
          yield { ...testCase, steps: steps.with(at, { ...step, words: [entry] }) };
        }
      }
    }
    if ((step.step !== 'commands' && step.step !== 'acknowledge') || !step.commands) continue;
    for (const [index, [low = 0n, high = 0n]] of step.commands.entries()) {
      const opcode = extract(low, 7, 0);
      for (const lower of plainOpcodes) {
        if (lower >= opcode) continue;
        const commands = step.commands.with(index, [low - opcode + lower, high]);
        yield { ...testCase, steps: steps.with(at, { ...step, commands }) };
      }
    }
  }
}

/** What only helps when two things become plain at once. */
function* plainTogether(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { memory, steps, units } = testCase;
  const [stage1 = 0n, another = 0n] = plainEntries.slice(1);
  for (const [at, step] of steps.entries()) {
    if (step.step === 'bypass' && step.abort) {
      yield { ...testCase, memory: [], steps: steps.with(at, { ...step, abort: false }) };
    }
    if (step.step === 'store') {
      const there = memory.findIndex(({ address }) => address === step.address);
      const words = memory[there]?.words ?? [];
      if (there >= 0 && isLess([stage1, another], [...words, ...step.words])) {
        const plain = { address: step.address, words: [stage1] };
        const stored = steps.with(at, { ...step, words: [another] });
        yield { ...testCase, memory: memory.with(there, plain), steps: stored };
      }
    }
    if (step.step !== 'commands') continue;
    for (const [index, [low = 0n, high = 0n]] of step.commands.entries()) {
      const upper = extract(low, 63, 32);
      const plainly = (words: bigint[]) =>
        steps.with(at, { ...step, commands: step.commands.with(index, words) });
      if (upper > 1n) yield { ...testCase, steps: plainly([insert(low, 63, 32, 1n), 0n]) };
      if (upper > 0n && units[0]?.vmid === 0) {
        yield {
          ...testCase,
          steps: plainly([insert(low, 63, 32, 0n), high]),
          units: [{ vmid: 1 }, ...units.slice(1)],
        };
      }
    }
  }
}

/** One word of entries, wherever it stands, as one that says less. */
function* plainEverywhere(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { memory, steps } = testCase;
  const stored = steps.flatMap((step) => (step.step === 'store' ? step.words : []));
  for (const word of new Set([...memory.flatMap(({ words }) => words), ...stored])) {
    for (const entry of [0n, ...plainEntries]) {
      if (entry >= word) continue;
      const changed = (words: readonly bigint[]) => words.map((one) => (one === word ? entry : one));
      yield {
        ...testCase,
        memory: memory.flatMap((run) => trimmed(run.address, changed(run.words))),
        steps: steps.map(
          (step): SmmuStep => (step.step === 'store' ? { ...step, words: changed(step.words) } : step),
        ),
      };
    }
  }
}

/** Fewer words that are not zero, or as many and less in all. */
function isLess(words: readonly bigint[], than: readonly bigint[]): boolean {
  const count = (all: readonly bigint[]) => all.filter((word) => word !== 0n).length;
  const sum = (all: readonly bigint[]) => all.reduce((total, word) => total + word, 0n);
  if (count(words) !== count(than)) return count(words) < count(than);
  return sum(words) < sum(than);
}
