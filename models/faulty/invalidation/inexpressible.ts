/** Bugs of caches, queue and registers that happened upstream and that no stream can show. */
import type { Inexpressible } from '../bug.ts';

export const inexpressibleInvalidationBugs: readonly Inexpressible[] = [
  {
    history: 'QEMU "relax iq tail check on QIE enable", 8991c460be, 2.10',
    reason:
      'Software has to put the tail to 0 before it enables the queue (6.5.2): what follows else is not said.',
  },
  {
    history: 'QEMU "Only allow IR enable if supported", 175f3a5986, 7.1',
    reason: 'Interrupt remapping is no part of the areas, and its bits of GSTS are not compared.',
  },
  {
    history: 'QEMU "fix guest-triggerable abort on oversized MMIO access", 2026',
    reason: 'A stream writes each register in its own width.',
  },
  {
    history: 'QEMU "Accept 64-bit writes to FEADDR", b7a7bb358f, 2.12',
    reason: 'The registers of fault events are no part of the area.',
  },
  {
    history: 'QEMU "refine iotlb hash calculation", ec1a78cee9, 8.1',
    reason: 'A bad hash costs time, and no answer is wrong.',
  },
  {
    history: 'QEMU "update iq_dw / root_scalable in post load", 147a372e75, ceb058955a, 7.1',
    reason: 'No step saves and loads the state of a unit.',
  },
  {
    history: 'QEMU "reset intr_enabled on system reset", d7bb469afa, 4.0',
    reason: 'Interrupt remapping is no part of the areas.',
  },
  {
    history: 'QEMU "Take locks when finding/creating address spaces", 1b85dff5f0, 10.1',
    reason: 'A race between threads of the emulator: cases are asked one after the other.',
  },
  {
    history: 'QEMU "Fix index calculation in MSI remap", fcd8027423, 8.1',
    reason: 'Interrupt remapping is no part of the areas.',
  },
  {
    history: 'QEMU "fail DEVIOTLB_UNMAP without dt", 09adb0e021, 8.0',
    reason: 'A notifier inside the emulator: no guest and no host call sees it.',
  },
];
