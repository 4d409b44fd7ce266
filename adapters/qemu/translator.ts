/**
 * Answers cases on one machine: runs them in lists, and finds out which case is to blame when a list kills
 * or hangs QEMU, leaves a write in odd memory, or leaves the unit so that no other case can start.
 */
import { type BatchAnswer, ImplementationFailure } from '../../spec/implementation.ts';
import { readBuffers } from './edu-buffers.ts';
import { isRecorded } from './fault-record.ts';
import { isRisky, type List, listOf, listsOf, type MachineCase, startingMode } from './lists.ts';
import { type Evidence, isSilentWrite } from './observe.ts';
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
  answer(cases: readonly MachineCase[]): Promise<readonly BatchAnswer[]> {
    const answers = this.#turn.then(() => this.#answerAll(cases));
    this.#turn = answers.catch(() => undefined);
    return answers;
  }

  /** Resets the machine: the next case finds it as the first one did. */
  renew(): Promise<void> {
    const renewed = this.#turn.then(() => this.#reset());
    this.#turn = renewed.catch(() => undefined);
    return renewed;
  }

  async close(): Promise<void> {
    const machine = this.#machine;
    this.#machine = undefined;
    (await machine?.catch(() => undefined))?.close();
  }

  async #answerAll(cases: readonly MachineCase[]): Promise<readonly BatchAnswer[]> {
    const ranks = cases.map((testCase) => this.#rank(testCase));
    const order = [...cases.keys()].sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
    const answers: BatchAnswer[] = [];
    let next = 0;
    for (const list of listsOf(order.map((index) => cases[index] as MachineCase))) {
      for (const answer of await this.#answerList(list)) answers[order[next++] as number] = answer;
    }
    return answers;
  }

  /**
   * Changing the mode costs milliseconds (home-tables.ts): cases of one mode run one after the other, the mode
   * that the unit is in first. Those after which the machine may have to be started again come last.
   */
  #rank(testCase: MachineCase): number {
    const ttm = startingMode(testCase);
    const mode = ttm === this.#ttm ? 0 : 1 + Number(ttm ?? 4n);
    if (testCase.area === 'translation') return mode;
    return (isRisky(testCase) ? 20 : 10) + mode;
  }

  async #answerList(cases: readonly MachineCase[]): Promise<readonly BatchAnswer[]> {
    let list: List;
    let evidence: Evidence;
    try {
      const machine = await this.#running();
      list = listOf(cases, { capabilities: machine.capabilities, ttm: this.#ttm });
      evidence = await this.#run(machine, list);
      if (evidence.strays !== noStrays) {
        machine.restoreMemory();
        if (cases.length > 1) return await this.#oneByOne(cases);
      }
    } catch (error) {
      if (cases.length > 1) return await this.#oneByOne(cases);
      return [{ error: error as Error }];
    }
    const stuck = list.stuckAt(evidence);
    const known = stuck === undefined ? cases : cases.slice(0, stuck + 1);
    const answers = known.map((_, index) => list.answer(index, evidence));
    if (stuck === undefined) return answers;
    await this.#reset();
    const rest = cases.slice(known.length);
    return rest.length === 0 ? answers : [...answers, ...(await this.#answerList(rest))];
  }

  async #run(machine: RunningMachine, { program }: List): Promise<Evidence> {
    const results = await machine.run(program.operations, program.probes.flat().length);
    this.#ttm = program.ttm;
    if (program.ownFaults.some((index) => isRecorded(results[index] ?? 0n))) {
      throw new ImplementationFailure(
        'protocol',
        "the unit refused the adapter's own mapping",
        machine.stderr,
      );
    }
    const evidence = { results, buffers: readBuffers(machine.blocks.scratch), strays: noStrays };
    const isSilent = program.probes.some((probes) => probes.some((probe) => isSilentWrite(probe, evidence)));
    return isSilent ? { ...evidence, strays: findStrays(machine.blocks) ?? noStrays } : evidence;
  }

  async #oneByOne(cases: readonly MachineCase[]): Promise<readonly BatchAnswer[]> {
    const answers: BatchAnswer[] = [];
    for (const testCase of cases) answers.push(...(await this.#answerList([testCase])));
    return answers;
  }

  async #reset(): Promise<void> {
    this.#ttm = undefined;
    const machine = await this.#machine?.catch(() => undefined);
    await machine?.reset().catch(() => undefined);
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
