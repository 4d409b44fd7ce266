/** Where two answers to one case differ, as far as both say something: what one of them leaves out is no difference. */
import type { Aspect } from '../../spec/schema.ts';

export interface ShownDifference {
  /** Names of the members on the way to it, such as `results.0.record.code`. */
  readonly path: string;
  readonly aspect: Aspect;
}

/** The first difference of `one` and `other`; undefined when they agree. */
export function shownDifference(one: unknown, other: unknown): ShownDifference | undefined {
  const path = differingPath(one, other, []);
  return path && { path: path.join('.'), aspect: aspectOf(path) };
}

/** What `answer` says at `path`. */
export function saidAt(answer: unknown, path: string): unknown {
  let value = answer;
  for (const part of path.split('.')) value = (value as Readonly<Record<string, unknown>> | null)?.[part];
  return value;
}

function differingPath(one: unknown, other: unknown, path: readonly string[]): readonly string[] | undefined {
  if (!isObject(one) || !isObject(other)) return one === other ? undefined : path;
  if (isUnobserved(one) || isUnobserved(other)) return undefined;
  if (Array.isArray(one) && Array.isArray(other) && one.length !== other.length) return [...path, 'length'];
  // What kind of answer it is comes first: the other members depend on it.
  for (const key of ['outcome', ...Object.keys(one)]) {
    if (one[key] === undefined || other[key] === undefined) continue;
    const found = differingPath(one[key], other[key], [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isUnobserved({ outcome }: Readonly<Record<string, unknown>>): boolean {
  return outcome === 'unobserved';
}

const aspectsByName: Readonly<Record<string, Aspect>> = {
  fault: 'code',
  code: 'code',
  record: 'record',
  address: 'address',
  pageBits: 'address',
  iova: 'address',
  target: 'address',
  size: 'address',
  read: 'permission',
  write: 'permission',
  user: 'permission',
  privileged: 'permission',
  nonSnooped: 'permission',
  memory: 'memory',
  trace: 'order',
  length: 'count',
  skipped: 'count',
  entriesRead: 'count',
};

/** A name further out says more: whatever differs of a record is a matter of the record. */
function aspectOf(path: readonly string[]): Aspect {
  const name = path.find((part) => aspectsByName[part] !== undefined);
  return (name && aspectsByName[name]) || 'outcome';
}
