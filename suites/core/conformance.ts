/**
 * One area as Vitest tests: a search, then one test a rule. The command sends a run request through
 * Vitest's `provide`; a plain `npm test` has none and compares our two models under a fixed seed.
 */
import { describe, inject, test } from 'vitest';
import { ownProfiles } from '../../generators/profiles.ts';
import { toJson } from '../../spec/json.ts';
import { contractRules } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, Finding } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { budget } from './budget.ts';
import type { Deal } from './deal.ts';
import type { Drawing } from './drawn-chunks.ts';
import { HelperThreads } from './helper-threads.ts';
import { profilesOf } from './profiles-of.ts';
import { openRequested, requestedSuite } from './requested.ts';
import { notClaimed, type RunMessage, type RunRequest } from './run-request.ts';
import { nothingYet, type SearchOptions, search } from './search.ts';
import { testCases } from './test-cases.ts';
import { tryRecorded } from './try-recorded.ts';

/** Of a cheap area; .ci/run asks more of the reference. */
const REFERENCE_RUNS = 200;
const NOT_EXERCISED = 'not exercised: no case that was drawn depends on this rule';

/** Declares the tests of `suite`. Called once by each `conformance.test.ts`. */
export function conformance<A extends Area>(suite: AreaSuite<A>): void {
  const request = inject('request');
  if (request !== undefined) {
    const asked = requestedSuite(suite, request);
    describe(`${suite.area}: ${request.spec}`, () => {
      ruleTests(asked, () => requested(asked, request), {
        everyRule: false,
        allowUnexpectedPass: request.allowUnexpectedPass === true,
      });
    });
    return;
  }
  const seeded = { seed: 'npm test', profiles: ownProfiles };
  describe(`${suite.area}: the optimized model against the reference`, () => {
    const run = async () => {
      const { optimized } = await import('../../models/optimized/implementation.ts');
      return search(suite, optimized, { ...seeded, runs: testCases[suite.area], countsOnce: true });
    };
    ruleTests(suite, run, { everyRule: true });
  });
  describe(`${suite.area}: the reference model against itself`, () => {
    test('conforms', { timeout: 0 }, async () => {
      const { reference } = await import('../../models/reference/implementation.ts');
      const { findings } = await search(suite, reference, {
        ...seeded,
        runs: budget(suite, REFERENCE_RUNS),
      });
      const first = findings.find(({ level }) => level !== 'may');
      if (first !== undefined) throw new Error(summary(first));
    });
  });
}

/**
 * The search as the first test; its result decides the tests of the rules after it. With `everyRule` a rule
 * that no case depends on fails: our generators must reach it, a stranger's profile may not allow it.
 */
function ruleTests<A extends Area>(
  suite: AreaSuite<A>,
  run: () => Promise<AreaResult>,
  {
    everyRule,
    allowUnexpectedPass = false,
  }: { readonly everyRule: boolean; readonly allowUnexpectedPass?: boolean },
): void {
  let result: AreaResult | undefined;
  test('cases are drawn and judged', { timeout: 0 }, async ({ task }) => {
    try {
      result = await run();
      task.meta.areaResult = toJson(result);
    } catch (error) {
      task.meta.openFailure = error instanceof Error ? error.message : String(error);
      throw error;
    }
  });
  for (const rule of [...suite.rules, ...contractRules(suite.area)]) {
    test(`${rule.id}: ${rule.statement} (${rule.clause})`, ({ skip }) => {
      const findings = result?.findings.filter((finding) => finding.rule === rule.id) ?? [];
      switch (result?.rules.find(({ id }) => id === rule.id)?.status) {
        case 'pass':
          return;
        case 'fail':
          throw new Error(findings.map(summary).join('\n'));
        case 'unexpected-pass':
          if (allowUnexpectedPass) return;
          throw new Error('a failure that the expectation file lists did not happen');
        case 'expected-failure':
          return skip(
            `expected failure: ${findings.map(({ expectedFailure }) => expectedFailure).join('; ')}`,
          );
        case 'not-exercised':
          if (everyRule) throw new Error(NOT_EXERCISED);
          return skip(NOT_EXERCISED);
        default:
          return skip('not run');
      }
    });
  }
}

async function requested<A extends Area>(suite: AreaSuite<A>, request: RunRequest): Promise<AreaResult> {
  const implementation = await openRequested(request);
  const { area } = suite;
  const channel = new BroadcastChannel(request.channel);
  const tell = (message: RunMessage) => channel.postMessage(message);
  let mostHelpers = 0;
  let threads: { readonly size: number } | undefined;
  channel.onmessage = (message) => {
    const { data } = message as { data: RunMessage };
    if ('helpers' in data && data.area === area) mostHelpers = data.helpers;
  };
  const { seed, given = [], recorded = [], runs = budget(suite), timeMs, expectedFailures } = request;
  const options: SearchOptions = {
    seed,
    runs,
    ...(timeMs === undefined ? {} : { timeMs }),
    expectedFailures,
    profiles: profilesOf(implementation, request.profile),
    onProgress: (progress) => tell({ progress, threads: 1 + (threads?.size ?? 0) }),
    onFinding: (finding) => tell({ finding }),
    helpers: <H extends Area>(deal: Deal, drawing: Drawing, alive: () => void) => {
      const helpers = new HelperThreads<H>(deal, { area, request, drawing }, () => mostHelpers, alive);
      threads = helpers;
      return helpers;
    },
  };
  try {
    if (!implementation.areas.includes(area)) return notClaimed(area);
    const tried = await tryRecorded(suite, implementation, recorded, expectedFailures, {
      profile: request.profile,
      onChunk: () => tell({ progress: nothingYet(area), threads: 1 }),
    });
    const result = await search(suite, implementation, { ...options, given: [...tried.failing, ...given] });
    return tried.results.length > 0 ? { ...result, recorded: [...tried.results] } : result;
  } finally {
    channel.close();
    await implementation.close?.();
  }
}

function summary({ id, expected, observed, case: testCase }: Finding): string {
  return `${id}\n  expected ${expected}\n  observed ${observed}\n  ${toJson(testCase)}`;
}
