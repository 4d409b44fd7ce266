import { expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import type { Case } from '../../spec/schema.ts';
import { vectorId } from '../../spec/vector-file.ts';
import { suiteOf } from '../suite-of.ts';
import { drawVectors } from './vectors.ts';

const draw = async (seed: string, count: number) =>
  drawVectors(await suiteOf('entry'), { seed, count, profiles: profilePool });

test('the same seed gives the same vectors, another one others', async () => {
  const first = await draw('a', 120);
  expect(await draw('a', 120)).toEqual(first);
  expect(await draw('b', 120)).not.toEqual(first);
});

test('a few vectors decide every rule of the area, and come first', async () => {
  const { rules } = await suiteOf('entry');
  const vectors = await draw('a', 200);
  expect(vectors).toHaveLength(200);
  const decided = new Set(vectors.slice(0, rules.length / 2).flatMap((vector) => vector.rules));
  expect(rules.filter(({ id }) => !decided.has(id))).toEqual([]);
});

test('a smaller count takes the most telling ones', async () => {
  const [first] = await draw('a', 200);
  expect(await draw('a', 1)).toEqual([first]);
});

test('the id does not depend on the order of names', async () => {
  const [vector] = await draw('a', 1);
  const { area, ...others } = vector!.testCase;
  expect(vectorId({ ...others, area } as Case)).toBe(vector?.id);
  expect(vector?.id).toMatch(/^entry\/[0-9a-f]{16}$/);
});

test('what nothing binding decides is optional', async () => {
  const vectors = await draw('a', 200);
  const optional = vectors.filter(({ optional: is }) => is);
  expect(optional.length).toBeGreaterThan(0);
  // Where several faults may be told only FPD and fields are decided, and both may be left out.
  for (const { rules } of optional) {
    expect(rules.filter((rule) => !/^entry\.(fpd|field)\./.test(rule))).toEqual([]);
  }
});
