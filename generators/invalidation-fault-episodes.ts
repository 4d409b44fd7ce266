/**
 * Episodes about entries that are not present, on units that may cache them (CM, VT-d 6.1): met so by a request, put
 * in, and dropped by domain id 0, which they are cached under (6.2.2, 6.2.3).
 */
import type { Choices } from './choices.ts';
import {
  contextDevice,
  contextDomain,
  contextGlobal,
  iotlbGlobal,
  pasidDomain,
  pasidGlobal,
  pasidOne,
  type Selector,
} from './invalidation-descriptors.ts';
import { drawPlace } from './invalidation-place.ts';
import { probeExactly } from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place } from './invalidation-stage.ts';

const PRESENT = 1n;
const FAULTS = 0;

/** One entry is taken away, asked for, put in again, and dropped as a fault. */
export function faultEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const { legacy } = stage.ground;
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const { context, directory, entry } = place.route;
  const missing = legacy ? context : choices.one([entry, entry, directory]);
  if (missing === undefined) return;
  const word = stage.word(missing, 0);
  stage.store(stage.change(missing, 0, word & ~PRESENT));
  software.invalidate([legacy ? contextGlobal() : pasidGlobal(), iotlbGlobal()], true, choices);
  probeExactly(stage, place, choices);
  stage.store(stage.change(missing, 0, word | PRESENT));
  software.invalidate([ofFaults(place, legacy, choices)], true, choices);
  software.invalidate([iotlbGlobal()], true, choices);
  probeExactly(stage, place, choices);
}

function ofFaults({ route }: Place, legacy: boolean, choices: Choices): Selector {
  const { pasid, subject } = route;
  return legacy
    ? choices.one([contextDomain(FAULTS), contextDevice(FAULTS, subject.sourceId)])
    : choices.one([pasidDomain(FAULTS), pasidOne(FAULTS, pasid)]);
}
