/** Opens what `--impl` names, or says in one sentence and by the exit status why not. */
import { openImplementation } from '../../adapters/open.ts';
import { messageOf, OpenError } from '../../adapters/open-error.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { CommandError, exitStatus } from '../exit.ts';

export async function opened(
  impl: string,
  qemuArgs: readonly string[],
  vectors?: string,
): Promise<Implementation> {
  try {
    return await openImplementation(impl, { qemuArgs, ...(vectors === undefined ? {} : { vectors }) });
  } catch (error) {
    throw notOpened(error);
  }
}

/** What was asked for makes no sense, or what it names does not start. */
export function notOpened(thrown: unknown): CommandError {
  const isWrongUse = thrown instanceof OpenError && thrown.kind !== 'start';
  return new CommandError(
    isWrongUse ? exitStatus.wrongUse : exitStatus.implementationFailed,
    messageOf(thrown),
  );
}
