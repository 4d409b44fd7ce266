/** Judges whether a blocked request left a fault record, and what the record says (7.2.1, 11.4.7.6). */
import type { Blocked } from '../../models/reference/alternative.ts';
import { recordedWidths } from '../../models/reference/translation.ts';
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
  const { record, code } = result;
  const [first] = allowed;
  if (record === undefined || first === undefined) return;
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
  for (const { id, expected, observed } of comparisons(testCase, request, record, code)) {
    if (expected === undefined || observed === undefined) continue;
    exercised.add(id);
    if (expected !== observed) mismatches.push({ rule: id, aspect: 'record', expected, observed });
  }
}

const told = (recorded: boolean): string => (recorded ? 'a record' : 'no record');

/** The rule by which `blocked` is recorded or not. */
function recordRule({ recorded, fpd }: Blocked): string {
  if (fpd[0] === undefined) return 'translation.record.made';
  return recorded ? 'translation.record.unqualified' : `translation.fpd.${fpd[0]}`;
}

interface Comparison {
  readonly id: string;
  readonly expected: string | undefined;
  readonly observed: string | undefined;
}

function comparisons(
  testCase: TranslationCase,
  request: Request,
  record: FaultRecord,
  code: number | undefined,
): readonly Comparison[] {
  const { narrow, wide } = recordedWidths(testCase.profile);
  const compare = <T>(
    id: string,
    expected: T | undefined,
    observed: T | undefined,
    show: (value: T) => string,
  ) => ({
    id: `translation.record.${id}`,
    expected: expected === undefined ? undefined : show(expected),
    observed: observed === undefined ? undefined : show(observed),
  });
  const bitsOf = (mask: bigint): bigint | undefined =>
    record.address === undefined ? undefined : record.address & mask;
  return [
    compare('code', code, record.code, hex),
    compare('source-id', request.sourceId, record.sourceId, hex),
    compare('address', request.address & bits(narrow - 1, 12), bitsOf(bits(narrow - 1, 0)), hex),
    compare('address-above-width', 0n, bitsOf(bits(63, wide)), hex),
    compare('operation', request.op, record.op, String),
    compare('no-pasid', false, record.pasidPresent, String),
  ];
}
