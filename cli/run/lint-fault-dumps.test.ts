/** Entries that Linux prints after a fault, as people send them: what they say of the fault's reason. */
import { describe, expect, test } from 'vitest';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { lintShown, lintTexts, profileText } from './dump-text.fixture.ts';

const nested = namedProfile('nested-48') as Profile;

const fault = (reason: string): string =>
  `DMAR: [DMA Read NO_PASID] Request device [00:0d.2] fault addr 0x1026a4000 [fault reason ${reason}] x`;
const dump = 'DMAR: Dump dmar1 table entries for IOVA 0x1026a4000';
const scalableRoot = 'DMAR: scalable mode root entry: hi 0x0000000102448001, low 0x0000000101b3e001';
const scalableContext = 'DMAR: context entry: hi 0x0000000000000000, low 0x0000000101b4d401';
const directory = 'DMAR: pasid dir entry: 0x0000000101b4e001';
const passThrough = [
  '0000000000000109',
  '0000000000000001',
  ...Array<string>(6).fill('0000000000000000'),
].map((word, index) => `DMAR: pasid table entry[${index}]: 0x${word}`);
const root = 'DMAR: root entry: 0x00000001032b5001';
const context = 'DMAR: context entry: hi 0x0000000000000102, low 0x00000001032b6001';
const none = 'DMAR: context entry: hi 0x0000000000000000, low 0x0000000000000000';
const log = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('an entry that the unit found absent, and that the log shows, was read at another moment:', () => {
  test.for<readonly [string, readonly string[], string]>([
    ['0x01', [root], '3'],
    ['0x02', [root, context], '4'],
    ['0x39', [scalableRoot], '3'],
    ['0x41', [scalableRoot, scalableContext], '4'],
    ['0x51', [scalableRoot, scalableContext, directory, ...passThrough], '5'],
    ['0x59', [scalableRoot, scalableContext, directory, ...passThrough], '6'],
  ])('fault %s', ([reason, entries, line]) => {
    const told = lintTexts({ log: log(fault(reason), dump, ...entries) });
    expect(told).toEqual([`${line} lint.log.entry may`]);
  });

  test('what the entry is and what the reason says is told', () => {
    expect(lintShown({ log: log(fault('0x51'), dump, scalableRoot, scalableContext, directory) })).toMatch(
      /log:5 {2}lint\.log\.entry, may {2}dmar1, 00:0d\.2, PASID directory entry\n[\s\S]*fault 0x51: not present\. Here it is present/,
    );
  });
});

test.for<readonly [string, readonly string[]]>([
  ['0x06', [scalableRoot, scalableContext]],
  ['0x59', [root, context]],
  // One note explains the other.
  ['0x02', [scalableRoot, scalableContext]],
])(
  'a reason of the other table mode than the log shows is of other tables: fault %s',
  ([reason, entries]) => {
    expect(lintTexts({ log: log(fault(reason), dump, ...entries) })).toEqual(['3 lint.log.entry may']);
  },
);

test('entries whose mode or stage stood in a line that the log has lost are not judged', () => {
  const table = 'DMAR: pte level: 4, pte value: 0x0000000105a90823';
  const told = (...lines: readonly string[]): readonly string[] =>
    lintTexts({ log: log(dump.replace('dmar1', 'dmar0'), ...lines), b: profileText(nested) });
  const [first = '', second = '', third = '', ...rest] = passThrough;
  const firstStage = first.replace('109', '04d');
  const others = [second, third.replace('0x00000000', '0x00000001'), ...rest];
  const broken = [context.replace('6001', '6011'), table];
  expect(told(root, ...broken)).toEqual(['3 LCT.3', '4 LSS.2']);
  expect(told(...broken)).toEqual([]);
  expect(told(root, context, dump.replace('dmar1', 'dmar0'), ...broken)).toEqual([]);
  expect(told(scalableContext, directory, firstStage, ...others, table)).toEqual([]);
  expect(told(scalableRoot, scalableContext, directory, ...others, table)).toEqual([]);
});

test('either half of a scalable root entry is judged, for a device that uses it', () => {
  const wrongUpper = scalableRoot.replace('102448001', '102448003');
  const told = (device: string, root: string): readonly string[] =>
    lintTexts({ log: log(fault('0x51').replace('00:0d.2', device), dump, root) });
  expect(told('00:10.0', scalableRoot)).toEqual([]);
  expect(told('00:10.0', wrongUpper)).toEqual(['3 SRT.3']);
});

test('of a scalable root entry the half counts that the device has', () => {
  const lowerAlone = scalableRoot.replace('0000000102448001', '0000000000000000');
  const told = (device: string): readonly string[] =>
    lintTexts({ log: log(fault('0x39').replace('00:0d.2', device), dump, lowerAlone) });
  expect(told('00:0f.7')).toEqual(['3 lint.log.entry may']);
  expect(told('00:10.0')).toEqual([]);
});

