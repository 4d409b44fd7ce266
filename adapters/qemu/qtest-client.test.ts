import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { QtestClient } from './qtest-client.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A client, and the other end of its socket, which answers as `answer` says. */
async function connected(answer: (line: string, end: Socket) => void): Promise<QtestClient> {
  const folder = mkdtempSync(join(tmpdir(), 'qtest-client-'));
  const path = join(folder, 'socket');
  const server = createServer((end) => {
    end.setEncoding('latin1');
    end.on('data', (chunk: string) => {
      for (const line of chunk.split('\n').filter(Boolean)) answer(line, end);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const socket = connect(path);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  open.push(() => {
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return new QtestClient(socket);
}

test('replies belong to commands in order, whatever lines about interrupts come between', async () => {
  const client = await connected((line, end) => end.write(`IRQ raise 3\nOK ${line.length}\nIRQ lower 3\n`));
  const [first, second] = await Promise.all([client.send(['a', 'bb']), client.send(['ccc'])]);
  expect(first).toEqual(['1', '2']);
  expect(second).toEqual(['3']);
});

test('a reply may arrive in pieces', async () => {
  const client = await connected((_line, end) => {
    end.write('O');
    setTimeout(() => end.write('K 0x12'), 5);
    setTimeout(() => end.write('34\n'), 10);
  });
  expect(await client.send(['readl 0x0'])).toEqual(['0x1234']);
});

test('a refused command refuses what waits and what comes after', async () => {
  const client = await connected((_line, end) => end.write('FAIL Unknown command\n'));
  await expect(client.send(['clock_step'])).rejects.toThrow('FAIL Unknown command');
  await expect(client.send(['readl 0x0'])).rejects.toThrow('FAIL Unknown command');
});

test('a closed socket refuses what waits', async () => {
  const client = await connected((_line, end) => end.destroy());
  await expect(client.send(['readl 0x0'])).rejects.toThrow(/closed|ECONNRESET|EPIPE/);
});
