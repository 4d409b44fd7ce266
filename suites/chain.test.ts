/**
 * From the clause to the page and back: clause, rule, property, known bug with its smallest case, page. What is
 * written down is made here, so that whoever adds a link, or loses one, sees it in a file:
 * `vitest run suites/chain.test.ts -u` writes docs/rules and the list of rules that no known bug breaks.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Bug } from '../models/faulty/bug.ts';
import { bugs } from '../models/faulty/bugs.ts';
import { withoutBug } from '../models/faulty/without-bug.ts';
import { catalogue } from '../spec/catalogue.ts';
import type { Rule } from '../spec/rule.ts';
import { contractRules } from '../spec/rules/answers.ts';
import type { AreaSuite } from './core/area-suite.ts';
import { suites } from './index.ts';

const checked = catalogue.filter(({ unreachable }) => unreachable === undefined);
const breakers = ({ id }: Rule): readonly Bug[] => bugs.filter(({ rules }) => rules.includes(id));

test('every rule says where it is written and is a sentence', () => {
  for (const { id, clause, statement } of catalogue) {
    expect(clause, id).toMatch(/\w{3}|\d/);
    expect(statement, id).toMatch(/^[A-Z].*\.$/);
  }
});

test('every rule that a case can reach is a property of each of its areas', () => {
  for (const suite of suites) {
    const { area } = suite;
    const own = new Set(rulesOf(suite).map(({ id }) => id));
    const missing = checked.filter((rule) => rule.areas.includes(area) && !own.has(rule.id));
    expect(
      missing.map(({ id }) => id),
      area,
    ).toEqual([]);
  }
});

test('rules that no known bug breaks are listed, with the reason where none can, and no others', async () => {
  const left = checked.filter((rule) => rule.level !== 'may' && breakers(rule).length === 0);
  const reasonFor = (id: string) => withoutBug.find(({ rules }) => rules.test(id))?.reason;
  const lines = left
    .map(({ id, areas }) => [areas[0], id, reasonFor(id)].filter(Boolean).join(' '))
    .toSorted();
  for (const { rules, reason } of withoutBug) {
    expect(
      left.some(({ id }) => rules.test(id)),
      reason,
    ).toBe(true);
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./rules-without-bug.txt');
});

describe.each(suites)('$area', (suite) => {
  const { area } = suite;

  test('has a page with all of its rules, clauses and known bugs', async () => {
    await expect(pageOf(area, rulesOf(suite))).toMatchFileSnapshot(`../docs/rules/${area}.md`);
  });

  test('is told of in README and in the contract', () => {
    const text = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    expect(text('README.md')).toContain(`| \`${area}\` |`);
    expect(text('docs/contract.md')).toMatch(new RegExp(`^#+ .*${area}`, 'm'));
  });
});

/** Those of drawn cases, of a whole small space where the area has one, and of the contract. */
function rulesOf({ area, rules, exhaustive }: AreaSuite): readonly Rule[] {
  return [...rules, ...(exhaustive?.(0).rules ?? []), ...contractRules(area)];
}

function pageOf(area: string, rules: readonly Rule[]): string {
  const lines = rules.map((rule) => {
    const names = breakers(rule).flatMap((bug) => (bug.area === area ? [`\`${bug.id}\``] : []));
    return `| \`${rule.id}\` | ${rule.level} | ${cell(rule.clause)} | ${cell(rule.statement)} | ${names.join(', ')} |`;
  });
  return `# Rules of \`${area}\`

Each with its clause, and the known bugs of models/faulty that it has to name. \`suites/chain.test.ts\` writes this page.

| rule | level | clause | sentence | known bugs |
|---|---|---|---|---|
${lines.join('\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
