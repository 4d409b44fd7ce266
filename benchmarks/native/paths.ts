/** The hot paths of the optimized model, over the inputs that native.c has, with the same checksums. */
import { toHalves } from '../../models/halves.ts';
import { current, UNTRANSLATED } from '../../models/optimized/current-request.ts';
import { pasidFault } from '../../models/optimized/entry-faults.ts';
import { plan, planUpdate, QUANTUM_HALVES, SYNC } from '../../models/optimized/entry-plan.ts';
import { shapes } from '../../models/optimized/entry-sync.ts';
import { firstStage, walkFirstStage } from '../../models/optimized/first-stage.ts';
import { forgetNotes } from '../../models/optimized/flags.ts';
import { invalidationCapabilitiesOf } from '../../models/optimized/invalidation/capabilities.ts';
import { defaultConfiguration } from '../../models/optimized/invalidation/configuration.ts';
import { descriptorError } from '../../models/optimized/invalidation/descriptor-check.ts';
import { CachedEntries } from '../../models/optimized/invalidation/entry-caches.ts';
import { synchronizePasidEntries } from '../../models/optimized/invalidation/pasid-synchronization.ts';
import { page, READ } from '../../models/optimized/paging.ts';
import { useSecondStage, walkSecondStage } from '../../models/optimized/second-stage.ts';
import { scalableFault } from '../../models/optimized/stage-faults.ts';
import { memory } from '../../models/optimized/tables-memory.ts';
import { translationUnitOf } from '../../models/optimized/translation-unit.ts';
import { usedBits as usedBitsOf } from '../../models/optimized/used-bits.ts';
import { type NativeInputs, writerFormats } from './inputs.ts';

export interface NativePath {
  /** As native.c calls it. */
  readonly name: string;
  /** Operations of one pass. */
  readonly operations: number;
  /** Goes once through all inputs; the checksum so far and after them. */
  readonly pass: (sum: number) => number;
}

const HALVES = 16;
const LEVELS = 4;

const mix = (sum: number, low: number, high = 0): number => (Math.imul(sum, 31) + low + high) | 0;

/** The paths, with guest memory filled for them: nothing else may use it until they are done. */
export function nativePaths(inputs: NativeInputs): readonly NativePath[] {
  memory.reset(inputs.profile.backed, inputs.memory);
  const unit = translationUnitOf(inputs.profile);
  return [
    entryCheck(inputs),
    usedBits(inputs),
    entryPlan(inputs),
    secondStageWalk(inputs),
    firstStageWalk(inputs, 'first-stage walk', false),
    firstStageWalk(inputs, 'nested walk', true),
    descriptorDecode(inputs),
    synchronize(inputs),
  ];

  function entryCheck({ entries }: NativeInputs): NativePath {
    const halves = packed(entries);
    const pass = (sum: number) => {
      for (let at = 0; at < halves.length; at += HALVES) sum = mix(sum, pasidFault(unit.entries, halves, at));
      return sum;
    };
    return { name: 'PASID entry check', operations: entries.length, pass };
  }

  function secondStageWalk({ addresses, secondStage: top }: NativeInputs): NativePath {
    const halves = toHalves(addresses.flat());
    const pass = (sum: number) => {
      useSecondStage(unit, LEVELS, Number(top >> 32n), Number(top & 0xffff_ffffn), false, true);
      for (let at = 0; at < halves.length; at += 2) {
        const end = walkSecondStage(unit, memory, halves[at + 1] as number, halves[at] as number);
        sum = mix(sum, end === 0 ? 0 : scalableFault(end));
        sum = mix(sum, page.low | 0, page.high | 0);
      }
      return sum;
    };
    return { name: 'second-stage walk', operations: addresses.length, pass };
  }

  function firstStageWalk(inputs: NativeInputs, name: string, nested: boolean): NativePath {
    const top = nested ? inputs.nestedStage : inputs.firstStage;
    const nesting = inputs.nestingStage;
    const halves = toHalves(inputs.addresses.flat());
    const pass = (sum: number) => {
      useSecondStage(unit, LEVELS, Number(nesting >> 32n), Number(nesting & 0xffff_ffffn), false, true);
      Object.assign(current, { kind: UNTRANSLATED, rights: READ, anyRight: false, privileged: false });
      firstStage.levels = LEVELS;
      firstStage.topHigh = Number(top >> 32n);
      firstStage.topLow = Number(top & 0xffff_ffffn);
      firstStage.nested = nested;
      firstStage.protect = firstStage.extended = false;
      firstStage.snooped = true;
      for (let at = 0; at < halves.length; at += 2) {
        current.low = halves[at] as number;
        current.high = halves[at + 1] as number;
        forgetNotes();
        sum = mix(sum, walkFirstStage(unit, memory));
        sum = mix(sum, page.low | 0, page.high | 0);
      }
      return sum;
    };
    return { name, operations: inputs.addresses.length, pass };
  }
}

