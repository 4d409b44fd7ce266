/** Starts a machine in this process and prepares it as QEMU is prepared. */
import { ImplementationFailure } from '../../spec/implementation.ts';
import type { Profile } from '../../spec/schema.ts';
import { messageOf } from '../open-error.ts';
import { writeTokens } from '../qemu/edu-buffers.ts';
import { writeHomeTables } from '../qemu/home-tables.ts';
import { prepareMachine, restoreMemory } from '../qemu/machine.ts';
import { QtestExecutor } from '../qemu/qtest-executor.ts';
import type { RunningMachine } from '../qemu/running-machine.ts';
import { Board } from './board.ts';
import type { UnitOptions } from './unit.ts';

/** A machine with the unit that `profile` describes. What goes wrong in it later is its crash. */
export async function startMachine(profile: Profile, options: UnitOptions): Promise<RunningMachine> {
  const board = new Board(profile, options);
  const { blocks } = board;
  writeTokens(blocks.scratch);
  restoreMemory(blocks);
  const capabilities = await prepareMachine(board);
  writeHomeTables(blocks.scratch, capabilities);
  const executor = new QtestExecutor(board);
  let alive = true;
  return {
    capabilities,
    blocks,
    stderr: '',
    get alive() {
      return alive;
    },
    run: async (operations) => {
      try {
        return await executor.run(operations);
      } catch (error) {
        alive = false;
        throw new ImplementationFailure('crash', messageOf(error));
      }
    },
    restoreMemory: () => restoreMemory(blocks),
    reset: async () => {
      alive = false;
    },
    close: () => {
      alive = false;
    },
  };
}
