import { expect, test } from 'vitest';
import type { FaultRecord } from '../../spec/schema.ts';
import { FaultLog } from './fault-log.ts';

const fault: FaultRecord = { code: 6, sourceId: 0x21, address: 0x5000n, op: 'read', pasidPresent: false };
const F = 0x8000_0000;
const IM = 0x8000_0000;
const IP = 0x4000_0000;
const clearFirst = (log: FaultLog) => log.writeWord(3, F);

test('a record holds FI, SID, FR, T1 and F', () => {
  const log = new FaultLog(1);
  log.record(fault);
  expect([0, 1, 2, 3].map((word) => log.readWord(word))).toEqual([0x5000, 0, 0x21, 0xc000_0006]);
});

test('records are taken in turn, and FRI names the first that is pending', () => {
  const log = new FaultLog(2);
  log.record(fault);
  clearFirst(log);
  log.record(fault);
  expect([log.readWord(3) >= F, log.readWord(7) >= F, log.status]).toEqual([false, true, 0x102]);
});

test('a fault that finds its record pending sets PFO, and until it is cleared faults are lost', () => {
  const log = new FaultLog(1);
  log.record(fault);
  log.record({ ...fault, sourceId: 0x80 });
  expect([log.readWord(2), log.status]).toEqual([0x21, 0b11]);
  clearFirst(log);
  log.record(fault);
  expect([log.readWord(3) >= F, log.status]).toEqual([false, 0b01]);
  log.status = 0b01;
  log.record(fault);
  expect(log.status).toBe(0b10);
});

test('nothing but F can be written, and only by 1', () => {
  const log = new FaultLog(1);
  log.record(fault);
  for (const word of [0, 1, 2]) log.writeWord(word, 0xffff_ffff);
  log.writeWord(3, 0);
  expect([0, 2, 3].map((word) => log.readWord(word))).toEqual([0x5000, 0x21, 0xc000_0006]);
  clearFirst(log);
  expect(log.readWord(3)).toBe(0x4000_0006);
});

test('the first fault raises an event, which IM holds and clearing the record drops', () => {
  const log = new FaultLog(4);
  log.record(fault);
  log.record(fault);
  expect([log.control, log.eventsSent]).toEqual([IM + IP, 0]);
  log.control = 0;
  expect([log.control, log.eventsSent]).toEqual([0, 1]);
  log.control = IM;
  clearFirst(log);
  log.writeWord(7, F);
  log.record(fault);
  expect(log.control).toBe(IM + IP);
  log.writeWord(11, F);
  expect(log.control).toBe(IM);
});
