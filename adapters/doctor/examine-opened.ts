/** What the suite can open and call: a module, a QEMU, a model of its own. */

import { type OpenOptions, openImplementation } from '../open.ts';
import { messageOf, OpenError } from '../open-error.ts';
import { claimProbes } from './claim-probes.ts';
import { examineAnswers } from './examine-answers.ts';
import type { Report } from './probe.ts';

/** `advice` is for what does not open. Throws an OpenError when there is no such thing as `spec`. */
export async function examineOpened(
  spec: string,
  options: OpenOptions,
  advice: string,
  report: Report,
): Promise<void> {
  const implementation = await openImplementation(spec, options).catch((error: unknown) => {
    if (!(error instanceof OpenError) || error.kind === 'usage') throw error;
    report({ condition: 'ill', subject: 'start', found: messageOf(error), advice });
  });
  if (!implementation) return;
  for (const probe of claimProbes(implementation)) report(probe);
  await examineAnswers(implementation, report);
  await implementation.close?.();
}
