import type { RunningMachine } from './running-machine.ts';

const block = { read() {}, write() {} };

/** A machine that does nothing, but for what `parts` do. */
export function stillMachine(parts: Partial<RunningMachine>): RunningMachine {
  return {
    capabilities: { cap: 1n, ecap: 2n },
    blocks: { low: block, high: block, scratch: block },
    alive: true,
    stderr: '',
    run: async () => new BigUint64Array(),
    restoreMemory() {},
    reset: async () => undefined,
    close() {},
    ...parts,
  };
}