test('of a half that is not there reserved bits say nothing, of one that is they do', () => {
  const upper = (hi: string): readonly string[] =>
    lintTexts({
      log: log(
        fault('0x42').replace('00:0d.2', '00:10.0'),
        dump,
        scalableRoot.replace('0000000102448001', hi),
      ),
    });
  expect(upper('0000000102448003')).toContain('3 SRT.3');
  expect(upper('0000000102448002')).not.toContain('3 SRT.3');
});

test.for<readonly [string, readonly string[]]>([
  ['0x02', [root, none]],
  ['0x05', [root, context]],
  ['0x71', [scalableRoot, scalableContext, directory]],
  ['0x25', [scalableRoot]],
  ['0x30', [root]],
  ['0x42', [scalableRoot, scalableContext]],
])('a reason that the entries bear out says nothing: fault %s', ([reason, entries]) => {
  expect(lintTexts({ log: log(fault(reason), dump, ...entries) })).not.toContainEqual(
    expect.stringMatching(/lint\.log\.entry/),
  );
});

test.for<readonly [string, readonly string[]]>([
  ['a context entry', [root, none]],
  ['a directory entry', [scalableRoot, scalableContext, 'DMAR: pasid dir entry: 0x0000000000000000']],
  [
    'a PASID table entry',
    [scalableRoot, scalableContext, directory, passThrough[7]?.replace('7', '0') ?? ''],
  ],
])('behind %s that is not there Linux prints whatever lies at 0', ([, entries]) => {
  const garbage = 'DMAR: pte level: 2, pte value: 0xf000ff53f000ff53';
  expect(lintTexts({ log: log(fault('0x02'), dump, ...entries, garbage) })).not.toContainEqual(
    expect.stringMatching(/^\d+ [LS]SS/),
  );
});

test('entries and descriptors that a mailer broke are read all the same', () => {
  const text = log(
    ...[fault('0x51'), dump],
    ...['DMAR: scalable mode root entry: hi 0x0000000102448001, low', '0x0000000101b3e001'],
    ...['> DMAR: context entry: hi 0x0000000000000000, ', '> low 0x0000000101b4d401'],
    ...[
      directory,
      'DMAR: QI HEAD: Device-TLB Invalidation qw0 = 0xaf0300100003,',
      'qw1 = 0x7ffffffffffff001',
    ],
    ...['DMAR: QI PRIOR: Invalidation Wait qw0 =3D 0x200000025, qw1 =3D', '0x10005f634".'],
  );
  expect(lintShown({ log: text })).toMatch(/log: kernel log; 5 entries, 1 fault\n/);
  const long = '[ 147.090207] DMAR: QI PRIOR: Invalidation Wait qw0 = 0x200000025, qw1 =';
  expect(lintShown({ log: log(long, '0x10005f634".') })).toMatch(/log: kernel log; 1 entry\n/);
});

test('a fault or an entry of which the other half is not there is counted', () => {
  const alone = fault('').replace(/ \[fault reason.*/, '');
  const half = 'DMAR: context entry: hi 0x0000000000000000, ';
  expect(lintShown({ log: log(fault('0x02'), alone, 'usb 1-1: new device', half) })).toMatch(
    /log: kernel log; 0 entries, 1 fault, 2 lines not understood\n/,
  );
});

test('a patch below a dump is not a part of it', () => {
  const text = log(
    ...[
      'IOMMU dmar0: Root Table Address: 0x1000',
      'diff --git a/x.c b/x.c',
      'index 0a435dc6ca9b..3eb1fe240fb0 100644',
    ],
  );
  expect(lintTexts({ text })).toEqual([]);
});

test('fields that are all ones are of no unit, and told once', () => {
  const text = log(
    'DMAR: VT-d detected Invalidation Queue Error: Reason f',
    'DMAR: VT-d detected Invalidation Time-out Error: SID ffff',
    'DMAR: VT-d detected Invalidation Completion Error: SID ffff',
  );
  expect(lintTexts({ text })).toEqual(['1 lint.queue.error may']);
  expect(lintShown({ text })).toMatch(/\n {4}IQE, all ones: no register answered/);
  expect(lintShown({ text: log('DMAR: VT-d detected Invalidation Time-out Error: SID 100') })).toMatch(
    /\n {4}ITE, the Device-TLB of 01:00\.0 did not answer in time\n/,
  );
  const wild = fault('0xff').replace('00:0d.2', 'ff:1f.7');
  expect(lintShown({ text: log(wild) })).toMatch(/fault 0xff: all ones: no register/);
});
