/**
 * What has to be undone should this process end: emulators killed, folders removed. One listener for all of
 * it, because Node takes more than ten for a leak, and every machine has two.
 */
const undos = new Set<() => void>();

export function undoAtExit(undo: () => void): void {
  if (undos.size === 0) process.once('exit', undoAll);
  undos.add(undo);
}

/** `undo` was done, or is not needed any more. */
export function forgetAtExit(undo: () => void): void {
  undos.delete(undo);
  if (undos.size === 0) process.off('exit', undoAll);
}

function undoAll(): void {
  for (const undo of undos) undo();
}
