/**
 * One bug often breaks many rules. Each breach is shrunk by itself; from there the case is shrunk once more for any
 * breach at all: what comes to the same case that way probably has the same cause.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { toJson } from '../../spec/json.ts';
import { type Area, type Case, type CaseOf, caseSchema, type Mismatch } from '../../spec/schema.ts';
import type { Shown } from './closer.ts';
import type { SearchGround } from './finding.ts';
import { Probe } from './probe.ts';
import { binding } from './repeat.ts';
import { settled } from './shrink.ts';

/** The case is small already: a cause that takes more to find is left unsaid. */
const MOST_EXECUTIONS = 600;
const MOST_DEATHS = 1;

/** The case that that of a breach comes to; undefined where looking for it would cost too much. */
export async function causeOf<A extends Area>(
  { suite, implementation, profiles, onExecution }: SearchGround<A>,
  { testCase, mismatch }: Shown<A>,
): Promise<CaseOf[A] | undefined> {
  if (implementation.costlyAlone) return undefined;
  const isAny = (found: Mismatch) =>
    binding(suite, [found]).length > 0 && suite.mayName?.(found, mismatch) !== false;
  const bounds = { maxDeaths: MOST_DEATHS, maxExecutions: MOST_EXECUTIONS };
  const probe = new Probe(suite, implementation, isAny, onExecution, bounds);
  const simplest = await settled(suite, profiles, testCase, probe);
  return probe.executions < MOST_EXECUTIONS ? simplest : undefined;
}

/** The same case has the same hash on every machine, drawn, shrunk or read: its fields stand as in the schema. */
export function caseHash(testCase: Case): string {
  const inOrder = v.parse(caseSchema, testCase);
  return createHash('sha256').update(toJson(inOrder)).digest('hex').slice(0, 8);
}
