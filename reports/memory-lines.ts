/** The words of tables that are not zero, one a line. */
import type { MemoryRun } from '../spec/schema.ts';
import { hex } from './hex.ts';

export function memoryLines(memory: readonly MemoryRun[]): readonly string[] {
  return memory.flatMap((run) =>
    run.words.flatMap((word, index) =>
      word === 0n ? [] : [`[${hex(run.address + 8n * BigInt(index))}] = ${hex(word)}`],
    ),
  );
}
