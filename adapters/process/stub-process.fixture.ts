/** Opens the stub as an implementation, with limits that suit a test, and gives cases that it understands. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { EntryCase, EntryObservation, Observation, Profile } from '../../spec/schema.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { openProcess } from './open-process.ts';

const odd = fileURLToPath(new URL('stub.fixture.ts', import.meta.url));
const shipped = fileURLToPath(new URL('../../examples/stubs', import.meta.url));

/** Nothing of a test takes as long as the shortest of these, but what is stuck. */
export const testLimits: Limits = { ...defaultLimits, helloMs: 20_000, caseMs: 20_000, byeMs: 20_000 };

/** Where the command keeps what Node made of sources (cli/compile-cache.js): it halves the start of a stub. */
const compileCache = fileURLToPath(new URL('../../.cache/compile', import.meta.url));

/** The command line of the stub of this name, such as "crashes 7": one of the examples, or one for tests alone. */
export function stub(behaviour: string): string {
  const [name = '', ...rest] = behaviour.split(' ');
  const example = path.join(shipped, `${name}.ts`);
  const words = existsSync(example) ? [`'${example}'`] : [`'${odd}'`, name];
  return [`env 'NODE_COMPILE_CACHE=${compileCache}' '${process.execPath}'`, ...words, ...rest].join(' ');
}

export function openStub(behaviour: string, limits: Partial<Limits> = {}): Promise<Implementation> {
  return openProcess(stub(behaviour), { ...testLimits, ...limits });
}

/** Cases 0 to `count - 1`: root entries, each of which points to the page of its own number. */
export function numbered(count: number): readonly EntryCase[] {
  const profile = namedProfile('legacy-39') as Profile;
  return Array.from({ length: count }, (_, index) => ({
    area: 'entry',
    profile,
    format: 'root-legacy',
    words: [(BigInt(index) << 12n) | 1n, 0n],
  }));
}

/** All answers of a batch of `count` cases; the process is closed when they are there. */
export async function answersOf(
  behaviour: string,
  count: number,
  limits: Partial<Limits> = {},
): Promise<readonly BatchAnswer[]> {
  const implementation = await openStub(behaviour, limits);
  try {
    return (await implementation.runBatch?.(numbered(count))) ?? [];
  } finally {
    await implementation.close?.();
  }
}

/** The cases whose answer is not the right one, with what came instead. */
export function exceptions(answers: readonly BatchAnswer[]): readonly (readonly [number, string])[] {
  return answers.flatMap((answer, index): readonly (readonly [number, string])[] => {
    if ('skip' in answer) return [[index, `skip: ${answer.skip}`]];
    if ('error' in answer)
      return [[index, `${'kind' in answer.error ? answer.error.kind : ''}: ${answer.error.message}`]];
    if (!isRight(answer.observation, index)) return [[index, `wrong: ${toJson(answer.observation)}`]];
    return answer.unrepeated
      ? [[index, `unrepeated ${answer.unrepeated.kind}: ${answer.unrepeated.message}`]]
      : [];
  });
}

/** Whether this is the answer to case `index` of those above. */
export function isRight(observation: Observation, index: number): boolean {
  const { fault, fields } = observation as EntryObservation;
  return fault === null && fields?.['CTP'] === BigInt(index) << 12n;
}

/** Whether a process runs; a zombie that nobody waits for has ended. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
