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

test('a queue is fed where its head is: the slot filled, the tail moved, errors cleared, the slot restored', async () => {
  const sent: string[][] = [];
  const replies = [
    ['0xff0', '0x280000'],
    ['0x1', '0x2', '0x3', '0x4'],
    ['', '', '', '', ''],
  ];
  const client = {
    send: async (commands: readonly string[]) => {
      sent.push([...commands]);
      return commands.length === 0 ? [] : (replies.shift() ?? []);
    },
  };
  const words = [0x25n, 0n, 0n, 0n] as const;
  await new QtestExecutor(client as unknown as QtestClient).run([
    { op: 'feed', address: 0xfed9_0000n, slotSize: 16, words },
  ]);
  const [registers, slot, feed] = sent.filter(({ length }) => length > 0);
  expect(registers).toEqual(['readq 0xfed90080', 'readq 0xfed90090']);
  expect(slot?.[0]).toBe('readq 0x280ff0');
  expect(feed?.map((command) => command.slice(0, 25))).toEqual([
    'write 0x280ff0 0x20 0x250',
    'writeq 0xfed90088 0x0',
    'writel 0xfed90034 0x71',
    'writeq 0xfed90088 0x0',
    'write 0x280ff0 0x20 0x010',
  ]);
});
