import * as v from 'valibot';
import { expect, test } from 'vitest';
import { firstProblem } from './problem.ts';
import { namedProfiles } from './profiles.ts';
import { caseSchema, observationSchemas } from './schema.ts';

const profile = namedProfiles[0];
const entry = { area: 'entry', profile, format: 'root-legacy', words: ['0x0', '0x0'] };

test.for<[object | number, RegExp]>([
  [{ ...entry, words: ['0x0', '0xzz'] }, /^words\.1: expected a 64-bit value such as "0x1f", not "0xzz"$/],
  [{ ...entry, words: [] }, /^words: expected a length >=1, not 0$/],
  [{ ...entry, format: 'root' }, /^format: expected .*"root-legacy".*, not "root"$/],
  [{ ...entry, area: 'entri' }, /^area: expected .*"translation".*, not "entri"$/],
  [{ ...entry, extra: 1 }, /^extra: there is no such field$/],
  [{ ...entry, profile: undefined }, /^profile: missing$/],
  [{ ...entry, profile: { ...profile, haw: 99 } }, /^profile\.haw: expected <=52, not 99$/],
  [17, /^top level: expected Object, not 17$/],
])('what is wrong with a case is said with its place and value: %#', ([input, message]) => {
  const parsed = v.safeParse(caseSchema, input);
  expect(parsed.success ? 'accepted' : firstProblem(parsed.issues)).toMatch(message);
});

test('a long value is cut', () => {
  const parsed = v.safeParse(observationSchemas.entry, { fault: 'x'.repeat(500) });
  expect(parsed.success ? '' : firstProblem(parsed.issues).length).toBeLessThan(120);
});
