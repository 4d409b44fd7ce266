/** Faults and errors of the invalidation queue in a kernel log: notes, for the machine has gone on since. */
import { expect, test } from 'vitest';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { lintTexts, profileText } from './dump-text.fixture.ts';

const legacy = namedProfile('legacy-39') as Profile;
const nested = namedProfile('nested-48') as Profile;
const log = (...lines: readonly string[]): string =>
  `${lines.map((line) => `[    1.0] ${line}`).join('\n')}\n`;
const fault = (code: number, what = 'DMA Read NO_PASID', where = 'addr'): string =>
  `DMAR: [${what}] Request device [00:02.0] fault ${where} 0x1000 [fault reason 0x${code.toString(16)}] x`;

test.for<readonly [string, string, readonly string[]]>([
  ['of a right', fault(5), []],
  ['of an entry that is not present', fault(2), []],
  ['of a table that cannot be read', fault(7), ['1 LSS.1 may']],
  ['of a page in the interrupt range', fault(0x0e), ['1 LGN.4 may']],
  ['of a page in the interrupt range, in scalable mode', fault(0x87), ['1 SGN.8.1 may']],
  ['of a walk that is not snooped', fault(0x90), ['1 SFS.9 may']],
  ['that nobody defines', fault(0x99), ['1 lint.log.reason may']],
  ['of extended mode, which came before scalable mode', fault(0x13), []],
  ['of older revisions', fault(130), []],
  ['of interrupts', fault(0x25, 'INTR-REMAP', 'index'), []],
  ['of interrupts for a DMA', fault(0x25), ['1 lint.log.reason may']],
  ['of DMA for an interrupt', fault(5, 'INTR-REMAP', 'index'), ['1 lint.log.reason may']],
])('a fault %s', ([, line, expected]) => {
  expect(lintTexts({ log: log(line) })).toEqual(expected);
});

test('a fault of scalable tables is none of units that have no scalable mode', () => {
  expect(lintTexts({ log: log(fault(0x59)), b: profileText(legacy) })).toEqual(['1 lint.log.reason may']);
  expect(lintTexts({ log: log(fault(0x59)), b: profileText(nested) })).toEqual([]);
});

test('an error of the queue is noted once', () => {
  const error = 'DMAR: VT-d detected Invalidation Queue Error: Reason 4';
  const late = 'DMAR: VT-d detected Invalidation Time-out Error: SID 10';
  expect(lintTexts({ log: log(error, late, error) })).toEqual([
    '1 lint.queue.error may',
    '2 lint.queue.error may',
  ]);
});

test('the descriptor at which a queue stopped is judged, as far as it is printed', () => {
  const at = (words: string): string => `DMAR: QI HEAD: IOTLB Invalidation ${words}`;
  const reserved = 'invalidation.descriptor.iotlb.reserved';
  expect(lintTexts({ log: log(at('qw0 = 0x100000012, qw1 = 0x0')) })).toEqual([`1 ${reserved}`]);
  expect(lintTexts({ log: log(at('qw0 = 0x10012, qw1 = 0x0')) })).toEqual([]);
  expect(lintTexts({ log: log(at('qw0 = 0x0, qw1 = 0x0')) })).toEqual([]);
  const ofProcess = log(at('qw0 = 0x100010026, qw1 = 0x0'));
  expect(lintTexts({ log: ofProcess, b: profileText(nested) })).toEqual([]);
  expect(lintTexts({ log: ofProcess, b: profileText(legacy) })).toEqual([
    '1 invalidation.queue.mode.legacy-128',
  ]);
});
