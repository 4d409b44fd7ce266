/** `--impl qemu[:BINARY]`: an unmodified QEMU as an implementation of areas `translation` and `invalidation`. */
import {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from '../../spec/implementation.ts';
import type { Case, Observation } from '../../spec/schema.ts';
import { profileBreaches } from '../claims.ts';
import { messageOf, OpenError } from '../open-error.ts';
import { findQemuBinaries, inspectBinary } from './binaries.ts';
import { configurationsFor } from './configuration.ts';
import { type MachineCase, requestsOf } from './lists.ts';
import { Machine } from './machine.ts';
import { findRequester } from './pci.ts';
import { profileOf } from './profile.ts';
import { Translator } from './translator.ts';

export interface QemuOptions {
  /** Path of the binary; by default the oldest that is found. */
  readonly binary?: string;
  /** Options of the `intel-iommu` device, each such as "aw-bits=48": one configuration with all of them. */
  readonly deviceArgs?: readonly string[];
}

/**
 * Starts one QEMU for each configuration and reads the profiles from the running units. A case goes to
 * the configuration that its profile names. Rejects with an OpenError when QEMU does not start.
 */
export async function openQemu({ binary, deviceArgs = [] }: QemuOptions = {}): Promise<Implementation> {
  const chosen = binary ? await inspectBinary(binary).catch(refuse) : (await findQemuBinaries())[0];
  if (!chosen) {
    throw new OpenError('start', 'no qemu-system-x86_64 on PATH: name one with qemu:BINARY');
  }
  const translators = new Map<string, Translator>();
  for (const configuration of configurationsFor(deviceArgs, chosen.unitOptions)) {
    translators.set(configuration.name, new Translator(() => Machine.start(chosen, configuration)));
  }
  return openTranslators({ name: `qemu-${chosen.version}`, version: chosen.version }, translators);
}

/** One implementation of what starts by configuration. Rejects with an OpenError when a machine does not start. */
export async function openTranslators(
  identity: Pick<Implementation, 'name' | 'version'>,
  translators: ReadonlyMap<string, Translator>,
): Promise<Implementation> {
  const close = async () => {
    await Promise.all([...translators.values()].map((translator) => translator.close()));
  };
  const profiles = await Promise.all(
    [...translators].map(async ([name, translator]) => profileOf(name, await translator.capabilities())),
  ).catch(async (error: unknown) => {
    await close();
    return refuse(error);
  });

  const breaches = profiles.flatMap(profileBreaches);
  if (breaches.length > 0) {
    await close();
    throw new OpenError('start', breaches.join('; '));
  }

  const runBatch = (cases: readonly Case[]) => answerAll(translators, cases);
  return {
    ...identity,
    profile: profiles,
    areas: ['translation', 'invalidation'],
    run: async (testCase): Promise<Observation> => {
      const [answer] = await runBatch([testCase]);
      if (answer === undefined) throw new ImplementationFailure('protocol', 'no answer');
      if (!('observation' in answer)) throw 'error' in answer ? answer.error : new CaseSkipped(answer.skip);
      return answer.observation;
    },
    runBatch,
    costlyAlone: true,
    renew: async () => {
      await Promise.all([...translators.values()].map((translator) => translator.renew()));
    },
    close,
  };
}

function refuse(error: unknown): never {
  throw new OpenError('start', messageOf(error));
}

/** Sorts cases to their machines, which work at the same time, and the answers back into order. */
async function answerAll(
  translators: ReadonlyMap<string, Translator>,
  cases: readonly Case[],
): Promise<readonly BatchAnswer[]> {
  const answers: BatchAnswer[] = cases.map((testCase) => ({ error: refusal(translators, testCase) }));
  const work = [...translators].map(async ([name, translator]) => {
    const indices = cases.flatMap((testCase, index) =>
      testCase.profile.name === name && isAnswerable(testCase) ? [index] : [],
    );
    const own = await translator.answer(indices.map((index) => cases[index] as MachineCase));
    for (const [position, index] of indices.entries()) answers[index] = own[position] as BatchAnswer;
  });
  await Promise.all(work);
  return answers;
}

function isAnswerable(testCase: Case): testCase is MachineCase {
  return isMachineCase(testCase) && requestsOf(testCase).every(({ sourceId }) => findRequester(sourceId));
}

function isMachineCase(testCase: Case): testCase is MachineCase {
  return testCase.area === 'translation' || testCase.area === 'invalidation';
}

/** Why a case that no machine takes is not answered. */
function refusal(translators: ReadonlyMap<string, Translator>, testCase: Case): ImplementationFailure {
  const { name } = testCase.profile;
  if (!isMachineCase(testCase)) {
    return new ImplementationFailure('protocol', `no area ${testCase.area}`);
  }
  if (!translators.has(name)) return new ImplementationFailure('protocol', `no configuration ${name}`);
  return new ImplementationFailure('protocol', 'a request comes from a source id that has no device');
}
