/**
 * What decides where the architecture leaves a choice: numbers that depend on the case alone, so that the same case
 * is always answered alike, and another one perhaps not.
 */
export interface Choices {
  /** One of `options`, of which there is at least one. */
  readonly one: <T>(options: readonly T[]) => T;
  readonly may: () => boolean;
}

/** Choices for a case that `numbers` tell from others. */
export function choicesFor(numbers: Iterable<bigint>): Choices {
  let state = 0x9e37_79b9;
  const stir = (value: number) => {
    state = Math.imul(state ^ value ^ (state >>> 15), 0x85eb_ca6b) >>> 0;
    state = (state ^ (state >>> 13)) >>> 0;
    return state;
  };
  for (const number of numbers) {
    stir(Number(number & 0xffff_ffffn));
    stir(Number((number >> 32n) & 0xffff_ffffn));
  }
  return {
    one: (options) => {
      const [first, ...others] = options;
      if (first === undefined) throw new RangeError('nothing to choose from');
      return others.length === 0 ? first : (options[stir(options.length) % options.length] ?? first);
    },
    may: () => (stir(2) & 0x100) !== 0,
  };
}
