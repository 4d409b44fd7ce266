/** Values of command-line options, each parsed or refused in one sentence. */
import { type Area, areas } from '../spec/names.ts';
import { wrongUse } from './exit.ts';

/** A whole number of at least `least`. */
export function count(option: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw wrongUse(
      `${option} ${text}: expected a whole number of at least ${least}${value > Number.MAX_SAFE_INTEGER ? ' and at most 2^53 - 1' : ''}`,
    );
  };
}

/** From there on nothing new is reached, and only time goes by. */
const MOST_ACTIONS = 8;

/** Actions between two others: 0 to 8. */
export function actions(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MOST_ACTIONS) return Number(text);
  throw wrongUse(`--exhaustive ${text}: expected a whole number from 0 to ${MOST_ACTIONS}`);
}

const millisecondsPer = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `60s`, `500ms`, `5m`, `1h`; in milliseconds. */
export function duration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const value = Number(digits) * (millisecondsPer[unit as keyof typeof millisecondsPer] ?? 0);
  if (value > 0 && Number.isSafeInteger(value)) return value;
  throw wrongUse(`--time ${text}: expected a time such as 500ms, 60s, 5m or 1h`);
}

/** `entry,translation`. */
export function areaList(text: string): readonly Area[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !areas.includes(name as Area));
  if (unknown !== undefined) throw wrongUse(`unknown area "${unknown}": expected ${areas.join(', ')}`);
  return areas.filter((area) => names.includes(area));
}

export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** `2/3`: the second of three parts. */
export function shard(text: string): Shard {
  const [, index = '', parts = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const parsed = { index: Number(index), count: Number(parts) };
  if (parsed.index >= 1 && parsed.index <= parsed.count) return parsed;
  throw wrongUse(`--shard ${text}: expected I/N with I from 1 to N, such as 1/2`);
}

/** Any string but the empty one. */
export function seed(text: string): string {
  if (text.trim() !== '') return text;
  throw wrongUse('--seed: an empty seed');
}

/** Collects an option that may be given several times. */
export function collect(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text];
}
