import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Bug } from '../../models/faulty/bug.ts';
import { bugs } from '../../models/faulty/bugs.ts';
import { inexpressible } from '../../models/faulty/inexpressible.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { type Area, areas, type Case, type Corpus, caseSchema, corpusSchema } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { binding } from '../core/repeat.ts';
import { suiteOf } from '../suite-of.ts';
import { isBroken } from './corpus.ts';

const corpora = new Map(areas.map((area) => [area, corpusOf(area)]));

function corpusOf(area: Area): Corpus {
  const text = readFileSync(new URL(`../../corpus/${area}.json`, import.meta.url), 'utf8');
  return v.parse(corpusSchema, JSON.parse(text));
}

async function broken(implementation: Implementation, testCase: Case) {
  const suite = await suiteOf(testCase.area);
  const { verdict } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
  return binding(suite, verdict.mismatches);
}

const casesOf = ({ smallest, others = [] }: Bug): readonly Case[] => [smallest, ...others];

test('every known bug has a name of its own', () => {
  expect(new Set(bugs.map(({ id }) => id)).size).toBe(bugs.length);
});

test('a bug that no case can show has a reason, in a sentence', () => {
  for (const { history, reason } of inexpressible) {
    expect(history.length, reason).toBeGreaterThan(0);
    expect(reason, history).toMatch(/^[A-Z].*\.$/s);
  }
});

test('every known bug is told in a sentence, and its rules are in the catalogue', () => {
  for (const { id, area, wrong, rules } of bugs) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(wrong, id).toMatch(/^[A-Z].*\.$/);
    for (const rule of rules) expect(ruleOf(rule)?.areas, `${id}: ${rule}`).toContain(area);
  }
});

test('the cases of a known bug that are written by hand are such as anybody may be asked', () => {
  for (const bug of bugs) {
    for (const testCase of casesOf(bug)) {
      expect(testCase.area, bug.id).toBe(bug.area);
      expect(v.parse(caseSchema, testCase), bug.id).toEqual(testCase);
    }
  }
});

test.each(bugs.filter(({ others }) => others !== undefined))(
  '$area: each other case of $id breaks what none before it does',
  async (bug) => {
    const faulty = await loadFaulty(bug);
    const kinds: string[] = [];
    for (const testCase of casesOf(bug)) {
      const [mismatch] = await broken(faulty, testCase);
      expect(bug.rules).toContain(mismatch?.rule);
      kinds.push(`${mismatch?.rule}/${mismatch?.aspect}`);
    }
    expect(new Set(kinds).size, kinds.join(' ')).toBe(kinds.length);
  },
);

test.each(bugs)(
  '$area: $id shows in its smallest case and in the quick corpus, and both models conform in it',
  async (bug) => {
    const faulty = await loadFaulty(bug);
    const [mismatch] = await broken(faulty, bug.smallest);
    expect(bug.rules).toContain(mismatch?.rule ?? 'no rule is broken');
    const taken = corpora.get(bug.area)?.cases.find((one) => one.bugs.includes(bug.id));
    if (taken === undefined) throw new RangeError(`not in corpus/${bug.area}.json: run npm run corpus`);
    expect(await isBroken(await suiteOf(bug.area), faulty, taken.case)).toBe(true);
    for (const healthy of [optimized, reference])
      for (const testCase of casesOf(bug)) expect(await broken(healthy, testCase), healthy.name).toEqual([]);
  },
);
