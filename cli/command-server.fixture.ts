/**
 * A process that does one command line after another, each sent as a message: as `main.ts` does it, but for the
 * start. Answers with the status and what was written.
 */
import '../suites/core/own-imports.js';

const { runCommand } = await import('./run-command.ts');

process.on('message', async (args: readonly string[]) => {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      return true;
    };
  }
  process.exitCode = 0;
  await runCommand(args);
  process.send?.({ status: process.exitCode, ...written });
});
