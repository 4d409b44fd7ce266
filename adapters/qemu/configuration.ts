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
  { name: 'qemu-scalable-39', unit: 'x-scalable-mode=on,aw-bits=39' },
  { name: 'qemu-scalable-48', unit: 'x-scalable-mode=on,aw-bits=48' },
  {
    name: 'qemu-scalable-48-caching-mode',
    unit: 'x-scalable-mode=on,aw-bits=48,caching-mode=on,device-iotlb=on',
  },
  { name: 'qemu-scalable-48-first-stage', unit: 'x-scalable-mode=on,x-flts=on,aw-bits=48', needs: 'x-flts' },
];

/**
 * The configurations to offer: one with the device options that a user gave, or all of the above that a
 * build with these options of the unit has.
 */
export function configurationsFor(
  deviceArguments: readonly string[],
  unitOptions: ReadonlySet<string>,
): readonly Configuration[] {
  if (deviceArguments.length === 0) {
    return configurations.filter(({ needs }) => needs === undefined || unitOptions.has(needs));
  }
  const unit = deviceArguments.join(',');
  return [{ name: `qemu-${unit}`, unit }];
}
