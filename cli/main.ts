#!/usr/bin/env node
/**
 * The command `iommu-conformance`. Without arguments it does the main job. Whatever goes wrong is one
 * sentence on stderr and an exit status; a stack trace would mean a bug of ours. Node keeps what it made
 * of the sources (types stripped, code compiled): the second start takes half the time.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { CommanderError } = await import('commander');
const { printable } = await import('../adapters/process/printable.ts');
const { CommandError, exitStatus } = await import('./exit.ts');
const { program } = await import('./program.ts');

// Who reads along may leave early, as `head` does: results still go to their files, and the status stays.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const given = process.argv.slice(2);
try {
  await program().parseAsync(given.length > 0 ? given : ['conformance'], { from: 'user' });
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
