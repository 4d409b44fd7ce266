/**
 * `--impl machine`: a whole machine in this process around the optimized translation. It is to the QEMU
 * adapter what QEMU is: tables in its RAM, registers, edu devices and their DMA, spoken to by qtest commands. So all
 * that the adapter does is tested without QEMU, and a bug planted here shows what the adapter would see of it.
 */
import { runTranslation } from '../../models/optimized/translation.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { openTranslators } from '../qemu/open-qemu.ts';
import { Translator } from '../qemu/translator.ts';
import { configurations } from './configurations.ts';
import { startMachine } from './start-machine.ts';
import type { Translate } from './unit.ts';

/** Starts a machine for each configuration, with `translate` in its unit. */
export function openMachine(translate: Translate = runTranslation): Promise<Implementation> {
  const translators = configurations.map(
    (profile) => [profile.name, new Translator(() => startMachine(profile, translate))] as const,
  );
  return openTranslators({ name: 'machine' }, new Map(translators));
}
