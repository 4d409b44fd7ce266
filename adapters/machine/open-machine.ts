/**
 * `--impl machine`: a whole machine in this process around the optimized caching unit. It is to the QEMU
 * adapter what QEMU is: tables in its RAM, registers, edu devices and their DMA, spoken to by qtest commands. So all
 * that the adapter does is tested without QEMU, and a bug planted here shows what the adapter would see of it.
 */
import type { Implementation } from '../../spec/implementation.ts';
import { openTranslators } from '../qemu/open-qemu.ts';
import { Translator } from '../qemu/translator.ts';
import { configurations } from './configurations.ts';
import { startMachine } from './start-machine.ts';
import type { UnitOptions } from './unit.ts';

/** Starts a machine for each configuration. `options` change what their units are, or answer. */
export function openMachine(options: UnitOptions = {}): Promise<Implementation> {
  const translators = configurations.map(
    (profile) => [profile.name, new Translator(() => startMachine(profile, options))] as const,
  );
  return openTranslators({ name: 'machine' }, new Map(translators));
}
