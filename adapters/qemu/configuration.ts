/** The machines that the adapter offers: one process each, named as the profile that it has. */

export interface Configuration {
  /** Also the name of the profile. */
  readonly name: string;
  /** Options of the `intel-iommu` device. */
  readonly unit: string;
}

/** Legacy and scalable mode, 39 and 48 bits. The simplest first: shrinking prefers it. */
export const configurations: readonly Configuration[] = [
  { name: 'qemu-legacy-39', unit: 'aw-bits=39' },
  { name: 'qemu-legacy-48', unit: 'aw-bits=48' },
  { name: 'qemu-scalable-39', unit: 'x-scalable-mode=on,aw-bits=39' },
  { name: 'qemu-scalable-48', unit: 'x-scalable-mode=on,aw-bits=48' },
];

/** The configurations to offer: one with the device options that a user gave, or all of the above. */
export function configurationsFor(deviceArguments: readonly string[]): readonly Configuration[] {
  if (deviceArguments.length === 0) return configurations;
  const unit = deviceArguments.join(',');
  return [{ name: `qemu-${unit}`, unit }];
}
