/**
 * The proof of docs/vectors.md: a checker in another language that knows nothing else comes to the verdict of our
 * judges, of right answers and of wrong ones.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { afterAll, expect, test } from 'vitest';
import { readVectorFolder } from '../../adapters/answers/vector-folder.ts';
import { openImplementation } from '../../adapters/open.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { toJson } from '../../spec/json.ts';
import type { Area, Observation } from '../../spec/schema.ts';
import type { AreaSuite } from '../../suites/core/area-suite.ts';
import { budget } from '../../suites/core/budget.ts';
import { mutated } from '../../suites/core/mutated.fixture.ts';
import { isOwnModel } from '../../suites/core/profiles-of.ts';
import { rulesOf, vectorFileText } from '../../suites/core/vector-file-text.ts';
import { type DrawnVector, drawVectors } from '../../suites/core/vectors.ts';
import { suites } from '../../suites/index.ts';
import { otherUnits, rightUnits } from './units.fixture.ts';

const SEED = 'check_vectors.py';
/** Of a cheap area; more where one case in some hundred shows what a checker could overlook. */
const VECTORS = 200;
const MORE: Partial<Record<Area, number>> = { 'used-bits': 2000, 'page-walk': 1500 };
const WRONG_ROUNDS = 8;

const here = path.dirname(fileURLToPath(import.meta.url));
const checker = path.join(here, 'check_vectors.py');
const folder = mkdtempSync(path.join(tmpdir(), 'check-vectors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const built = path.join(here, '../c/conformance-c');
if (!existsSync(built)) throw new Error('the C example is not built: run make -C examples/c first');
const c = await openImplementation(`process:${built}`, { qemuArgs: [] });
afterAll(() => c.close?.());

interface Answer {
  readonly vector: DrawnVector;
  readonly observation: Observation;
}

test.for(suites.filter(({ allowed }) => allowed !== undefined))('$area', async (suite) => {
  const count = MORE[suite.area] ?? budget(suite, VECTORS);
  const vectors = drawVectors(suite, { seed: SEED, count, profiles: ownProfiles });
  const own = path.join(folder, suite.area);
  mkdirSync(own);
  const rules = rulesOf(suite, vectors);
  writeFileSync(path.join(own, `${suite.area}.json`), vectorFileText({ suite, seed: SEED, vectors, rules }));
  expect(readVectorFolder(own)[0]?.cases.size).toBe(vectors.length);

  const right = await rightAnswers(suite, vectors);
  for (const answers of right) {
    expect(judgedWrong(suite, answers)).toEqual([]);
    expect(foundWrong(own, answers)).toEqual([]);
  }
  for (const run of rightUnits(suite.area)) {
    const answers = vectors.map((vector) => ({ vector, observation: run(vector.testCase) }));
    expect(judgedWrong(suite, answers)).toEqual([]);
    expect(foundWrong(own, answers)).toEqual([]);
  }
  let wrong = 0;
  for (const run of otherUnits(suite.area)) {
    const answers = vectors.map((vector) => ({ vector, observation: run(vector.testCase) }));
    const judged = judgedWrong(suite, answers);
    expect(foundWrong(own, answers)).toEqual(judged);
    wrong += judged.length;
  }
  const random = seedrandom(SEED);
  for (let round = 0; round < WRONG_ROUNDS; round++) {
    const answers = mutatedAnswers(suite, right[round % right.length] ?? [], random);
    const judged = judgedWrong(suite, answers);
    expect(foundWrong(own, answers)).toEqual(judged);
    wrong += judged.length;
  }
  expect(wrong).toBeGreaterThan(count);
});

async function rightAnswers(
  { area }: AreaSuite,
  vectors: readonly DrawnVector[],
): Promise<readonly (readonly Answer[])[]> {
  const able = [optimized, reference, c].filter(({ areas }) => areas.includes(area));
  return Promise.all(
    able.map((implementation) =>
      Promise.all(
        vectors
          .filter(({ testCase }) => isOwnModel(implementation) || !claimsMore(testCase))
          .map(async (vector) => ({ vector, observation: await implementation.run(vector.testCase) })),
      ),
    ),
  );
}

/** The C example takes any profile, and claims no policy. */
function claimsMore({ profile }: DrawnVector['testCase']): boolean {
  return Object.keys(profile.policies).length > 0;
}

/** Some with one change, some with two. */
function mutatedAnswers(
  { area }: AreaSuite,
  answers: readonly Answer[],
  random: () => number,
): readonly Answer[] {
  return answers.flatMap(({ vector, observation }) => {
    const once = mutated(area, observation, random);
    const twice = once && random() < 0.3 ? mutated(area, once, random) : undefined;
    return once === undefined ? [] : [{ vector, observation: twice ?? once }];
  });
}

function judgedWrong(suite: AreaSuite, answers: readonly Answer[]): readonly string[] {
  const isWrong = ({ vector, observation }: Answer) =>
    suite.judge(vector.testCase, observation).mismatches.some(({ rule }) => ruleOf(rule)?.level !== 'may');
  return answers.filter(isWrong).map(({ vector }) => vector.id);
}

function foundWrong(own: string, answers: readonly Answer[]): readonly string[] {
  const file = path.join(own, 'answers.jsonl');
  const lines = answers.map(({ vector, observation }) => toJson({ id: vector.id, observation }));
  writeFileSync(file, lines.join('\n'));
  const { stdout, stderr } = spawnSync('python3', ['-B', checker, own, file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return [...stdout.matchAll(/^(\S+) is not allowed/gm)].map(([, id]) => id ?? '');
}
