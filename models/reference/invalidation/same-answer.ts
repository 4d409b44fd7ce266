/** Whether two alternatives can't be told apart by what is observed of them. */
import type { Alternative, Completion } from '../alternative.ts';

export function isSameAnswer(one: Alternative, other: Alternative): boolean {
  if (one.outcome === 'blocked' && other.outcome === 'blocked') {
    return (
      one.condition === other.condition &&
      one.rule === other.rule &&
      one.status === other.status &&
      one.recorded === other.recorded
    );
  }
  if (one.outcome === 'translated' && other.outcome === 'translated') {
    return (
      one.address === other.address &&
      one.pageBits === other.pageBits &&
      one.read === other.read &&
      one.write === other.write &&
      one.mayRecord === other.mayRecord &&
      isSameCompletion(one.completion, other.completion)
    );
  }
  return one.outcome === other.outcome;
}

function isSameCompletion(one: Completion | undefined, other: Completion | undefined): boolean {
  return (
    one?.user === other?.user &&
    one?.privileged === other?.privileged &&
    one?.nonSnooped === other?.nonSnooped
  );
}
