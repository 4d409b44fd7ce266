/**
 * Which rules a successful first-stage walk shows: its page size, and that bits which hardware does not look
 * at were set on the way and did no harm (9.7).
 */
import { bit, bits } from '../../spec/bits.ts';

const pageRules: Readonly<Record<number, string>> = {
  1: 'translation.first-stage.4k',
  2: 'translation.first-stage.2m',
  3: 'translation.first-stage.1g',
};

const EXECUTE_DISABLE = bit(63);
const SOFTWARE = bits(62, 52) | bit(11) | bits(9, 8);

/**
 * The rules that a walk shows whose page is at `level`, the most particular first. `ignored` are the bits set on
 * the way that hardware does not look at.
 */
export function firstStageRules(ignored: bigint, level: number): readonly string[] {
  const page = pageRules[level];
  if (page === undefined) throw new RangeError(`no page at level ${level}`);
  return [
    ...((ignored & EXECUTE_DISABLE) !== 0n ? ['translation.ignored.execute-disable'] : []),
    ...((ignored & SOFTWARE) !== 0n ? ['translation.ignored.first-stage-software'] : []),
    page,
  ];
}
