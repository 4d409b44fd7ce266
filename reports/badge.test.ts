import { expect, test } from 'vitest';
import { badge } from './badge.ts';
import { areaOf, resultOf } from './result.fixture.ts';
import { outcomeOf } from './result-json.ts';
import { sampleFinding } from './sample.fixture.ts';

const run = outcomeOf(resultOf([areaOf([])]));
const told = (...args: Parameters<typeof badge>) =>
  /<title>IOMMU conformance: (.*)<\/title>/.exec(badge(...args))?.[1];

test('a badge names what fails a run first, and passes only what was judged', () => {
  const failing = outcomeOf(resultOf([areaOf([sampleFinding, sampleFinding])]));
  expect(told([run, failing])).toBe('2 findings');
  expect(told([outcomeOf(resultOf([areaOf([sampleFinding])]))])).toBe('1 finding');
  expect(told([run, { ...run, areas: [{ area: 'entry', problem: 'died' }] }])).toBe('did not end');
  expect(told([outcomeOf(resultOf([areaOf([{ ...sampleFinding, expectedFailure: 'known' }])]))])).toBe(
    '1 known failure',
  );
  expect(told([outcomeOf(resultOf([{ ...areaOf([]), rules: [] }]))])).toBe('nothing judged');
  const stale = { ...areaOf([]), rules: [{ id: 'SPT.3', exercised: 1, status: 'unexpected-pass' as const }] };
  expect(told([run, outcomeOf(resultOf([stale]))])).toBe('stale expectations');
  expect(told([run])).toBe('conforms');
});

test('a badge is one SVG that asks for nothing from elsewhere', () => {
  expect(badge([run])).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+".*<\/svg>\n$/);
  expect(badge([run])).not.toMatch(/href|script|url\(/);
});

test('both halves of a badge are as wide as their words, and these stand in their middle', () => {
  const text = badge([run]);
  const rects = [...text.matchAll(/<rect (?:x="(\d+)" )?width="(\d+)"/g)].map(([, x = 0, width]) => [
    +x,
    +width!,
  ]);
  const words = [...text.matchAll(/<text x="([\d.]+)" y="14" textLength="(\d+)"/g)].map(([, x, width]) => [
    +x!,
    +width!,
  ]);
  expect(words).toEqual(rects.map(([x = 0, width = 0]) => [x + width / 2, width - 10]));
  expect(rects[1]?.[0]).toBe(rects[0]?.[1]);
});
