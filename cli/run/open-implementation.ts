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
    const status =
      error instanceof OpenError && error.kind !== 'start'
        ? exitStatus.wrongUse
        : exitStatus.implementationFailed;
    throw new CommandError(status, messageOf(error));
  }
}
