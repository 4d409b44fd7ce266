/** The machines that the adapter offers: one process each, named as the profile that it has. */

export interface Configuration {
  /** Also the name of the profile. */
  readonly name: string;
  /** Options of the `intel-iommu` device. */
  readonly unit: string;
  /** The option that a build may lack; it lacks the configuration then. */
  readonly needs?: string;
}

/**
 * Legacy and scalable mode, 39 and 48 bits; caching mode, with the descriptors for Device-TLBs; and first stage,
 * which takes the place of second stage in scalable mode. The simplest first: shrinking prefers it.
 */
export const configurations: readonly Configuration[] = [
  { name: 'qemu-legacy-39', unit: 'aw-bits=39' },
  { name: 'qemu-legacy-48', unit: 'aw-bits=48' },
  { name: 'qemu-scalable-39', unit: 'scalable-mode=on,aw-bits=39' },
  { name: 'qemu-scalable-48', unit: 'scalable-mode=on,aw-bits=48' },
  {
    name: 'qemu-scalable-48-caching-mode',
    unit: 'scalable-mode=on,aw-bits=48,caching-mode=on,device-iotlb=on',
  },
  { name: 'qemu-scalable-48-first-stage', unit: 'scalable-mode=on,fsts=on,aw-bits=48', needs: 'fsts' },
];

/** Options of the unit by their name in QEMU 11.1, and what they were called before. */
export const formerNames: Readonly<Record<string, string>> = {
  'scalable-mode': 'x-scalable-mode',
  fsts: 'x-flts',
};

/** Device options such as "fsts=on,aw-bits=48", each under the name that a build with these options has for it. */
export function spelledFor(unitOptions: ReadonlySet<string>, unit: string): string {
  const spelled = (name: string) => namesOf(name).find((known) => unitOptions.has(known)) ?? name;
  return unit.replaceAll(/(?<=^|,)[^=,]+/g, spelled);
}

function namesOf(name: string): readonly string[] {
  const others = Object.entries(formerNames).find((names) => names.includes(name)) ?? [];
  return [name, ...others];
}

/**
 * The configurations to offer: one with the device options that a user gave, or all of the above that a
 * build with these options of the unit has.
 */
export function configurationsFor(
  deviceArguments: readonly string[],
  unitOptions: ReadonlySet<string>,
): readonly Configuration[] {
  const isKnown = (name: string) => namesOf(name).some((known) => unitOptions.has(known));
  const given = deviceArguments.join(',');
  const offered =
    deviceArguments.length === 0
      ? configurations.filter(({ needs }) => needs === undefined || isKnown(needs))
      : [{ name: `qemu-${given}`, unit: given }];
  return offered.map(({ name, unit }) => ({ name, unit: spelledFor(unitOptions, unit) }));
}
