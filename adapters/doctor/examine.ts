/** The doctor: looks at what a SPEC names, one thing at a time, and reports each when it is known. */
import { isQemu, type OpenOptions } from '../open.ts';
import { OpenError } from '../open-error.ts';
import { examineOpened } from './examine-opened.ts';
import type { Report } from './probe.ts';

const MODULE_ADVICE =
  'export an object "implementation" with name, profile, areas and run: examples/module is one';

/** Throws an OpenError when `spec` names nothing, or the options are not for it. */
export async function examine(spec: string, options: OpenOptions, report: Report): Promise<void> {
  if (spec.startsWith('process:') && options.qemuArgs.length === 0) {
    const { examineProcess } = await import('./examine-process.ts');
    return examineProcess(spec.slice('process:'.length), report);
  }
  if (isQemu(spec)) {
    const { examineQemu } = await import('./examine-qemu.ts');
    return examineQemu(spec.slice('qemu:'.length), options.qemuArgs, report);
  }
  if (spec.startsWith('answers:')) {
    throw new OpenError(
      'usage',
      'answers in a file are past being talked to: check --vectors DIR judges them',
    );
  }
  return examineOpened(spec, options, MODULE_ADVICE, report);
}
