/** A format as the writer sees it: quanta, the place of the valid bit, used and safe bits. */
import { bits, extract } from '../../spec/bits.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import type { EntrySyncFormat, SyntheticLayout } from '../../spec/schema.ts';
import { writerFormats } from '../../spec/writer-formats.ts';
import { safeBits, usedBits, type Words } from './used-bits.ts';

export interface Writable {
  readonly words: number;
  /** What one store replaces: for each quantum the indices of its words. */
  readonly quanta: readonly (readonly number[])[];
  /** Index of the quantum that holds the valid bit. */
  readonly validQuantum: number;
  used(entry: Words): bigint[];
  safe(current: Words, target: Words): bigint[];
}

/** Throws RangeError when a synthetic format comes without a layout. */
export function writableFormat(format: EntrySyncFormat, layout: SyntheticLayout | undefined): Writable {
  if (format !== 'synthetic') return known[format];
  if (layout === undefined) throw new RangeError('layout: missing, format synthetic needs one');
  return synthetic(layout);
}

type Known = Exclude<EntrySyncFormat, 'synthetic'>;
const known: Readonly<Record<Known, Writable>> = {
  'vtd-pasid': knownFormat('vtd-pasid'),
  'smmu-ste': knownFormat('smmu-ste'),
  'smmu-cd': knownFormat('smmu-cd'),
  'amd-dte': knownFormat('amd-dte'),
};

function knownFormat(format: Known): Writable {
  const { knowledge, quantumWords } = writerFormats[format];
  const { layout, reviewed, valid, safe } = knowledge;
  return {
    words: layout.words,
    quanta: quantaOf(layout.words, quantumWords),
    validQuantum: Math.floor(fieldOf(layout, valid).word / quantumWords),
    used: (entry) => usedBits(reviewed, entry),
    safe: (current, target) => safeBits(layout, safe, current, target),
  };
}

function quantaOf(words: number, quantumWords: number): number[][] {
  return Array.from({ length: words / quantumWords }, (_, quantum) =>
    Array.from({ length: quantumWords }, (_, index) => quantum * quantumWords + index),
  );
}

/** The valid bit always; when it is set the mode field, and the mask that the mode stands for. */
function synthetic({ quantumWords, quanta, valid, mode, modes, safe }: SyntheticLayout): Writable {
  const words = quanta * quantumWords;
  const nothing = Array.from({ length: words }, () => 0n);
  const modeHigh = mode.low + mode.width - 1;
  const used = (entry: Words): bigint[] => {
    const control = entry[valid.word] ?? 0n;
    if (extract(control, valid.bit, valid.bit) === 0n) {
      return nothing.with(valid.word, bits(valid.bit, valid.bit));
    }
    const masks = modes[Number(extract(control, modeHigh, mode.low))] ?? nothing;
    const always = bits(valid.bit, valid.bit) | bits(modeHigh, mode.low);
    return nothing.map((_, word) => (masks[word] ?? 0n) | (word === valid.word ? always : 0n));
  };
  return {
    words,
    quanta: quantaOf(words, quantumWords),
    validQuantum: Math.floor(valid.word / quantumWords),
    used,
    safe: () => [...safe],
  };
}
