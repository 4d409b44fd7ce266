import { expect, test } from 'vitest';
import type { QtestClient } from './qtest-client.ts';
import { QtestExecutor } from './qtest-executor.ts';

/** A client that notes the commands and answers from a list. */
function scripted(replies: readonly string[]): { client: QtestClient; sent: string[] } {
  const sent: string[] = [];
  const client = {
    send: async (commands: readonly string[]) => {
      sent.push(...commands);
      return replies;
    },
  };
  return { client: client as unknown as QtestClient, sent };
}

test('operations become qtest commands, and a wait steps the time of one DMA', async () => {
  const { client, sent } = scripted(['', '', '', '0x5', '100000000', '0x2', '100000000', '0x3']);
  const results = await new QtestExecutor(client).run([
    { op: 'write64', address: 0x1000n, value: 0xffn },
    { op: 'words', address: 0x2000n, words: [1n, 0x8000_0000_0000_0000n] },
    { op: 'mark', address: 0x3000n, count: 1 },
    { op: 'read64', address: 0x1000n },
    { op: 'wait', address: 0xe000_0098n },
    { op: 'wait', address: 0xe000_0098n },
  ]);
  expect(sent).toEqual([
    'writeq 0x1000 0xff',
    'write 0x2000 0x10 0x01000000000000000000000000000080',
    'write 0x3000 0x8 0x0030000000001a0d',
    'readq 0x1000',
    'clock_step 100000000',
    'readl 0xe0000098',
    'clock_step 100000000',
    'readl 0xe0000098',
  ]);
  expect([...results]).toEqual([5n, 1n, 0n]);
});
