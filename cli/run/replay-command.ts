/** The command that shows a saved finding again. */
import { ownCommand } from './shell-command.ts';

export function replayCommand(file: string, impl: string, qemuArgs: readonly string[]): string {
  return ownCommand(
    'replay',
    file,
    ...(impl === 'optimized' ? [] : ['--impl', impl]),
    ...qemuArgs.flatMap((argument) => ['--qemu-arg', argument]),
  );
}
