/** The command that shows a saved finding again, as it is typed where this one was started. */
import { isSource } from '../package-root.ts';

export function replayCommand(file: string, impl: string, qemuArgs: readonly string[]): string {
  const start = isSource ? 'npm run conformance -- replay' : 'npx iommu-conformance replay';
  const options = [
    ...(impl === 'optimized' ? [] : ['--impl', impl]),
    ...qemuArgs.flatMap((argument) => ['--qemu-arg', argument]),
  ];
  return [start, file, ...options].map(quoted).join(' ');
}

/** Quotes for a POSIX shell where it needs them; the first part is a command of ours. */
function quoted(text: string, index: number): string {
  return index === 0 || /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
