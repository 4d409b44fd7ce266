/** What is asked of a shrunk breach of area `translation`. */
import { expect, test } from 'vitest';
import { expectations } from '../../models/reference/translation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile, TranslationCase } from '../../spec/schema.ts';
import { ruleOf } from './blame.ts';
import { questions } from './questions.ts';
import { Tables } from './tables.fixture.ts';

const nested = namedProfile('nested-48') as Profile;
const PASS_THROUGH = 0x101n;

test('tables end at each structure on the way, whatever stood behind', () => {
  // RID_PASID is 1: its entry is not the first of the run.
  const tables = new Tables(nested).scalable(0n, 1n).pasid(1, PASS_THROUGH);
  const [endings = []] = [...questions(tables.asCase({}), { rule: 'translation.permission' }, true)].slice(
    -1,
  );
  const decides = (one: TranslationCase) =>
    ruleOf(expectations(one)[0]?.[0] ?? { outcome: 'queued', rules: [] });
  const passed = 'translation.ignored.pass-through.scalable';
  expect(endings.map(decides)).toEqual(['SCT.2', 'SPD.2', 'SPT.2', 'SPT.4.2', passed]);
});

test('a mode that is refused is refused without any table', () => {
  const tables = new Tables(nested).scalable().pasid(0, PASS_THROUGH).asCase({});
  const aborted = { ...tables, rtaddr: 0x1c00n };
  for (const isShrunk of [false, true]) {
    const [first] = questions(aborted, { rule: 'RTA.1.1' }, isShrunk);
    expect(first).toEqual([{ ...aborted, memory: [] }]);
  }
});

test('of bits that are ignored each is left out once, wherever it stands', () => {
  const tables = new Tables(nested).scalable().pasid(0, PASS_THROUGH).set(0x1008n, 5n).asCase({});
  const asked = [...questions(tables, { rule: 'translation.ignored.root-half' }, true)].flat();
  const halves = asked.map(({ memory }) => memory.find(({ address }) => address === 0x1008n)?.words);
  expect(halves).toContainEqual([1n]);
  expect(halves).toContainEqual([4n]);
});
