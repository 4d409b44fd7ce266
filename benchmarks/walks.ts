/**
 * Walks alone, of both models: the same tables in the same memory, the same addresses, and no answer made of what is
 * found. The whole cases of `translation` and `page-walk` cost both models drawing tables into memory and answers too.
 */
import type { Bench } from 'tinybench';
import { GuestMemory } from '../models/memory.ts';
import { page } from '../models/optimized/paging.ts';
import { type FirstStage, walkFirstStage } from '../models/reference/first-stage.ts';
import { Flags } from '../models/reference/flags.ts';
import { Lookups } from '../models/reference/lookups.ts';
import { accessOf } from '../models/reference/request.ts';
import { type SecondStage, translateSecondStage } from '../models/reference/second-stage.ts';
import { finalPurpose } from '../models/reference/second-stage-purpose.ts';
import { answerFirstStage } from '../models/reference/stages.ts';
import { unitOf } from '../models/reference/unit.ts';
import type { Walk } from '../models/reference/walk.ts';
import type { Request } from '../spec/schema.ts';
import type { Unit } from './figures.ts';
import { drawInputs, type NativeInputs } from './native/inputs.ts';
import { nativePaths } from './native/paths.ts';

const LEVELS = 4;
const kinds = ['second-stage walk', 'first-stage walk', 'nested walk'] as const;
type Kind = (typeof kinds)[number];

/**
 * Adds a task a model for each kind of walk, whose tables lie in the memory of the optimized model until they are done.
 * Throws when the two come to different pages.
 */
export function addWalks(bench: Bench, units: Map<string, Unit>): undefined {
  const inputs = drawInputs();
  const addresses = inputs.addresses.flat();
  const paths = nativePaths(inputs);
  for (const kind of kinds) {
    const path = paths.find(({ name }) => name === kind);
    if (path === undefined) throw new RangeError(`there is no path ${kind}`);
    const walk = referenceWalk(inputs, kind);
    path.pass(0);
    const last = (BigInt(page.high) << 32n) | BigInt(page.low);
    if (walk(addresses.at(-1) ?? 0n) !== last) throw new RangeError(`${kind}: the models find other pages`);
    const add = (model: string, round: () => void) => {
      units.set(`${kind}: ${model}`, { perRound: addresses.length });
      bench.add(`${kind}: ${model}`, round);
    };
    add('reference', () => {
      for (const address of addresses) walk(address);
    });
    add('optimized', () => void path.pass(0));
  }
}

/** The walk of the reference model over the tables of `inputs`: the address that an input address leads to. */
function referenceWalk(inputs: NativeInputs, kind: Kind): (address: bigint) => bigint | undefined {
  const memory = new GuestMemory();
  memory.reset(inputs.profile.backed, inputs.memory);
  const second = (top: bigint): SecondStage => ({
    ...{ mode: 'scalable', top, levels: LEVELS, memoryTypes: false, accessedDirty: false, snooped: true },
  });
  const first: FirstStage = {
    ...{ top: kind === 'nested walk' ? inputs.nestedStage : inputs.firstStage, levels: LEVELS },
    ...{ extendedAccessed: false, writeProtect: false, privileged: false, snooped: true },
    nested: kind === 'nested walk' ? second(inputs.nestingStage) : undefined,
  };
  const alone = second(inputs.secondStage);
  const unit = unitOf(inputs.profile);
  const walkTo = (address: bigint): Walk => {
    const request: Request = { sourceId: 0, address, op: 'read' };
    const traces = { accessed: new Map(), unsure: false };
    return {
      ...{
        unit,
        memory,
        request,
        column: 'untranslated',
        flags: new Flags(),
        traces,
        history: new Lookups(),
      },
      ...{ tags: undefined, fpd: [], observe: undefined, reader: undefined },
    };
  };
  return (address) => {
    const walk = walkTo(address);
    const access = accessOf(walk.request, unit);
    if (kind === 'second-stage walk')
      return translateSecondStage(walk, alone, address, finalPurpose(alone, access)).page?.address;
    if (kind === 'first-stage walk') return walkFirstStage(walk, first, access).page?.address;
    const [answer] = answerFirstStage(walk, first, false);
    return answer?.outcome === 'translated' ? answer.address : undefined;
  };
}
