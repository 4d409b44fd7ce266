import { expect, test } from 'vitest';
import type { SmmuNestingObservation } from '../spec/schema.ts';
import { smmuCommandLine } from '../spec/smmu-command-line.ts';
import {
  acknowledge,
  cfgiSte,
  commands,
  on,
  plug,
  smmuCase,
  sync,
} from '../suites/smmu-nesting/hand-made.fixture.ts';
import { smmuNestingDrawing, smmuNestingLines } from './smmu-nesting-lines.ts';

const testCase = smmuCase({
  units: [{ vmid: 7 }],
  devices: [{ streamId: 1, physicalStreamId: 0x101 }],
  streamTable: { base: 0x1000n, config: 6n },
  memory: [{ address: 0x1040n, words: [0xbn] }],
  steps: [plug(0), on, commands(cfgiSte(1), sync), acknowledge()],
  failing: [{ call: 3, handled: 1 }],
});

test('a case says what the guest does, then what there is', () => {
  expect(smmuNestingLines(testCase).map((line) => line.trim())).toEqual([
    '0  plug device 0 (StreamID 0x1)',
    '1  SMMUEN 1',
    '2  CFGI_STE StreamID 0x1 Leaf 1',
    'SYNC',
    '3  error acknowledged',
    'host calls that fail: 3 after 1 commands',
    'device 0: StreamID 0x1, 0x101 on unit 0, VMID 0x7',
    'virtual SMMU: SIDSIZE 16, SSIDSIZE 8, OAS 48 bits, STALL_MODEL 0, ATS, CD2L',
    'stream table 0x0000000000001000, 0x6; SMMUEN 0, GBPA bypass',
    '[0x0000000000001040] = 0x000000000000000b',
  ]);
});

test('calls are numbered over the whole case, those that fail are marked', () => {
  const issue = {
    call: 'issue',
    unit: 0,
    commands: [
      [0x101_0000_0006n, 0n],
      [0x46n, 0n],
    ],
  } as const;
  const steps: SmmuNestingObservation['steps'] = [
    { calls: [{ call: 'attach', device: 0, to: 'bypass' }] },
    {
      calls: [
        { call: 'create', table: 1, unit: 0, ste: [0xbn, 0n] },
        { call: 'attach', device: 0, to: 1 },
      ],
    },
    {
      calls: [{ ...issue, commands: issue.commands.map((one) => [...one]) }],
      consumed: 0,
      error: 1,
      reported: true,
    },
    { calls: [{ call: 'free', table: 1 }], consumed: 2, error: null },
  ];
  expect(smmuNestingDrawing(testCase, { steps }).map((line) => line.trim())).toEqual([
    '0  plug device 0 (StreamID 0x1)',
    '0  attach device 0 to bypass',
    '1  SMMUEN 1',
    '1  table 1 on unit 0: 0x0:0xb',
    '2  attach device 0 to 1',
    '2  CFGI_STE StreamID 0x1 Leaf 1',
    'SYNC',
    '3  unit 0: CFGI_CD_ALL StreamID 0x101  FAILS after 1',
    'unit 0: SYNC',
    '0 consumed',
    'error 1 active',
    'failure reported',
    '3  error acknowledged',
    '4  free 1',
    '2 consumed',
  ]);
});

test.for([
  [[0x0005_0007_0000_0012n, 0x4001n], 'TLBI_NH_VA VMID 0x7 ASID 0x5 Address 0x4000 Leaf 1'],
  [[0x1_0000_0040n, 0x4034n], 'ATC_INV StreamID 0x1 Address 0x4000 Size 52'],
  [[0x1_0000_0004n, 31n], 'CFGI_STE_RANGE StreamID 0x1 Range 31'],
  [[0x1_0000_0403n, 0n], 'CFGI_STE SSec 1 StreamID 0x1'],
  [[0x99n, 2n], 'opcode 0x99 (0x2:0x99)'],
] as const)('a command in one line: %o', ([words, line]) => {
  expect(smmuCommandLine(words)).toBe(line);
});
