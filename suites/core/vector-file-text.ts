/** The text of a vector file: a line a vector, so that it can be cut, searched and compared by lines. */
import { ruleOf } from '../../spec/catalogue.ts';
import { toJson } from '../../spec/json.ts';
import type { VectorFile } from '../../spec/vector-file.ts';
import { VECTOR_FILE_VERSION } from '../../spec/vector-file.ts';
import type { AreaSuite } from './area-suite.ts';
import type { DrawnVector } from './vectors.ts';

export type RuleCount = VectorFile['rules'][number];

/** The rules that a case can reach, and those of other areas that decide one here, with their vectors. */
export function rulesOf({ rules }: AreaSuite, vectors: readonly DrawnVector[]): readonly RuleCount[] {
  const own = rules.filter(({ unreachable }) => unreachable === undefined).map(({ id }) => id);
  const ids = new Set([...own, ...vectors.flatMap((vector) => vector.rules).toSorted()]);
  return [...ids].flatMap((id) => {
    const rule = ruleOf(id);
    if (rule === undefined) return [];
    const { level, statement, clause } = rule;
    const decided = vectors.filter((vector) => vector.rules.includes(id)).length;
    return [{ id, level, statement, clause, vectors: decided }];
  });
}

export interface VectorFileParts {
  readonly suite: AreaSuite;
  readonly seed: string;
  readonly vectors: readonly DrawnVector[];
  readonly rules: readonly RuleCount[];
}

export function vectorFileText({ suite, seed, vectors, rules }: VectorFileParts): string {
  const formats = suite.formats?.();
  const lines = [
    `{"version":${VECTOR_FILE_VERSION},"area":"${suite.area}","seed":${toJson(seed)},"rules":[`,
    rules.map((rule) => toJson(rule)).join(',\n'),
    formats === undefined ? '],"vectors":[' : `],"formats":${toJson(formats)},"vectors":[`,
    vectors.map(vectorLine).join(',\n'),
    ']}',
  ];
  return `${lines.join('\n')}\n`;
}

function vectorLine({ id, rules, optional, testCase, allowed }: DrawnVector): string {
  return toJson({ id, rules, ...(optional ? { optional } : {}), case: testCase, allowed });
}
