/** Observed memory as it is while no case owns it. Made once: it takes longer than to write it to a machine. */
import { HIGH_RAM, markers, OBSERVED } from './layout.ts';

/** Each range with its block, where it begins there in bytes, and its words. */
export const markedMemory = OBSERVED.map(({ start, end }) => {
  const isHigh = start >= HIGH_RAM.start;
  return {
    start,
    block: isHigh ? 'high' : 'low',
    offset: Number(isHigh ? start - HIGH_RAM.start : start),
    image: markers(start, Number(end - start)),
  } as const;
});
