#!/usr/bin/env node
/** The command `iommu-conformance`. Without arguments it does the main job. */
import './compile-cache.js';
import '../suites/core/own-imports.js';

// Imported when the lines above are done, so that all of it is kept, and found fast.
const { runCommand } = await import('./run-command.ts');

// Who reads along may leave early, as `head` does: results still go to their files, and the status stays.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
await runCommand(process.argv.slice(2));
