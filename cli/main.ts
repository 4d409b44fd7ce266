#!/usr/bin/env node
/**
 * The command `iommu-conformance`. Without arguments it does the main job. Node keeps what it made of the
 * sources (types stripped, code compiled; from source by compile-cache.js): the second start takes half the time.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runCommand } = await import('./run-command.ts');

// Who reads along may leave early, as `head` does: results still go to their files, and the status stays.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
await runCommand(process.argv.slice(2));
