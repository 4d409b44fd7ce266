/** The HTML report as text; a real browser opens it in page.browser.test.ts. */
import { describe, expect, test } from 'vitest';
import { areaOf, resultOf } from '../result.fixture.ts';
import { sampleFinding } from '../sample.fixture.ts';
import { htmlReport } from './page.ts';

const evil = '<script>alert(1)</script>"\'&';

describe('a page', () => {
  test('needs no script and no network, and its own policy forbids both', () => {
    const page = htmlReport({ results: [resultOf([areaOf([sampleFinding])])] });
    expect(page).not.toMatch(/<script|javascript:|\son[a-z]+=|https?:|<link|<img|<iframe/);
    expect(page).toMatch(/default-src &#39;none&#39;|default-src 'none'/);
  });

  test('escapes whatever came from a case, an answer or a child process', () => {
    const finding = {
      ...sampleFinding,
      ...{ id: `SPT.3/${evil}`, rule: evil, observed: evil, expected: evil, stderr: evil },
      ...{ implementation: evil, seed: evil, observation: { [evil]: evil }, expectedFailure: evil },
    };
    const page = htmlReport({ results: [resultOf([areaOf([finding])], evil)] });
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script>alert(1)');
  });

  test('tells of a finding the rule, the clause, both sides, the deciding bit and how to see it again', () => {
    const page = htmlReport({ results: [resultOf([areaOf([sampleFinding])])] });
    for (const part of [
      'A present PASID table entry has a reserved bit set.',
      '(9.6, Table 30)',
      'The architecture allows',
      'npx iommu-conformance replay finding.json --impl SPEC',
      'bit 0 must be 0',
      '&quot;rule&quot;:&quot;SPT.3&quot;',
    ])
      expect(page).toContain(part);
  });

  test('says how to open the implementation, quoted for a shell', () => {
    const result = resultOf([areaOf([sampleFinding])]);
    const implementation = { ...result.implementation, options: ['--impl', 'process:./my unit'] };
    const page = htmlReport({ results: [{ ...result, implementation }] });
    expect(page).toContain('--impl &#39;process:./my unit&#39;'.replaceAll('&#39;', "'"));
  });

  test('has rules that were never exercised on top, and no bound for what did not pass', () => {
    const page = htmlReport({ results: [resultOf([areaOf([])])] });
    const rows = [...page.matchAll(/<tr class="(pass|not-exercised)">.*?<\/tr>/gs)].map(
      ([, status]) => status,
    );
    expect(rows).toEqual(['not-exercised', 'pass']);
    expect(page).toContain('No case broke a rule.');
  });

  test('with a thousand findings stays below 5 MB, and tells of each', () => {
    const findings = Array.from({ length: 1000 }, (_, index) => ({
      ...sampleFinding,
      id: `SPT.3/outcome/${index}`,
    }));
    const page = htmlReport({ results: [resultOf([areaOf(findings)])] });
    expect(page.length).toBeLessThan(5_000_000);
    expect(page.match(/<article/g)).toHaveLength(1000);
  });
});
