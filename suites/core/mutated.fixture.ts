/** Wrong answers by the dozen: a right one in which one thing is another, as JSON. */
import * as v from 'valibot';
import { ALL_64 } from '../../spec/bits.ts';
import { toJson } from '../../spec/json.ts';
import { type Area, type Observation, observationSchemas } from '../../spec/schema.ts';

type Place = readonly (string | number)[];

const otherNames: readonly (readonly string[])[] = [
  ['translated', 'blocked', 'queued', 'unobserved'],
  ['done', 'refused', 'stopped'],
  ['UR', 'CA', 'invalid-request', 'drop'],
  ['read', 'write', 'atomic', 'page-request'],
  ['invalidate-pasid-cache', 'cfgi-ste', 'cfgi-cd', 'flush-dte', 'flush-entry', 'wait', 'invalidate-iotlb'],
];

/**
 * `observation` changed at one place that `random` picks, still well-formed; undefined when what was picked
 * can't be changed so.
 */
export function mutated(area: Area, observation: Observation, random: () => number): Observation | undefined {
  const copy: unknown = JSON.parse(toJson(observation));
  const places = placesOf(copy);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const place = pick(places);
  const parsed = v.safeParse(observationSchemas[area], changedAt(copy, place, pick));
  return parsed.success && toJson(parsed.output) !== toJson(observation) ? parsed.output : undefined;
}

/** Of every value but the top one. */
function placesOf(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return place.length === 0 ? [] : [place];
  const inner = Object.entries(value).flatMap(([name, one]) =>
    placesOf(one, [...place, Array.isArray(value) ? Number(name) : name]),
  );
  return place.length === 0 ? inner : [place, ...inner];
}

function changedAt(value: unknown, [first, ...rest]: Place, pick: <T>(from: readonly T[]) => T): unknown {
  if (first === undefined) return otherThan(value, pick);
  if (Array.isArray(value)) {
    const at = Number(first);
    if (rest.length > 0) return value.with(at, changedAt(value[at], rest, pick));
    return pick([
      () => value.toSpliced(at, 1),
      () => value.toSpliced(at, 0, value[at]),
      () => value.toSpliced(Math.max(at - 1, 0), 2, value[at], value[Math.max(at - 1, 0)]),
      () => value.with(at, otherThan(value[at], pick)),
    ])();
  }
  const { [first]: inner, ...others } = value as Record<string, unknown>;
  // Left out now and then: what is not told is not judged.
  if (rest.length === 0 && pick([false, false, true])) return others;
  return { ...others, [first]: changedAt(inner, rest, pick) };
}

function otherThan(value: unknown, pick: <T>(from: readonly T[]) => T): unknown {
  if (typeof value === 'boolean') return !value;
  if (value === null) return pick([0x10, {}, { code: 0x10 }]);
  if (typeof value === 'number') return pick([null, null, value + 1, value - 1, value ^ 0x10, 0]);
  if (typeof value !== 'string') return null;
  if (!value.startsWith('0x')) return pick(otherNames.find((names) => names.includes(value)) ?? [value]);
  const bit = pick([...Array(64).keys()]);
  const other = pick([BigInt(value) ^ (1n << BigInt(bit)), BigInt(value) ^ ALL_64, ALL_64, 0n]);
  return `0x${other.toString(16)}`;
}
