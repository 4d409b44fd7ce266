/** Judges whether a blocked request left a fault record, and what the record says (7.2.1, 11.4.7.6). */
import type { Alternative, Blocked } from '../../models/reference/alternative.ts';
import { recordedOperation, recordedWidths } from '../../models/reference/record.ts';
import { bits } from '../../spec/bits.ts';
import type { FaultRecord, Request, RequestResult } from '../../spec/schema.ts';
import { blameMissingRecord } from './blame.ts';
import { hex } from './describe.ts';
import type { Findings, Ground } from './judge-request.ts';

/**
 * `allowed` are the alternatives that the code of `result` leaves; `cached` tells whether a translation
 * cache may hold what the request met.
 */
export function judgeRecord(
  ground: Ground,
  request: Request,
  cached: boolean,
  allowed: readonly Blocked[],
  result: Extract<RequestResult, { outcome: 'blocked' }>,
  { exercised, mismatches }: Findings,
): void {
  const { record } = result;
  const [first] = allowed;
  // A block that goes by no condition may be recorded under any code, or not.
  if (record === undefined || first === undefined || first.condition === undefined) return;
  const rule = recordRule(first, cached);
  if (allowed.every(({ recorded }) => recorded === first.recorded)) {
    exercised.add(rule);
    if (first.recorded && record === null) reportMissing(first, cached, { exercised, mismatches });
    else if (!first.recorded && record !== null) {
      mismatches.push({ rule, aspect: 'record', expected: NO_RECORD, observed: RECORD });
      return;
    }
  }
  if (record === null) return;
  compareRecord(ground, request, record, result.code, (named, expected, observed) => {
    if (expected === undefined || observed === undefined) return;
    exercised.add(named);
    if (expected !== observed) {
      mismatches.push({ rule: named, aspect: 'record', expected: show(expected), observed: show(observed) });
    }
  });
}

/** Where it is only known that nothing was recorded: a request that must be blocked and recorded was not. */
export function judgeUnobserved(
  cached: boolean,
  expected: readonly Alternative[],
  result: Extract<RequestResult, { outcome: 'unobserved' }>,
  findings: Findings,
): void {
  const [first] = expected;
  const recorded = expected.every((alternative) => alternative.outcome === 'blocked' && alternative.recorded);
  if (result.record === null && recorded && first?.outcome === 'blocked') {
    reportMissing(first, cached, findings);
  }
}

const [RECORD, NO_RECORD] = ['a record', 'no record'];

function reportMissing(blocked: Blocked, cached: boolean, { exercised, mismatches }: Findings): void {
  const { condition, fpd } = blocked;
  if (condition === undefined) return;
  const broken =
    fpd[0] === undefined
      ? blameMissingRecord(condition.id, cached)
      : ({ rule: recordRule(blocked, cached), aspect: 'record' } as const);
  exercised.add(broken.rule);
  mismatches.push({ ...broken, expected: `a record of ${hex(condition.code)}`, observed: NO_RECORD });
}

/** The rule by which `blocked` is recorded or not. */
function recordRule({ recorded, fpd }: Blocked, cached: boolean): string {
  if (fpd[0] === undefined) return cached ? 'translation.record.cached' : 'translation.record.made';
  return recorded ? 'translation.record.unqualified' : `translation.fpd.${fpd[0]}`;
}

type Value = number | bigint | string | boolean | undefined;

/** What a record should say and says, under the rule that decides it; undefined: not known. */
type Compare = (rule: string, expected: Value, observed: Value) => void;

function compareRecord(
  { profile }: Ground,
  { address, sourceId, op, kind, pasid, privileged }: Request,
  record: FaultRecord,
  code: number | undefined,
  compare: Compare,
): void {
  const { narrow, wide } = recordedWidths(profile);
  const page = (mask: bigint): bigint | undefined => record.address && record.address & mask;
  compare('translation.record.code', code, record.code);
  compare('translation.record.source-id', sourceId, record.sourceId);
  compare('translation.record.address', address & bits(narrow - 1, 12), page(bits(narrow - 1, 0)));
  compare('translation.record.address-above-width', 0n, page(bits(63, wide)));
  compare('translation.record.operation', recordedOperation(op, kind), record.op);
  const presence = pasid === undefined ? 'translation.record.no-pasid' : 'translation.record.pasid-present';
  compare(presence, pasid !== undefined, record.pasidPresent);
  if (pasid === undefined || record.pasidPresent === false) return;
  compare('translation.record.pasid', pasid, record.pasid);
  compare('translation.record.privileged', privileged === true, record.privileged);
}

function show(value: NonNullable<Value>): string {
  return typeof value === 'number' || typeof value === 'bigint' ? hex(value) : String(value);
}
