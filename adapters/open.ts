/**
 * From the SPEC that a user writes to an implementation: `optimized`, `reference`, `correct:ID`, `faulty:ID`,
 * `machine`, `qemu`, `qemu:BINARY`, `process:COMMAND LINE`, `answers:FILE` or the path of a module. What is not
 * asked for is not loaded.
 */
import type { Implementation } from '../spec/implementation.ts';
import { openModule } from './module.ts';
import { OpenError } from './open-error.ts';

export interface OpenOptions {
  /** Device options for QEMU, each `key=value`. */
  readonly qemuArgs: readonly string[];
  /** The folder of the vectors that `answers:FILE` answers; left out: any id may stand there. */
  readonly vectors?: string;
}

/** True when `spec` names a QEMU binary: `--qemu-arg` is for these alone. */
export function isQemu(spec: string): boolean {
  return spec === 'qemu' || spec.startsWith('qemu:');
}

/** True when `spec` names a module of the user, by its path. */
export function isModule(spec: string): boolean {
  return !/^(correct|faulty|qemu|process|answers):/.test(spec) && /[/\\]|\.[cm]?[jt]s$/.test(spec);
}

/** Opens what `spec` names. Throws an OpenError when there is no such thing or it does not start. */
export async function openImplementation(spec: string, options: OpenOptions): Promise<Implementation> {
  if (options.qemuArgs.length > 0 && !isQemu(spec)) {
    throw new OpenError('usage', `--qemu-arg is for --impl qemu, not for ${spec}`);
  }
  if (spec === 'optimized') return (await import('../models/optimized/implementation.ts')).optimized;
  if (spec === 'reference') return (await import('../models/reference/implementation.ts')).reference;
  if (spec.startsWith('correct:')) return openCorrect(spec.slice('correct:'.length));
  if (spec.startsWith('faulty:')) return openFaulty(spec.slice('faulty:'.length));
  if (spec === 'machine') return (await import('./machine/open-machine.ts')).openMachine();
  if (isQemu(spec)) {
    const { openQemu } = await import('./qemu/open-qemu.ts');
    return openQemu({ binary: spec.slice('qemu:'.length), deviceArgs: options.qemuArgs });
  }
  if (spec.startsWith('process:')) {
    const { openProcess } = await import('./process/open-process.ts');
    return openProcess(spec.slice('process:'.length));
  }
  if (spec.startsWith('answers:')) {
    const { openAnswers } = await import('./answers/open-answers.ts');
    return openAnswers(spec.slice('answers:'.length), options.vectors);
  }
  if (isModule(spec)) return openModule(spec);
  throw new OpenError(
    'usage',
    `unknown implementation "${spec}": expected optimized, reference, correct:ID, faulty:ID, machine, qemu, qemu:BINARY, process:COMMAND LINE, answers:FILE or the path of a module`,
  );
}

async function openCorrect(id: string): Promise<Implementation> {
  const { correctVariant, correctVariants } = await import('../models/correct/variants.ts');
  const variant = correctVariant(id);
  if (variant !== undefined) return variant.open();
  const known = correctVariants.map((one) => one.id).join(', ');
  throw new OpenError('usage', `no correct variant "${id}": expected one of ${known}`);
}

async function openFaulty(id: string): Promise<Implementation> {
  const { bugCalled } = await import('../models/faulty/bugs.ts');
  const bug = bugCalled(id);
  if (bug === undefined) {
    throw new OpenError('usage', `no known bug is called "${id}": see iommu-conformance faulty --list`);
  }
  return (await import('../models/faulty/load.ts')).loadFaulty(bug);
}
