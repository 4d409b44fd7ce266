import { expect, test } from 'vitest';
import { annotations, staleExpectation } from './annotations.ts';
import { sampleFinding } from './sample.fixture.ts';

const finding = { ...sampleFinding, expected: 'fault 0x5a', observed: 'none' };

test('a finding is an error of its file, under its area and id, with both sides', () => {
  expect(annotations([finding], [], () => 'findings/mine/a.json')).toEqual([
    '::error file=findings/mine/a.json,title=entry%3A SPT.3/outcome/797c5c0c::mine: expected fault 0x5a%0Aobserved none',
  ]);
});

test('nothing that an implementation says begins a command of its own, or ends a property', () => {
  const evil = { ...finding, observed: '100%\r\n::set-env name=PATH::/x' };
  const [line = ''] = annotations([evil], [], () => 'a,b:c%.json');
  expect(line).not.toMatch(/[\r\n]/);
  expect(line).toMatch(
    /^::error file=a%2Cb%3Ac%25\.json,title=.*observed 100%25%0D%0A::set-env name=PATH::\/x$/,
  );
});

test('findings of one cause are one annotation; of more than ten the rest is counted', () => {
  const causes = ['a', 'a', ...Array.from({ length: 10 }, (_, index) => `b${index}`)];
  const findings = causes.map((cause, index) => ({ ...finding, cause, id: `SPT.3/outcome/${index}` }));
  const lines = annotations(findings, [staleExpectation('entry', 'SPT.2', 'code')], () => undefined);
  expect(lines).toHaveLength(11);
  expect(lines[0]).toMatch(/^::error title=.*also, probably of the same cause: SPT\.3\/outcome\/\d/);
  expect(lines[10]).toBe('::notice::2 more problems in the log');
});
