import { expect, test } from 'vitest';
import type { Finding } from '../spec/schema.ts';
import { junitXml } from './junit.ts';
import { areaOf, resultOf } from './result.fixture.ts';
import { outcomeOf } from './result-json.ts';
import { sampleFinding } from './sample.fixture.ts';

const xmlOf = (...findings: readonly Finding[]) => junitXml([outcomeOf(resultOf([areaOf(findings)]))]);

test('a rule is a test: broken it fails with its findings, without a case it is skipped', () => {
  const xml = xmlOf(sampleFinding);
  expect(xml).toContain(
    '<testsuite name="mine: entry" tests="2" failures="1" errors="0" skipped="1" time="0.010">',
  );
  expect(xml).toMatch(
    /name="SPT\.3: .*"><failure message="SPT\.3\/outcome\/797c5c0c">.*\n {2}expected .*<\/failure>/s,
  );
  expect(xml).toMatch(/name="SPT\.2: .*"><skipped message="not exercised: .*"><\/skipped>/);
  expect(xmlOf()).toContain('failures="0"');
});

test('a suite is an area of an implementation with its version, and a test tells of its own rule alone', () => {
  const other = { ...sampleFinding, id: 'SPT.2/outcome/x', rule: 'SPT.2', observed: 'of another rule' };
  const [area] = [areaOf([sampleFinding, other])];
  const rules = area.rules.map((rule) => ({ ...rule, status: 'fail' as const }));
  const result = resultOf([{ ...area, rules }]);
  const xml = junitXml([
    outcomeOf({ ...result, implementation: { ...result.implementation, version: '1.0' } }),
  ]);
  expect(xml).toContain('<testsuite name="mine 1.0: entry"');
  const [own = '', others = ''] = ['SPT.3', 'SPT.2'].map(
    (id) => xml.split('\n').join(' ').split(`name="${id}: `)[1],
  );
  expect(own.split('</testcase>')[0]).not.toContain('of another rule');
  expect(others.split('</testcase>')[0]).toContain('SPT.2/outcome/x');
  expect(own).toContain('"area":"entry"'.replaceAll('"', '&quot;'));
});

test('a rule that was broken under the name of another is no pass', () => {
  const area = areaOf([sampleFinding]);
  const rules = area.rules.map(({ id }) => ({
    id,
    exercised: 3,
    status: 'pass' as const,
    renamed: true as const,
  }));
  expect(junitXml([outcomeOf(resultOf([{ ...area, rules }]))])).toMatch(
    /name="SPT\.2: .*"><skipped message="broken, in cases that were told under another rule"><\/skipped>/,
  );
});

test('an area that gave no result is an error, one that is not claimed is skipped', () => {
  const run = outcomeOf(resultOf([{ ...areaOf([]), claimed: false }]));
  expect(junitXml([run])).toMatch(/<skipped message="not claimed">/);
  const died = junitXml([{ ...run, areas: [{ area: 'entry', problem: 'it did not start' }] }]);
  expect(died).toMatch(/errors="1".*\n.*errors="1".*\n.*<error message="it did not start">/);
});

test('a known failure is skipped with its reason; one that did not happen fails, unless it is let through', () => {
  expect(xmlOf({ ...sampleFinding, expectedFailure: 'known' })).toContain('failures="1"');
  const of = (status: 'expected-failure' | 'unexpected-pass', lax = false) => {
    const area = areaOf(
      status === 'expected-failure' ? [{ ...sampleFinding, expectedFailure: 'known' }] : [],
    );
    const run = outcomeOf(resultOf([{ ...area, rules: [{ id: 'SPT.3', exercised: 1, status }] }]));
    return junitXml([run], { allowUnexpectedPass: lax });
  };
  expect(of('expected-failure')).toContain('<skipped message="expected failure: known">');
  expect(of('unexpected-pass')).toMatch(
    /<failure message="a failure that the expectation file lists did not/,
  );
  expect(of('unexpected-pass', true)).toContain('failures="0"');
});

test('whatever an implementation says, the file stays XML 1.0', () => {
  const evil = '"<&>\u001b[31m\u0000]]>\ufffe\ud800';
  const named = { ...areaOf([{ ...sampleFinding, id: evil, observed: evil }]) };
  const unknown = { ...named, rules: [...named.rules, { id: evil, exercised: 1, status: 'pass' as const }] };
  const xml = junitXml([outcomeOf(resultOf([unknown], evil))]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]|\]\]>/u);
  expect(xml).toContain('&quot;&lt;&amp;>\\u001b[31m\\u0000]] >\ufffd\ufffd');
});
