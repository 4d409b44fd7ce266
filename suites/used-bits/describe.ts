/** Masks in words of the field: `DID, FSPTPTR 51:12`. */
import type { UsedBitsFormat } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';

/** The fields that `halves` (16 halves of mask) touches; what lies outside of fields as word and bits. */
export function describeBits(format: UsedBitsFormat, halves: Uint32Array): string {
  const words = new BigUint64Array(halves.buffer, halves.byteOffset, halves.length / 2);
  const parts: string[] = [];
  for (const { name, kind, word, high, low } of usedBitsKnowledge[format].layout.fields) {
    const width = high - low + 1;
    const held = (words[word]! >> BigInt(low)) & ((1n << BigInt(width)) - 1n);
    if (held === 0n) continue;
    const named = kind === 'reserved' || kind === 'ignored' ? `${kind} word ${word}` : name;
    const whole = held === (1n << BigInt(width)) - 1n;
    parts.push(whole ? named : `${named} (mask 0x${(held << BigInt(low)).toString(16)})`);
  }
  return parts.join(', ');
}
