/** An alternative as the answer that an implementation would give. */
import { bits } from '../../spec/bits.ts';
import type { Profile, Request, RequestResult } from '../../spec/schema.ts';
import type { Alternative, Blocked, Translated } from './alternative.ts';
import { recordedWidths, recordOf } from './record.ts';

/** What is answered to `request`; the least that can be said when `answer` is undefined. */
export function resultOf(
  testCase: { readonly profile: Profile },
  request: Request,
  answer: Alternative | undefined,
): RequestResult {
  switch (answer?.outcome) {
    case undefined:
      return { outcome: 'unobserved' };
    case 'queued':
      return { outcome: 'queued' };
    case 'translated':
      return translatedResult(answer);
    case 'blocked':
      return blockedResult(testCase, request, answer);
  }
}

function translatedResult({ address, pageBits, read, write, completion }: Translated): RequestResult {
  const place = address === undefined ? {} : { address, pageBits };
  const rights = { ...(read === undefined ? {} : { read }), ...(write === undefined ? {} : { write }) };
  if (completion === undefined) return { outcome: 'translated', ...place, ...rights };
  const { user, privileged, nonSnooped } = completion;
  const snoop = nonSnooped === undefined ? {} : { nonSnooped };
  return { outcome: 'translated', ...place, ...rights, user, privileged, ...snoop, record: null };
}

function blockedResult(
  { profile }: { readonly profile: Profile },
  request: Request,
  answer: Blocked,
): RequestResult {
  const { condition, status, recorded } = answer;
  const answered = status === undefined ? {} : { status };
  if (condition === undefined) return { outcome: 'blocked', ...answered };
  const { code } = condition;
  const page = request.address & bits(recordedWidths(profile).narrow - 1, 12);
  const record = recorded ? recordOf(request, code, page) : null;
  return { outcome: 'blocked', ...answered, code, record };
}
