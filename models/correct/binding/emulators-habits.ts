/**
 * A virtual unit with the habits of emulators that policies allow: a device stays with the parent table until it has
 * an entry, only PASID-based invalidations are passed on, what could not be bound is not tried again.
 */
import { decodeCapabilities, encodeCapabilities } from '../../../spec/capabilities.ts';
import { namedProfiles } from '../../../spec/profiles.ts';
import type { Profile } from '../../../spec/schema.ts';
import type { Edit } from '../../faulty/bug.ts';
import { loadEdited } from '../../faulty/load.ts';
import type { CorrectVariant } from '../correct-variant.ts';

const DEVICE = 'binding/passthrough-device.ts';
const edits: readonly Edit[] = [
  {
    file: DEVICE,
    from: 'if (isCached && !moved && !binding.failed && isSame(',
    to: 'if (isCached && !moved && isSame(',
  },
  {
    file: DEVICE,
    from: '      entry.fill(0);\n      binding.pasid = pasid;',
    to: '      const isUnmet = key === NO_PASID && entry[0] === 0 && binding.table === this.#place.parent;\n      entry.fill(0);\n      binding.pasid = pasid;\n      if (isUnmet) return false;',
  },
  {
    file: 'binding/run.ts',
    from: 'this.#forward(granularity === 1 ? everything : { did }, 0n, EVERYTHING, false);',
    to: "this.#host.calls.push({ call: 'purge' });",
  },
];

const profiles: readonly Profile[] = namedProfiles
  .map((profile) => ({ profile, capabilities: decodeCapabilities(profile) }))
  .filter(({ capabilities }) => capabilities.FSTS === 1)
  .map(({ profile, capabilities }) => ({
    ...profile,
    ...encodeCapabilities({ ...capabilities, CM: 1 }),
    name: `emulated ${profile.name}`,
    policies: { rebinding: 'every-event', iotlbForwarding: 'pasid-iotlb', unboundDevices: 'parent' },
  }));

export const emulatorsHabits: CorrectVariant = {
  id: 'emulators-habits',
  areas: ['binding'],
  does: 'Leaves a device with the parent table until it has an entry, passes on PASID-based invalidations alone, and does not try again.',
  clause: 'policies rebinding, iotlbForwarding and unboundDevices',
  async open() {
    const { run } = await loadEdited(edits, ['binding']);
    return { name: 'correct:emulators-habits', profile: profiles, areas: ['binding'], run };
  },
};
