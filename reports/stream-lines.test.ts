import { expect, test } from 'vitest';
import { namedProfile } from '../spec/profiles.ts';
import type { InvalidationCase, Profile, StreamStep } from '../spec/schema.ts';
import { caseLines } from './case-lines.ts';
import { descriptorDrawing, descriptorsByName } from './descriptor-drawing.ts';
import { descriptorLine } from './descriptor-line.ts';
import { plain } from './palette.ts';

const profile = namedProfile('everything') as Profile;
const request = { sourceId: 8, address: 0x7000n, op: 'read' } as const;
const stream = (...steps: StreamStep[]): InvalidationCase => ({
  area: 'invalidation',
  profile,
  rtaddr: 0x1400n,
  translationEnabled: true,
  iqa: 0x5800n,
  memory: [{ address: 0x1000n, words: [0x2001n] }],
  steps,
});

test('a stream shows its steps, then how the unit stands before them, then the tables', () => {
  const steps: StreamStep[] = [
    { step: 'store', address: 0x1000n, words: [1n, 2n] },
    { step: 'write', register: 'RTADDR', value: 0x3000n },
    { step: 'write', register: 'GCMD', value: 0xc000_0000n },
    { step: 'write', register: 'IQA', value: 0x6001n },
    {
      step: 'submit',
      descriptors: [
        [0x12n, 0n],
        [5n, 0n],
      ],
      times: 3,
    },
    { step: 'request', request, during: [{ address: 0x1008n, words: [7n] }] },
    { step: 'read', register: 'FSTS' },
    { step: 'load', address: 0x9000n },
  ];
  expect(caseLines(stream(...steps), 40).slice(1)).toEqual([
    '  0  store [0x1000] = 0x2:0x1 (128 bits)',
    '  1  RTADDR <- 0x3000 (legacy)',
    '  2  GCMD <- TE|SRTP',
    '  3  IQA <- 0x6001 (at 0x6000, 512 slots of 128 bits)',
    '  4  submit 3 times iotlb_inv global',
    '            inv_wait',
    '  5  read of 0x7000 from 00:01.0',
    '       during it store [0x1008] = 0x7 (64 bits)',
    '  6  read FSTS',
    '  7  load [0x9000]',
    'RTADDR 0x0000000000001400 (scalable), translation on, queue at 0x5000, 128 slots of 256 bits',
    '[0x0000000000001000] = 0x0000000000002001',
  ]);
});

test('a descriptor is told by its name, its granularity and what it names', () => {
  const lines: readonly (readonly [string, ...bigint[]])[] = [
    ['cc_inv device DID 2 SID 01:03.2 FM 0x1', 0x1_011a_0002_0031n, 0n],
    ['iotlb_inv page DID 2 AM 9 IH ADDR 0x200000', 0x2_0032n, 0x20_0049n],
    ['pc_inv pasid DID 1 PASID 0x5', 0x5_0001_0017n, 0n, 0n, 0n],
    ['p_iotlb_inv reserved granularity 1', 0x16n, 0n, 0n, 0n],
    ['inv_wait IF SW DATA 0x7 STATUS 0x9004', 0x7_0000_0035n, 0x9004n],
    ['iec_inv global with reserved bits set: 0x4 0x1', 4n, 1n],
    ['unknown type 0xf 0x0', 0xfn, 0n],
    ['unknown type 0x201 0x0', 0x201n, 0n],
  ];
  for (const [line, ...words] of lines) expect(descriptorLine(words)).toBe(line);
});

const drawn = (name: string, ...words: readonly bigint[]): string => {
  const format = descriptorsByName[`${name}-descriptor`];
  if (format === undefined) throw new RangeError(name);
  return descriptorDrawing(format, words, profile, plain).join('\n');
};

test('a descriptor is drawn field by field, with whether the queue takes it', () => {
  expect(drawn('iotlb', 0x2_0022n, 0n)).toMatch(/5:4 {2}10 .* granularity: domain\n.*\(?verdict.*: taken$/s);
  expect(drawn('iotlb', 0x2_0122n, 0n)).toMatch(
    / 8 {2}1 +reserved +reserved +<- must be 0\n.*refused with\n {2}invalidation\.descriptor\.iotlb\.reserved, IQEI 4$/s,
  );
  expect(drawn('pasid', 0x27n, 0n, 0n, 0n)).toMatch(
    /refused with\n {2}invalidation\.descriptor\.pasid\.granularity, IQEI 3 or 4$/,
  );
  expect(drawn('wait', 5n, 0n)).toMatch(/taken or refused, not stated: empty wait$/);
  expect(drawn('wait', 0xfn, 0n)).toMatch(/type 5 is expected.*invalid-type, IQEI 3$/s);
  // Bits 11:9 are of the type as well (6.5.2).
  expect(drawn('wait', 0x205n, 0n)).toMatch(/type 5 is expected.*invalid-type, IQEI 3$/s);
});
