/** What to do about a failure, by what the adapters say of it. */
import type { ImplementationFailure } from '../../spec/implementation.ts';

const FLUSH = 'end each reply with a newline and flush it: fflush(stdout) in C, flush=True in Python';

/** The first pattern that fits counts. */
const advices: readonly (readonly [RegExp, string])[] = [
  [
    /cannot run/,
    'name the program as from this folder or by its full path; no shell looks at the command line',
  ],
  [/in the middle of the line/, 'write a whole line at once, and end with the last one written'],
  [/is not JSON|is no JSON object/, 'write nothing but replies to stdout; everything else goes to stderr'],
  [/has no id/, 'copy "id" of the request into the reply'],
  [/id that was not asked/, 'copy "id" of the request into the reply as it is, a number'],
  [/answered twice/, 'write one reply for each request'],
  [/longer than/, FLUSH],
  [/64-bit value/, 'write 64-bit values as strings such as "0x1f": a JSON number holds 53 bits'],
  [/there is no such field/, 'leave the field out: docs/contract.md lists the fields of each area'],
  [/bad observation/, 'see the area in docs/contract.md; what you can’t tell may be left out'],
  [/bad reply/, 'a reply has "id" and one of "observation", "skip" and "error", and nothing else'],
];

/**
 * `isUnrepeated`: no case brings it back when it is asked alone. What was written shows what is wrong all the
 * same: it may have come late, after the reply.
 */
export function adviceFor({ kind, message }: ImplementationFailure, isUnrepeated = false): string {
  if (isUnrepeated && kind !== 'protocol') {
    return 'no case does it again when it is asked alone: look at what is kept from one case to the next';
  }
  const found = advices.find(([pattern]) => pattern.test(message));
  if (found) return found[1];
  switch (kind) {
    case 'hang':
      return FLUSH;
    case 'crash':
      return 'ask the same case by hand, under a debugger: an exception or a signal is never an answer';
    case 'refusal':
      return 'answer "skip" for a case that it can’t be asked; "error" is for one that it should have answered';
    case 'protocol':
      return 'docs/contract.md describes the messages';
  }
}
