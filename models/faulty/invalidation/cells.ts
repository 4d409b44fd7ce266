/** Rules of the match tables (VT-d 6.5.2), by the line and the column that they stand in. */
export const cell = (...cells: readonly string[]): string[] =>
  cells.map((rule) => `invalidation.match.${rule}`);
