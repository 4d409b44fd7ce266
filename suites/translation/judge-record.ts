/** Judges whether a blocked request left a fault record, and what the record says (7.2.1, 11.4.7.6). */
import type { Blocked } from '../../models/reference/alternative.ts';
import { recordedOperation, recordedWidths } from '../../models/reference/record.ts';
import { bits } from '../../spec/bits.ts';
import type { FaultRecord, Request, RequestResult, TranslationCase } from '../../spec/schema.ts';
import { hex } from './describe.ts';
import type { Findings } from './judge.ts';

/** `allowed` are the alternatives that the code of `result` leaves. */
export function judgeRecord(
  testCase: TranslationCase,
  request: Request,
  allowed: readonly Blocked[],
  result: Extract<RequestResult, { outcome: 'blocked' }>,
  { exercised, mismatches }: Findings,
): void {
  const { record } = result;
  const [first] = allowed;
  // A block that goes by no condition may be recorded under any code, or not.
  if (record === undefined || first === undefined || first.condition === undefined) return;
  const rule = recordRule(first);
  if (allowed.every(({ recorded }) => recorded === first.recorded)) {
    exercised.add(rule);
    const made = record !== null;
    if (first.recorded !== made) {
      mismatches.push({ rule, aspect: 'record', expected: told(first.recorded), observed: told(made) });
      return;
    }
  }
  if (record === null) return;
  for (const { id, expected, observed } of comparisons(testCase, request, record, result.code)) {
    if (expected === undefined || observed === undefined) continue;
    const named = `translation.record.${id}`;
    exercised.add(named);
    if (expected !== observed) {
      mismatches.push({ rule: named, aspect: 'record', expected: show(expected), observed: show(observed) });
    }
  }
}

const told = (recorded: boolean): string => (recorded ? 'a record' : 'no record');

/** The rule by which `blocked` is recorded or not. */
function recordRule({ recorded, fpd }: Blocked): string {
  if (fpd[0] === undefined) return 'translation.record.made';
  return recorded ? 'translation.record.unqualified' : `translation.fpd.${fpd[0]}`;
}

type Value = number | bigint | string | boolean | undefined;

interface Comparison {
  readonly id: string;
  readonly expected: Value;
  readonly observed: Value;
}

function comparisons(
  { profile }: TranslationCase,
  { address, sourceId, op, kind, pasid, privileged }: Request,
  record: FaultRecord,
  code: number | undefined,
): readonly Comparison[] {
  const { narrow, wide } = recordedWidths(profile);
  const page = (mask: bigint): bigint | undefined => record.address && record.address & mask;
  const below = bits(narrow - 1, 12);
  return [
    { id: 'code', expected: code, observed: record.code },
    { id: 'source-id', expected: sourceId, observed: record.sourceId },
    { id: 'address', expected: address & below, observed: page(below) },
    { id: 'address-above-width', expected: 0n, observed: page(bits(63, wide)) },
    { id: 'operation', expected: recordedOperation(op, kind), observed: record.op },
    {
      id: pasid === undefined ? 'no-pasid' : 'pasid-present',
      expected: pasid !== undefined,
      observed: record.pasidPresent,
    },
    ...(pasid === undefined || record.pasidPresent === false
      ? []
      : [
          { id: 'pasid', expected: pasid, observed: record.pasid },
          { id: 'privileged', expected: privileged === true, observed: record.privileged },
        ]),
  ];
}

function show(value: NonNullable<Value>): string {
  return typeof value === 'number' || typeof value === 'bigint' ? hex(value) : String(value);
}
