import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { ruleOf } from '../spec/catalogue.ts';
import { findingLines } from './finding-lines.ts';
import { plain } from './palette.ts';
import { sampleFinding } from './sample.fixture.ts';

test('a finding says which rule, what is allowed, what was seen, and how to see it again', () => {
  const lines = findingLines(
    sampleFinding,
    ruleOf('SPT.3'),
    { replay: 'npx iommu-conformance replay f.json' },
    plain,
  );
  expect(lines.join('\n')).toBe(
    `✗ SPT.3/outcome/797c5c0c  entry, must
  rule      A present PASID table entry has a reserved bit set. (9.6, Table 30)
  case      profile second-stage-48: HAW 46, revision 5.10, CAP 0x80d2008c222f0606, ECAP 0x1480000000fc3
            pasid-table
            word[0] 0x0000000000000085
            word[3] 0x0000000000000001
  entry     Scalable-mode PASID table entry (9.6)
            word 3  0x0000000000000001
            63       55       47       39       31       23       15       7      0
            00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001
            rrrrrrrr rrrrrrrr rrrrrrrr rrrrrrrr rrrrrrrr rrrrrrrr rrrrrrrr rrrrrrrr   r reserved
                                                                                  ^
               63:0  0x1                 reserved    reserved   <- must be 0
  expected  fault 0x5a (SPT.3)
  observed  valid
  found     after 27 cases, shrunk in 104 executions
  replay    npx iommu-conformance replay f.json`,
  );
});

test('a finding that is expected gives its reason', () => {
  const finding = { ...sampleFinding, expectedFailure: 'QEMU looks at the low word only.' };
  const lines = findingLines(finding, undefined, {}, plain);
  expect(lines[0]).toMatch(/^~ /);
  expect(lines).toContain('  known     QEMU looks at the low word only.');
});

test('however large the case and long the texts, a finding has at most 30 lines', () => {
  const long = 'word '.repeat(400);
  const memory = Array.from({ length: 60 }, (_, index) => ({ address: BigInt(index) * 8n, words: [1n] }));
  const { profile } = sampleFinding.case;
  const lines = findingLines(
    {
      ...sampleFinding,
      case: {
        area: 'translation',
        profile,
        rtaddr: 0n,
        memory,
        requests: [{ sourceId: 8, address: 0n, op: 'read' }],
      },
      stderr: `${long}\n${long}\n${long}`,
      expected: long,
      observed: long,
      expectedFailure: long,
    },
    { id: 'x', areas: ['translation'], level: 'must', statement: long, clause: long },
    { replay: 'replay', script: 'script' },
    plain,
  );
  expect(lines.length).toBeLessThanOrEqual(30);
  expect(lines.join('\n')).toMatch(/… and 56 more lines in the file/);
});

test('what differs between the two texts is marked: by carets, or by colours', () => {
  const finding = { ...sampleFinding, expected: 'blocked with 0x5a (SPT.3)', observed: 'blocked with 0x1' };
  const lines = findingLines(finding, undefined, {}, plain);
  const at = lines.indexOf('  observed  blocked with 0x1');
  expect(lines[at + 1]).toBe('                         ^^^');
  const colours = picocolors.createColors(true);
  const coloured = findingLines(finding, undefined, {}, colours);
  expect(coloured.join('\n')).toContain(`blocked with ${colours.red('0x1')}`);
  expect(coloured).toHaveLength(lines.length - 1);
});
