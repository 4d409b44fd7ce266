/** Streams and commands in words of the field. */
import type { Words } from '../../models/reference/smmu-nesting/command.ts';
import type { Stream } from '../../models/reference/smmu-nesting/stream-entry.ts';
import { shortHex } from '../../spec/hex.ts';

export function describeStream(stream: Stream | undefined): string {
  if (stream === undefined) return 'nothing attached';
  if (stream.is !== 'stage-1') return stream.is;
  return `stage 1 of STE ${describeWords(stream.ste)}`;
}

export function describeAny(allowed: readonly Stream[]): string {
  return [...new Set(allowed.map(describeStream))].join(' or ');
}

/** High word first. */
function describeWords(words: Words): string {
  return words.toReversed().map(shortHex).join(':');
}
