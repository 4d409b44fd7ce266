/** A QEMU binary: what it is and what it can do, before it is opened as an implementation. */
import { messageOf } from '../open-error.ts';
import { findQemuBinaries, inspectBinary } from '../qemu/binaries.ts';
import { requesters } from '../qemu/pci.ts';
import { examineOpened } from './examine-opened.ts';
import type { Report } from './probe.ts';

/** `binary`: a path, or nothing for the oldest that is found. */
export async function examineQemu(
  binary: string,
  qemuArgs: readonly string[],
  report: Report,
): Promise<void> {
  const found = await chosen(binary, report);
  if (!found) return;
  const { path, version, qtestAccelerator, unitOptions } = found;
  report({ condition: 'well', subject: 'binary', found: `${path}, QEMU ${version}` });
  report({
    condition: 'well',
    subject: 'accelerator',
    found: qtestAccelerator
      ? 'qtest: time is stepped'
      : 'tcg with -icount: the build has no qtest accelerator',
  });
  if (unitOptions.size === 0) {
    report({
      condition: 'ill',
      subject: 'intel-iommu',
      found: `${path} knows no such device`,
      advice: 'build QEMU with CONFIG_VTD, for the target x86_64',
    });
    return;
  }
  const options = [...unitOptions].filter((name) => name !== 'mr' && !name.startsWith('_')).join(', ');
  report({ condition: 'well', subject: 'intel-iommu', found: `has the options ${options}` });
  const devices = requesters.map(({ sourceId }) => `0x${sourceId.toString(16)}`).join(', ');
  report({
    condition: 'well',
    subject: 'devices',
    found: `edu with the source ids ${devices} make requests`,
  });
  const advice = 'start the binary by hand with the same device options, and see what it says';
  await examineOpened(`qemu:${path}`, { qemuArgs }, advice, report);
}

async function chosen(binary: string, report: Report) {
  const advice = 'name a qemu-system-x86_64 with qemu:BINARY';
  try {
    const found = binary ? await inspectBinary(binary) : (await findQemuBinaries())[0];
    if (!found)
      report({ condition: 'ill', subject: 'binary', found: 'no qemu-system-x86_64 on PATH', advice });
    return found;
  } catch (error) {
    report({ condition: 'ill', subject: 'binary', found: messageOf(error), advice });
    return undefined;
  }
}
