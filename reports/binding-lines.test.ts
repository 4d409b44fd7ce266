import { expect, test } from 'vitest';
import { runBinding } from '../models/optimized/binding/run.ts';
import {
  bindingCase,
  contextCache,
  entryOf,
  firstStage,
  off,
  on,
  pasidCache,
  pasidIotlb,
  plug,
  store,
  track,
  unit,
  unplug,
} from '../suites/binding/hand-made.fixture.ts';
import { bindingDrawing, bindingLines } from './binding-lines.ts';

const OLD = 0x4_0000n;
const NEW = 0x5_0000n;

test('a case is its steps, the calls that fail, its devices and its tables', () => {
  const { cap, ecap } = unit({ FS5LP: 0, FS1GP: 0 });
  const testCase = bindingCase({
    profile: unit({ FS5LP: 1 }),
    units: [
      { cap, ecap },
      { coherent: false, erratum772415: true },
    ],
    devices: [{ pasidBits: 8 }, { unit: 1, iommufd: null }],
    memory: [{ address: entryOf(0), words: firstStage(OLD) }],
    steps: [
      plug(0),
      on,
      store(entryOf(0), firstStage(NEW)),
      pasidCache(5n, 0n),
      contextCache(),
      track(),
      track(false),
      { step: 'root', rtaddr: 0x1400n },
      { step: 'reset' },
      off,
      unplug(0),
    ],
    failing: [4, 5],
  });
  expect(bindingLines(testCase).slice(0, 15)).toEqual([
    '  0  plug device 0 (00:02.0)',
    '  1  translation on',
    '  2  store [0x11000] = 0x50000:0x5:0x41',
    '  3  pc_inv pasid DID 5',
    '  4  cc_inv global',
    '  5  track writes',
    '  6  stop tracking writes',
    '  7  root table 0x1400',
    '  8  reset',
    '  9  translation off',
    ' 10  unplug device 0 (00:02.0)',
    'host calls that fail: 4, 5',
    'device 0 00:02.0: iommufd 0, 8-bit PASIDs, unit 0, FS1GP 0, FS5LP 0',
    'device 1 00:02.1: no iommufd, no PASIDs, unit 1, not coherent, erratum 772415',
    'RTADDR 0x0000000000001400, translation off',
  ]);
  expect(bindingLines(testCase).slice(15)).toContain('[0x0000000000011000] = 0x0000000000000041');
});

test('a drawing has the host calls of each step by number, what fails, errors and refusals', () => {
  const testCase = bindingCase({
    devices: [{ pasidBits: 8 }, { iommufd: null }],
    memory: [{ address: entryOf(0, 3), words: firstStage(OLD) }],
    steps: [
      plug(0),
      on,
      pasidIotlb(5n, 3n, 0x8_0003n),
      store(entryOf(0, 3), firstStage(NEW, 5n, 0x91n)),
      pasidCache(),
      track(),
      track(false),
      unplug(0),
      plug(1),
    ],
    failing: [6],
  });
  expect(bindingDrawing(testCase, runBinding(testCase))).toEqual([
    '  0  plug device 0 (00:02.0)',
    '    0  parent 1 in iommufd 0: coherent, all mappings',
    '    1  attach device 0 to 1',
    '  1  translation on',
    '    2  detach device 0',
    '    3  nested 2 over 1 for device 0: first stage 0x40000, 48 bits',
    '    4  attach device 0 PASID 0x3 to 2',
    '  2  p_iotlb_inv page DID 5 PASID 0x3 AM 3 ADDR 0x80000',
    '    5  invalidate 2: 0x80000, 0x8 pages',
    '       emulated caches purged',
    '  3  store [0x110c0] = 0x50091:0x5:0x41',
    '  4  pc_inv global',
    '    6  nested 3 over 1 for device 0: first stage 0x50000, 48 bits, SRE, WPE, EAFE  FAILS',
    '       error reported',
    '  5  track writes',
    '    7  track writes of 1',
    '    8  track writes of 2',
    '  6  stop tracking writes',
    '    9  stop tracking writes of 1',
    '   10  stop tracking writes of 2',
    '  7  unplug device 0 (00:02.0)',
    '   11  detach device 0 PASID 0x3',
    '   12  free 2',
    '   13  free 1',
    '  8  plug device 1 (00:02.1)',
    '       refused: iommufd',
  ]);
});

test('without an observation a drawing has the steps alone', () => {
  const testCase = bindingCase({ steps: [plug(0), on] });
  expect(bindingDrawing(testCase, null)).toEqual(['  0  plug device 0 (00:02.0)', '  1  translation on']);
});
