import { expect, test } from 'vitest';
import { setFlags } from '../flags.ts';
import { FlagLog } from './flag-log.ts';

test('who comes back to an earlier moment gets the flags as they were then', () => {
  const log = new FlagLog();
  setFlags(log, 0x100n, 0x20n);
  const { moment } = log;
  setFlags(log, 0x100n, 0x40n);
  setFlags(log, 0x108n, 0x20n);
  const back = new FlagLog();
  back.addUntil(log, moment);
  expect([...back]).toEqual([[0x100n, 0x20n]]);
  back.addUntil(log, log.moment);
  expect([...back]).toEqual([...log]);
});
