import { expect, test } from 'vitest';
import { plain } from '../../reports/palette.ts';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { savedFindingLines } from './saved-findings.ts';

test('a finding that cannot be saved is shown all the same, without a command that would need its file', () => {
  const options = {
    ...{ impl: './mine.ts', qemuArgs: [], expectedFailures: [], quiet: false },
    ...{ findingsDirectory: '/proc/none', scriptOf: () => 'print()' },
  };
  const text = savedFindingLines(sampleFinding, [], options, plain).join('\n');
  expect(text).toMatch(
    /✗ SPT\.3\/outcome.*not saved a finding cannot be saved in \/proc\/none\/mine: no such/s,
  );
  expect(text).not.toMatch(/^ {2}(?:replay|script)/m);
});
