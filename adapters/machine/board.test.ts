import { expect, test } from 'vitest';
import { latticeBreaches } from '../../spec/lattice.ts';
import type { Profile } from '../../spec/schema.ts';
import { prepareMachine } from '../qemu/machine.ts';
import { findRequester } from '../qemu/pci.ts';
import { Board } from './board.ts';
import { configurations } from './configurations.ts';

const newBoard = () => new Board(configurations[0] as Profile);
const bar = findRequester(0x100)?.bar ?? 0n;
const toMemory = (count: number, from: number, to: number) => [
  `writeq ${bar + 0x80n} ${from}`,
  `writeq ${bar + 0x88n} ${to}`,
  `writeq ${bar + 0x90n} ${count}`,
  `writel ${bar + 0x98n} 3`,
];
const toBuffer = (count: number, from: number, to: number) => [
  ...toMemory(count, from, to).slice(0, 3),
  `writel ${bar + 0x98n} 1`,
];
const BUFFER = 0x4_0000;
const DONE = 'clock_step 100000000';

test('every configuration is legal', () => {
  expect(configurations.flatMap(latticeBreaches)).toEqual([]);
});

test('CAP and ECAP are those of the configuration, by 8 bytes and by 4', async () => {
  const [profile] = configurations as [Profile];
  const capabilities = await prepareMachine(newBoard());
  expect(capabilities).toEqual({ cap: profile.cap, ecap: profile.ecap });
  const [low] = await newBoard().send(['readl 0xfed90008']);
  expect(BigInt(low as string)).toBe(profile.cap & 0xffff_ffffn);
});

test('a 32-bit register refuses 8 bytes', async () => {
  await expect(newBoard().send(['readq 0xfed90034'])).rejects.toThrow('32-bit register 0x34');
});

test('GSTS shows what GCMD asked for, and RTADDR counts from SRTP on', async () => {
  const board = newBoard();
  await prepareMachine(board);
  await board.send(['writeq 0xfed90020 0x200000', 'writel 0xfed90018 0x80000000']);
  expect(await board.send(['readl 0xfed9001c'])).toEqual(['0x80000000']);
  const run = [...toMemory(8, BUFFER, 0x5000), DONE, 'readq 0xfed90228'];
  expect((await board.send(run)).at(-1)).toBe('0x8000000100000100');
  await board.send(['writeq 0xfed90020 0x7f00000000', 'writel 0xfed9022c 0x80000000']);
  expect((await board.send(run)).at(-1)).toBe('0x8000000100000100');
  await board.send(['writel 0xfed9022c 0x80000000', 'writel 0xfed90018 0xc0000000']);
  expect((await board.send(run)).at(-1)).toBe('0x8000000800000100');
});

test('TTM may not change while translation is on, unless the unit allows it', async () => {
  const [profile] = configurations as [Profile];
  const board = new Board({ ...profile, cap: profile.cap & ~(1n << 63n) });
  await board.send(['writel 0xfed90018 0x80000000', 'writeq 0xfed90020 0x200400']);
  await expect(board.send(['writel 0xfed90018 0xc0000000'])).rejects.toThrow('TTM');
  const lenient = newBoard();
  const commands = [
    'writel 0xfed90018 0x80000000',
    'writeq 0xfed90020 0x200400',
    'writel 0xfed90018 0xc0000000',
  ];
  await expect(lenient.send(commands)).resolves.toHaveLength(3);
});

test('a DMA takes 100 ms, and moves nothing for a device that may not master the bus', async () => {
  const board = newBoard();
  await prepareMachine(board);
  const fill = ['writeq 0x5000 0x1234', ...toBuffer(8, 0x5000, BUFFER), DONE];
  await board.send([...fill, ...toMemory(8, BUFFER, 0x6000), 'clock_step 99999999']);
  expect(await board.send(['readq 0x6000', `readl ${bar + 0x98n}`])).toEqual(['0x0', '0x3']);
  expect(await board.send(['clock_step 1', 'readq 0x6000', `readl ${bar + 0x98n}`])).toEqual([
    ...['1', '0x1234', '0x2'],
  ]);
  await board.send(['outl 0xcf8 0x80010004', 'outl 0xcfc 0x2', ...toMemory(8, BUFFER, 0x7000), DONE]);
  expect(await board.send(['readq 0x7000'])).toEqual(['0x0']);
});

test('a transfer over the end of a page is two requests', async () => {
  const board = newBoard();
  await prepareMachine(board);
  await board.send(['writel 0xfed90018 0x80000000', ...toMemory(16, BUFFER, 0x5ff8), DONE]);
  expect(await board.send(['readl 0xfed90034'])).toEqual(['0x3']);
});

test('an unknown command fails', async () => {
  await expect(newBoard().send(['endianness?'])).rejects.toThrow('Unknown command');
});
