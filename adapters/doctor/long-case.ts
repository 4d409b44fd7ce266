/** A case that takes a long line and means the same: zeros where memory is zero anyway, or a long profile. */
import type { Case, MemoryRun } from '../../spec/schema.ts';

const PAGE = 4096n;
const WORDS_A_PAGE = 512;
/** Some 900 KiB of zeros. */
const PAGES = 300;

/** Undefined where no legal case of this kind is long. */
export function longCase(testCase: Case, isAnyProfile: boolean): Case | undefined {
  if ('memory' in testCase) {
    return { ...testCase, memory: [...testCase.memory, ...zeros(testCase)] };
  }
  return isAnyProfile ? { ...testCase, profile: { ...testCase.profile, backed: manyRanges() } } : undefined;
}

/** Pages of zeros at the upper end of backed memory that the case does not name. */
function zeros({ memory, profile }: Extract<Case, { memory: unknown }>): readonly MemoryRun[] {
  const named = new Set(memory.flatMap(pagesOf));
  const runs: MemoryRun[] = [];
  for (const { start, end } of profile.backed.toReversed()) {
    for (let page = end / PAGE - 1n; page * PAGE >= start && runs.length < PAGES; page--) {
      if (named.has(page)) continue;
      runs.push({ address: page * PAGE, words: Array.from({ length: WORDS_A_PAGE }, () => 0n) });
    }
  }
  return runs;
}

function pagesOf({ address, words }: MemoryRun): readonly bigint[] {
  const last = (address + 8n * BigInt(words.length) - 1n) / PAGE;
  return Array.from(
    { length: Number(last - address / PAGE) + 1 },
    (_, index) => address / PAGE + BigInt(index),
  );
}

/** As many ranges as a profile may have, over the lowest gigabyte. */
function manyRanges(): Case['profile']['backed'] {
  const size = 0x100_0000n;
  return Array.from({ length: 64 }, (_, index) => ({
    start: BigInt(index) * size,
    end: BigInt(index + 1) * size,
  }));
}
