/** Findings that probably have one cause, and the one of them that shows it best. */
import type { Finding } from '../spec/schema.ts';

export interface Cause {
  /** Its case is the one that all come to, if that was found by itself; else the first that was found. */
  readonly shown: Finding;
  readonly others: readonly Finding[];
}

/** In the order in which the first of each was found; who has no cause stands alone. */
export function byCause(findings: readonly Finding[]): readonly Cause[] {
  const groups = Map.groupBy(findings, ({ area, cause, id }) => `${area} ${cause ?? id}`);
  return [...groups.values()].flatMap((group): readonly Cause[] => {
    const [first] = group;
    const shown = group.find(({ id, cause }) => cause !== undefined && id.endsWith(`/${cause}`)) ?? first;
    return shown === undefined ? [] : [{ shown, others: group.filter((finding) => finding !== shown) }];
  });
}
