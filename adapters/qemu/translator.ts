/**
 * Answers translation cases on one machine: cuts them into lists that fit the edu buffers, runs them, and
 * finds out which case is to blame when a list kills or hangs QEMU, or leaves a write in odd memory.
 */
import { type BatchAnswer, ImplementationFailure } from '../../spec/implementation.ts';
import type { TranslationCase } from '../../spec/schema.ts';
import { buildProgram, type CaseProgram, MAX_REQUESTS, modeOf } from './case-program.ts';
import { readBuffers } from './edu-buffers.ts';
import { isRecorded } from './fault-record.ts';
import { changedWords, type Evidence, isSilentWrite, observe } from './observe.ts';
import type { Capabilities } from './profile.ts';
import type { RunningMachine } from './running-machine.ts';
import { findStrays } from './stray-writes.ts';

const noStrays: ReadonlyMap<bigint, bigint> = new Map();

export class Translator {
  readonly #start: () => Promise<RunningMachine>;
  #machine: Promise<RunningMachine> | undefined;
  /** The mode in which the unit was left; undefined while translation is off. */
  #ttm: bigint | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `start` starts a machine, at first and whenever the last one died. */
  constructor(start: () => Promise<RunningMachine>) {
    this.#start = start;
  }

  /** Starts the machine if it is not running and reads its capability registers. */
  async capabilities(): Promise<Capabilities> {
    return (await this.#running()).capabilities;
  }

  /** One answer a case, in order. Lists of one machine never overlap. */
  answer(cases: readonly TranslationCase[]): Promise<readonly BatchAnswer[]> {
    const answers = this.#turn.then(() => this.#answerAll(cases));
    this.#turn = answers.catch(() => undefined);
    return answers;
  }

  async close(): Promise<void> {
    const machine = this.#machine;
    this.#machine = undefined;
    (await machine?.catch(() => undefined))?.close();
  }

  async #answerAll(cases: readonly TranslationCase[]): Promise<readonly BatchAnswer[]> {
    // Changing the mode costs milliseconds (home-tables.ts): cases of one mode run one after the other.
    const order = [...cases.keys()].sort((a, b) => this.#rank(cases, a) - this.#rank(cases, b) || a - b);
    const answers: BatchAnswer[] = [];
    let next = 0;
    for (const list of listsOf(order.map((index) => cases[index] as TranslationCase))) {
      for (const answer of await this.#answerList(list)) answers[order[next++] as number] = answer;
    }
    return answers;
  }

  /** The mode of a case as a number; the mode that the unit is in comes first. */
  #rank(cases: readonly TranslationCase[], index: number): number {
    const ttm = modeOf(cases[index] as TranslationCase);
    return ttm === this.#ttm ? -1 : Number(ttm);
  }

  async #answerList(cases: readonly TranslationCase[]): Promise<readonly BatchAnswer[]> {
    let evidence: Evidence;
    let program: CaseProgram;
    try {
      const machine = await this.#running();
      program = buildProgram(cases, { capabilities: machine.capabilities, ttm: this.#ttm });
      const results = await machine.run(program.operations, program.probes.flat().length);
      this.#ttm = program.ttm;
      if (program.ownFaults.some((index) => isRecorded(results[index] ?? 0n))) {
        throw new ImplementationFailure(
          'protocol',
          "the unit refused the adapter's own mapping",
          machine.stderr,
        );
      }
      evidence = { results, buffers: readBuffers(machine.blocks.scratch), strays: noStrays };
      if (program.probes.some((probes) => probes.some((probe) => isSilentWrite(probe, evidence)))) {
        evidence = { ...evidence, strays: findStrays(machine.blocks) ?? noStrays };
      }
      if (evidence.strays !== noStrays) {
        machine.restoreMemory();
        if (cases.length > 1) return await this.#oneByOne(cases);
      }
    } catch (error) {
      if (cases.length > 1) return await this.#oneByOne(cases);
      return [{ error: error as Error }];
    }
    return program.probes.map((probes, index) => {
      const tables = program.tables[index];
      try {
        const results = probes.map((probe) => observe(probe, evidence));
        return { observation: { results, ...(tables && { memory: changedWords(tables, evidence) }) } };
      } catch (error) {
        return { error: error as Error };
      }
    });
  }

  async #oneByOne(cases: readonly TranslationCase[]): Promise<readonly BatchAnswer[]> {
    const answers: BatchAnswer[] = [];
    for (const testCase of cases) answers.push(...(await this.#answerList([testCase])));
    return answers;
  }

  /** The machine; a dead one is replaced. */
  async #running(): Promise<RunningMachine> {
    const machine = await this.#machine?.catch(() => undefined);
    if (machine?.alive) return machine;
    machine?.close();
    this.#ttm = undefined;
    this.#machine = this.#start();
    return this.#machine;
  }
}

/** Runs of cases whose requests fit one list. */
function listsOf(cases: readonly TranslationCase[]): readonly (readonly TranslationCase[])[] {
  const lists: TranslationCase[][] = [];
  let room = 0;
  for (const testCase of cases) {
    const { length } = testCase.requests;
    if (length > room) {
      lists.push([]);
      room = MAX_REQUESTS;
    }
    lists.at(-1)?.push(testCase);
    room -= length;
  }
  return lists;
}
