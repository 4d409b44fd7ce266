/** The action of `doctor`: each probe is printed when it is done; at the end, whether the patient is healthy. */
import { examine } from '../../adapters/doctor/examine.ts';
import type { Condition, Probe } from '../../adapters/doctor/probe.ts';
import { paletteFor } from '../../reports/palette.ts';
import { probeLines } from '../../reports/probe-lines.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import { notOpened } from './open-implementation.ts';

export async function doctor(spec: string, qemuArgs: readonly string[]): Promise<ExitStatus> {
  const palette = paletteFor(process.stdout, process.env);
  const conditions: Condition[] = [];
  const report = (probe: Probe) => {
    conditions.push(probe.condition);
    for (const line of probeLines(probe, palette)) console.log(line);
  };
  try {
    await examine(spec, { qemuArgs }, report);
  } catch (error) {
    throw notOpened(error);
  }
  const ill = conditions.filter((condition) => condition === 'ill').length;
  if (ill === 0) {
    console.log(
      palette.green('healthy: it speaks as it should; whether its answers are right is for check to say'),
    );
    return exitStatus.conforms;
  }
  console.log(palette.red(`ill: ${ill} of ${conditions.length} probes`));
  return exitStatus.implementationFailed;
}