function usedBits(inputs: NativeInputs): NativePath {
  const formats = writerFormats.map((format) => ({
    used: usedBitsOf[format],
    halves: packed(inputs[format].used),
  }));
  const pass = (sum: number) => {
    for (const { used, halves } of formats) {
      for (let at = 0, index = 0; at < halves.length; at += HALVES, index++) {
        const word = used.rowOf(halves, at) + 2 * (index & 7);
        sum = mix(sum, used.masks[word] as number, used.masks[word + 1]);
      }
    }
    return sum;
  };
  return { name: 'used bits', operations: total(formats.map(({ halves }) => halves.length / HALVES)), pass };
}

function entryPlan(inputs: NativeInputs): NativePath {
  const formats = writerFormats.map((format) => ({
    shape: shapes[format],
    from: packed(inputs[format].from),
    to: packed(inputs[format].to),
  }));
  const pass = (sum: number) => {
    for (const { shape, from, to } of formats) {
      for (let at = 0; at < from.length; at += HALVES) {
        planUpdate(shape, from, at, to, at);
        for (let step = 0; step < plan.count; step++) {
          const quantum = plan.quanta[step] as number;
          if (quantum === SYNC) continue;
          const value = step * QUANTUM_HALVES;
          sum = mix(sum, quantum ^ (plan.values[value] as number), plan.values[value + 1]);
        }
        sum = mix(sum, plan.count);
      }
    }
    return sum;
  };
  return { name: 'entry-sync plan', operations: total(formats.map(({ to }) => to.length / HALVES)), pass };
}

function descriptorDecode({ profile, descriptors }: NativeInputs): NativePath {
  const { descriptors: rows } = invalidationCapabilitiesOf(profile);
  const halves = toHalves(descriptors.flat());
  const pass = (sum: number) => {
    for (let at = 0; at < halves.length; at += 8) {
      sum = mix(sum, descriptorError(rows, halves, at, false, true));
    }
    return sum;
  };
  return { name: 'descriptor decode', operations: descriptors.length, pass };
}

function synchronize({ profile, rtaddr, pasids, invalidations }: NativeInputs): NativePath {
  const unit = translationUnitOf(profile);
  const caches = { pasid: { sets: pasids.length, ways: 2 } };
  const entries = new CachedEntries({ ...defaultConfiguration, caches });
  for (const [sourceId, pasid] of pasids) {
    entries.known.add(Number(sourceId), Number(pasid));
  }
  const root = Number(rtaddr & ~0xfffn);
  synchronizePasidEntries(entries, entries.known, unit, 0, root);
  // C does not look for entries that it dropped before: what both do is compared.
  entries.known.reset();
  const asked = invalidations.map((words) => words.map(Number));
  const granularities = Int32Array.from(asked, ([granularity = 0]) => granularity);
  const dids = Int32Array.from(asked, ([, did = 0]) => did);
  const ids = Int32Array.from(asked, ([, , pasid = 0]) => pasid);
  const pass = (sum: number) => {
    for (let index = 0; index < granularities.length; index++) {
      const granularity = granularities[index];
      const did = granularity === 3 ? undefined : dids[index];
      const pasid = granularity === 1 ? ids[index] : undefined;
      synchronizePasidEntries(entries, entries.known, unit, 0, root, did, pasid);
      const held = entries.pasid.find(Number(pasids[index % 8]?.[0]), Number(pasids[index % 8]?.[1]), 0, 0);
      sum = mix(sum, entries.pasid.words[held + 4] as number, entries.pasid.words[held + 5]);
    }
    return sum;
  };
  return { name: 'PASID-cache synchronise', operations: invalidations.length, pass };
}

const packed = (entries: readonly (readonly bigint[])[]): Uint32Array => toHalves(entries.flat());
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
