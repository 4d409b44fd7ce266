/**
 * What people and tools write in front of the lines of a dump: marks of a quotation, names of files, times, numbers
 * of lines. A row may begin like one of them (`02:03.0` after `grep -r`), so each is taken away only when the line
 * says nothing with it.
 */

/** In the order in which they stand. */
const fronts: readonly RegExp[] = [
  // A quotation, a table, lines that a patch adds.
  /^(?:[>|+] ?)+/,
  // `grep -r`, `grep -rn`.
  /^(?:\S*\/)?(?:iommu_regset|dmar_perf_latency|\w+_translation_struct|invalidation_queue)[:-]/,
  // `dmesg`, `dmesg -T`, `ts`, a journal, a console.
  /^\[\s*\d+\.\d+\]\s?/,
  /^\[?(?:\w{3} )?\w{3}\s+\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4}\])? /,
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]? /,
  // The host and the program that a journal names.
  /^\S+ \S+\[\d+\]: /,
  // `cat -n`, `grep -n`, `less -N`.
  /^\s*\d+[:\t -]/,
];

/** The line, then with one thing less in front of it after another. */
export function* withoutFronts(line: string): Generator<string> {
  yield line;
  let rest = line;
  for (const front of fronts) {
    const shorter = rest.replace(front, '');
    if (shorter === rest) continue;
    rest = shorter;
    yield rest;
  }
}
