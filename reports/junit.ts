/**
 * Results as JUnit XML, for machines that count tests: an area of an implementation is a suite, a rule is a test.
 * Made of results and not by Vitest, so that parts of a sharded run, put together, give the file of the whole one.
 */
import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { printable } from '../adapters/process/printable.ts';
import { ruleOf } from '../spec/catalogue.ts';
import { toJson } from '../spec/json.ts';
import type { AreaResult, Finding } from '../spec/schema.ts';
import type { AreaOutcome, RunOutcome } from './result-json.ts';

/** What became of one test; undefined: it passed. */
type Outcome = {
  readonly kind: 'failure' | 'error' | 'skipped';
  readonly why: string;
  readonly more?: string;
};

interface Test {
  readonly name: string;
  readonly outcome: Outcome | undefined;
}

/** With `allowUnexpectedPass` known failures that did not happen fail nothing. */
export function junitXml(
  runs: readonly RunOutcome[],
  { allowUnexpectedPass = false }: { readonly allowUnexpectedPass?: boolean } = {},
): string {
  const suites = runs.flatMap(({ implementation: { name, version }, areas }) =>
    areas.map((outcome) => ({
      name: `${[name, version].filter(Boolean).join(' ')}: ${outcome.area}`,
      seconds: (outcome.result?.durationMs ?? 0) / 1000,
      tests: testsOf(outcome, allowUnexpectedPass),
    })),
  );
  const view = h(
    'testsuites',
    { name: 'iommu-conformance', ...counts(suites.flatMap(({ tests }) => tests)) },
    suites.map(({ name, seconds, tests }) =>
      h(
        'testsuite',
        { name: xmlText(name), ...counts(tests), time: seconds.toFixed(3) },
        tests.map((test) => testCase(name, test)),
      ),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>${renderToString(view).replaceAll('<test', '\n<test')}\n`;
}

function testsOf({ result, problem }: AreaOutcome, allowUnexpectedPass: boolean): readonly Test[] {
  if (result === undefined) {
    return [
      { name: 'cases are drawn and judged', outcome: { kind: 'error', why: problem ?? 'did not run' } },
    ];
  }
  if (!result.claimed) return [{ name: 'is claimed', outcome: { kind: 'skipped', why: 'not claimed' } }];
  return result.rules.map(({ id, status, renamed }) => {
    const { statement, clause } = ruleOf(id) ?? {};
    const findings = result.findings.filter(({ rule }) => rule === id);
    return {
      name: statement === undefined ? id : `${id}: ${statement} (${clause})`,
      outcome: renamed ? RENAMED : outcomeOf(status, findings, allowUnexpectedPass),
    };
  });
}

/** That of the other rule fails. */
const RENAMED: Outcome = { kind: 'skipped', why: 'broken, in cases that were told under another rule' };

function outcomeOf(
  status: AreaResult['rules'][number]['status'],
  findings: readonly Finding[],
  allowUnexpectedPass: boolean,
): Outcome | undefined {
  switch (status) {
    case 'pass':
      return undefined;
    case 'fail':
      return {
        kind: 'failure',
        why: findings.map(({ id }) => id).join(', ') || 'it was broken',
        more: findings.map(told).join('\n'),
      };
    case 'unexpected-pass':
      return allowUnexpectedPass
        ? undefined
        : { kind: 'failure', why: 'a failure that the expectation file lists did not happen' };
    case 'expected-failure':
      return {
        kind: 'skipped',
        why: `expected failure: ${findings.map(({ expectedFailure }) => expectedFailure).join('; ')}`,
      };
    case 'not-exercised':
      return { kind: 'skipped', why: 'not exercised: no case that was drawn depends on this rule' };
  }
}

function told({ id, expected, observed, case: testCase }: Finding): string {
  return `${id}\n  expected ${expected}\n  observed ${observed}\n  ${toJson(testCase)}`;
}

function testCase(suite: string, { name, outcome }: Test): ComponentChild {
  const { kind, why = '', more = '' } = outcome ?? {};
  const inner = kind === undefined ? null : h(kind, { message: xmlText(why) }, xmlText(more));
  return h('testcase', { classname: xmlText(suite), name: xmlText(name) }, inner);
}

function counts(tests: readonly Test[]): Readonly<Record<string, number>> {
  const of = (kind: Outcome['kind']) => tests.filter(({ outcome }) => outcome?.kind === kind).length;
  return { tests: tests.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

/** What XML 1.0 can't hold even escaped is shown instead; the library that writes it leaves `]]>` as it is. */
function xmlText(text: string): string {
  return printable(text.toWellFormed())
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(']]>', ']] >');
}
