/** A fault recording register (11.4.7.6): 128 bits, of which the lower half stands first. */
import { type Layout, reserved, value } from './layout.ts';

export const faultRecordLayout: Layout = {
  name: 'fault-record',
  title: 'Fault recording register',
  section: '11.4.7.6',
  words: 2,
  presentWhen: ['F'],
  fields: [
    reserved([0, 11, 0]),
    value('FI', [0, 63, 12], 'page of the request; of some interrupts the index in 63:48'),
    value('SID', [1, 15, 0], 'requester'),
    reserved([1, 27, 16]),
    value('T2', [1, 28], 'with T1: 00 write, 01 page request, 10 read, 11 atomic'),
    value('PRIV', [1, 29], 'asked for supervisor privilege'),
    value('EXE', [1, 30], 'asked to execute'),
    value('PP', [1, 31], 'came with a PASID'),
    value('FR', [1, 39, 32], 'fault reason'),
    value('PV', [1, 59, 40], 'PASID'),
    value('AT', [1, 61, 60], 'address type', {
      encodings: { 0: 'untranslated', 1: 'translation request', 2: 'translated', 3: 'reserved' },
    }),
    value('T1', [1, 62], 'with T2: 00 write, 01 page request, 10 read, 11 atomic'),
    value('F', [1, 63], 'a fault is recorded'),
  ],
};
