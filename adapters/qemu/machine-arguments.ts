/** The machine as options of QEMU: everything but how its time passes and who talks to it. */
import { join } from 'node:path';
import type { Configuration } from './configuration.ts';
import { HIGH_RAM, LOW_RAM_SIZE, SCRATCH } from './layout.ts';
import { requesterArguments } from './pci.ts';
import { hex } from './qtest-client.ts';

/** `folder` holds the files `low`, `high` and `scratch`, which are its memory, and `firmware`. */
export function machineArguments({ unit }: Pick<Configuration, 'unit'>, folder: string): readonly string[] {
  const memory = (id: string, size: number) =>
    `memory-backend-file,id=${id},size=${size},mem-path=${join(folder, id)},share=on`;
  return [
    ...['-machine', 'q35,memory-backend=low,pit=off', '-bios', join(folder, 'firmware')],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-qtest-log', '/dev/null'],
    ...['-m', `size=${LOW_RAM_SIZE >> 20}M,slots=2,maxmem=8G`],
    ...['-object', memory('low', LOW_RAM_SIZE), '-object', memory('high', HIGH_RAM.size)],
    ...['-object', memory('scratch', SCRATCH.size)],
    ...['-device', `intel-iommu,${unit}`],
    ...['-device', `pc-dimm,memdev=high,addr=${hex(HIGH_RAM.start)}`],
    ...['-device', `pc-dimm,memdev=scratch,addr=${hex(SCRATCH.start)}`],
    ...requesterArguments(),
  ];
}
