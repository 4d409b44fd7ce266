/** A command of an SMMU queue in one line: its name and its fields. */
import { bits, extract } from './bits.ts';
import { shortHex } from './hex.ts';
import type { Field } from './layouts/layout.ts';
import { smmuCommands } from './layouts/smmu-commands.ts';

/** Told even where they are 0. */
const identities: readonly string[] = ['StreamID', 'VMID'];
/** Wider fields are told in hexadecimal. */
const WIDEST_DECIMAL = 6;

/** Of an opcode that is not known the words too, the high one first. */
export function smmuCommandLine(words: readonly bigint[]): string {
  const [low = 0n, high = 0n] = words;
  const opcode = low & 0xffn;
  const known = smmuCommands.get(Number(opcode));
  if (known === undefined) return `opcode ${shortHex(opcode)} (${shortHex(high)}:${shortHex(low)})`;
  const fields = known.layout.fields.filter(({ name }) => name !== 'Opcode');
  return [known.name, ...fields.flatMap((field) => fieldText(field, words[field.word] ?? 0n))].join(' ');
}

function fieldText({ name, kind, high, low }: Field, word: bigint): readonly string[] {
  const value = extract(word, high, low);
  if (value === 0n && !identities.includes(name)) return [];
  if (kind === 'reserved') return [`reserved bits ${shortHex(word & bits(high, low))}`];
  // An address keeps its place in the word.
  if (name.endsWith('Address')) return [`${name} ${shortHex(word & bits(high, low))}`];
  return [`${name} ${high - low < WIDEST_DECIMAL ? value : shortHex(value)}`];
}
