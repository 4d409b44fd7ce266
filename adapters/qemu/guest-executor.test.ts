import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GuestExecutor } from './guest-executor.ts';
import { assembleGuestProgram } from './guest-program.ts';
import { GUEST, SCRATCH, SCRATCH_PARTS } from './layout.ts';
import { MemoryFile } from './memory-file.ts';
import type { Operation } from './operations.ts';
import type { QtestClient } from './qtest-client.ts';

let folder: string;
let scratch: MemoryFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guest-executor-'));
  scratch = new MemoryFile(join(folder, 'scratch'), SCRATCH.size);
});
afterEach(() => {
  scratch.close();
  rmSync(folder, { recursive: true, force: true });
});

const program = assembleGuestProgram();
const handlerName = new Map(Object.entries(program.handlers).map(([name, address]) => [address, name]));

/** Plays the guest: notes each list it is rung for and numbers the results. */
function played(): { executor: GuestExecutor; lists: string[][] } {
  const lists: string[][] = [];
  let result = 0n;
  const client = {
    send: async (commands: readonly string[]) => {
      expect(commands).toEqual(['writel 0xfee00000 0x400']);
      const mailbox = new BigUint64Array(2);
      scratch.read(Number(GUEST.mailbox - SCRATCH.start), mailbox);
      expect(mailbox[0]).toBe(SCRATCH.start + BigInt(SCRATCH_PARTS.operations));
      const words = new BigUint64Array(SCRATCH_PARTS.operationsSize / 8);
      scratch.read(SCRATCH_PARTS.operations, words);
      const names: string[] = [];
      const results: bigint[] = [];
      for (let at = 0; names.at(-1) !== 'end'; at += 3) {
        const name = handlerName.get(words[at] as bigint) as string;
        names.push(name);
        if (name === 'words') at += Number(words[at + 2]);
        if (name.startsWith('read') || name === 'wait') results.push(result++);
      }
      scratch.write(SCRATCH_PARTS.results, BigUint64Array.from(results));
      lists.push(names);
      return [''];
    },
  };
  const executor = new GuestExecutor(
    client as unknown as QtestClient,
    scratch,
    program,
    async () => undefined,
  );
  return { executor, lists };
}

test('operations become a list of handlers that ends, and the results come back in order', async () => {
  const { executor, lists } = played();
  const results = await executor.run([
    { op: 'write32', address: 0n, value: 1n },
    { op: 'read64', address: 0n },
    { op: 'words', address: 0n, words: [1n, 2n, 3n] },
    { op: 'mark', address: 0n, count: 8 },
    { op: 'wait', address: 0n },
  ]);
  expect(lists).toEqual([['write32', 'read64', 'words', 'mark', 'wait', 'end']]);
  expect([...results]).toEqual([0n, 1n]);
});

test('a list that is too long for the memory is cut', async () => {
  const { executor, lists } = played();
  const operations: Operation[] = Array.from({ length: 140_000 }, () => ({ op: 'read32', address: 0n }));
  const results = await executor.run(operations);
  expect(lists.map(({ length }) => length - 1)).toEqual([131_072, 8_928]);
  expect([results[0], results[139_999]]).toEqual([0n, 139_999n]);
});
