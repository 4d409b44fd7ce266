/** Calls of the hook and results of a walk in a few words. */
import type { WalkEvent, WalkOutcome } from '../../spec/schema.ts';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** `undefined`: there is no such call. */
export function describeEvent(event: WalkEvent | undefined): string {
  if (event === undefined) return 'no call';
  const span = `${hex(event.iova)} size ${hex(event.size)}`;
  if (event.event === 'unmap') return `unmap ${span}`;
  const rights = `${event.read ? 'r' : '-'}${event.write ? 'w' : '-'}`;
  return `map ${span} to ${hex(event.target)} ${rights}`;
}

export function describeResult(result: WalkOutcome): string {
  switch (result.outcome) {
    case 'done':
      return 'walked to the end';
    case 'refused':
      return result.code === undefined ? 'refused' : `refused with ${hex(result.code)}`;
    case 'stopped':
      return `stopped with error ${result.error}`;
  }
}
