/** What software asked the unit to invalidate in a part of a stream, as far as a wait or a register completed it. */

import { typeOf } from '../../models/reference/invalidation/descriptor.ts';
import { fieldsOf } from '../../models/reference/invalidation/descriptor-fields.ts';
import { invalidationOf } from '../../models/reference/invalidation/descriptor-invalidation.ts';
import type { Invalidation } from '../../models/reference/invalidation/effects.ts';
import { type Unit, unitOf } from '../../models/reference/invalidation/queue.ts';
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';

const CONTEXT_TYPE = 1;
const IOTLB_TYPE = 2;
const WAIT_TYPE = 5;
const GRANULARITY = 3n;

/** Of steps `from` to `to` - 1, in order; whether the unit took them is not looked at. */
export function invalidationsOf(
  { profile, steps }: InvalidationCase,
  from: number,
  to: number,
): readonly Invalidation[] {
  const unit = unitOf(profile);
  const done: Invalidation[] = [];
  let pending: Invalidation[] = [];
  for (const step of steps.slice(from, to)) {
    if (step.step === 'write') done.push(...commandOf(step).flatMap((words) => decode(unit, words)));
    if (step.step !== 'submit') continue;
    for (const words of step.descriptors) {
      if (typeOf(words[0] ?? 0n) !== WAIT_TYPE) pending.push(...decode(unit, words));
      else {
        done.push(...pending);
        pending = [];
      }
    }
  }
  return done;
}

type Write = Extract<StreamStep, { step: 'write' }>;

/** A command of CCMD or IOTLB as the descriptor that asks for the same granularity. */
function commandOf({ register, value }: Write): readonly (readonly bigint[])[] {
  if (value >> 63n === 0n) return [];
  if (register === 'CCMD') return [command(CONTEXT_TYPE, value >> 61n)];
  return register === 'IOTLB' ? [command(IOTLB_TYPE, value >> 60n)] : [];
}

const command = (type: number, granularity: bigint): readonly bigint[] => [
  BigInt(type) | ((granularity & GRANULARITY) << 4n),
  0n,
];

function decode(unit: Unit, words: readonly bigint[]): readonly Invalidation[] {
  const found = unit.formats.get(typeOf(words[0] ?? 0n));
  if (found === undefined || found.format.name === 'wait') return [];
  const get = fieldsOf(found, words);
  const { granularities, name } = found.format;
  if (granularities !== undefined && !granularities.includes(Number(get('G')))) return [];
  return [invalidationOf(name, get, unit)];
}
