/** One command line, done: whatever goes wrong is one sentence on stderr; a stack trace would mean a bug of ours. */
import { CommanderError } from 'commander';
import { printable } from '../adapters/process/printable.ts';
import { CommandError, exitStatus } from './exit.ts';
import { program } from './program.ts';

/** Does what the arguments (without program name) say, and leaves the status in `process.exitCode`. */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args.length > 0 ? args : ['conformance'], { from: 'user' });
  } catch (error) {
    if (error instanceof CommandError) {
      // It may quote a file of a stranger.
      console.error(`error: ${printable(error.message)}`);
      process.exitCode = error.status;
    } else if (error instanceof CommanderError) {
      // Commander has written its sentence already; help and version are no errors.
      process.exitCode = error.exitCode === 0 ? exitStatus.conforms : exitStatus.wrongUse;
    } else {
      console.error(error);
      process.exitCode = exitStatus.implementationFailed;
    }
  }
}
