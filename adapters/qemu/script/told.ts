/** What a script does and looks at: the operations of the adapter, and the answers up to the one that decides. */
import { requester, shortHex } from '../../../spec/hex.ts';
import type {
  Finding,
  InvalidationCase,
  InvalidationObservation,
  Observation,
  Request,
  TranslationCase,
  TranslationObservation,
} from '../../../spec/schema.ts';
import { isAnswered } from '../../../suites/invalidation/judge.ts';
import { mayLeaveMemory } from '../case-memory.ts';
import { buildProgram, type TableWord } from '../case-program.ts';
import { bufferPage } from '../edu-buffers.ts';
import { SCRATCH } from '../layout.ts';
import type { Probe } from '../list-builder.ts';
import type { Operation } from '../operations.ts';
import { buildStreams } from '../stream-program.ts';
import { memoryWords } from './answer-words.ts';
import { type Deciding, decidingStream, decidingTranslation, type KnownBits } from './deciding-answer.ts';

export interface Told {
  readonly operations: readonly Operation[];
  /** Answers, each as a Python expression. */
  readonly came: readonly { readonly name: string; readonly python: string }[];
  /** A Python expression: whether the last of `came` is right. */
  readonly allowed: string;
  readonly expectDeath: boolean;
}

/** `observation` is undefined when QEMU gave none: it died, or hung. */
export function toldOf(
  finding: Finding,
  testCase: TranslationCase | InvalidationCase,
  observation: Observation | undefined,
): Told | undefined {
  const state = { capabilities: testCase.profile, ttm: undefined };
  if (testCase.area === 'translation') {
    const { operations, probes, tables } = buildProgram([testCase], state);
    const [own = []] = probes;
    if (observation === undefined) return dying(operations, own);
    const seen = observation as TranslationObservation;
    const deciding = decidingTranslation(testCase, seen, finding, own);
    return deciding && translationTold(operations, own, tables[0] ?? [], seen, deciding);
  }
  const { operations, probes, answering, looks } = buildStreams([testCase], state);
  if (observation === undefined) return dying(operations, probes[0] ?? []);
  const sources = answering[0] ?? [];
  const probeOf = (answer: number) => {
    const source = sources[answer];
    return source?.from === 'probe' ? source.probe : undefined;
  };
  const deciding = decidingStream(testCase, observation as InvalidationObservation, finding, probeOf);
  if (deciding === undefined) return undefined;
  const asked = testCase.steps.flatMap((step, index) => (isAnswered(step) ? [{ step, index }] : []));
  const last = deciding.kind === 'queue' ? deciding.step : (asked[deciding.answer]?.index ?? 0);
  const came = asked.flatMap(({ step, index }, answer) => {
    const source = sources[answer];
    if (index > last || source === undefined || source.from === 'nothing') return [];
    const what =
      step.step === 'request'
        ? requestName(step.request)
        : step.step === 'read'
          ? `read of ${step.register}`
          : 'load';
    const python = source.from === 'probe' ? probePython(source.probe) : `hex(results[${source.result}])`;
    return [{ name: `step ${index}, ${what}`, python }];
  });
  if (deciding.kind !== 'queue')
    return { operations, came, allowed: rightPython(deciding), expectDeath: false };
  const look = (looks[0]?.[last] ?? 0) + (deciding.register === 'FSTS' ? 0 : 1);
  const name = `after step ${last}, ${deciding.register}`;
  return {
    operations,
    came: [...came, { name, python: `hex(results[${look}])` }],
    allowed: rightPython(deciding),
    expectDeath: false,
  };
}

/** QEMU dies, or a DMA never ends. */
function dying(operations: readonly Operation[], probes: readonly Probe[]): Told {
  const ends = probes.map(({ result }) => `results[${result}]`);
  return {
    operations,
    came: [],
    allowed: ends.length === 0 ? 'True' : ends.join(' and '),
    expectDeath: true,
  };
}

function translationTold(
  operations: readonly Operation[],
  probes: readonly Probe[],
  tables: readonly TableWord[],
  { memory }: TranslationObservation,
  deciding: Deciding,
): Told {
  const answered = deciding.kind === 'request' ? probes.slice(0, deciding.answer + 1) : probes;
  const came = answered.map((probe) => ({ name: requestName(probe.request), python: probePython(probe) }));
  if (deciding.kind !== 'memory')
    return { operations, came, allowed: rightPython(deciding), expectDeath: false };
  const words = tables.map((word) => `(${shortHex(word.address)}, ${shortHex(word.value)}, ${word.result})`);
  const python = `changed([${words.join(', ')}])`;
  return {
    operations,
    came: [...came, { name: 'words of the tables that changed', python }],
    allowed: `came[-1][1] != ${JSON.stringify(memoryWords(memory ?? []))}`,
    expectDeath: false,
  };
}

function requestName({ op, address, sourceId }: Request): string {
  return `${op} of ${shortHex(address)} by ${requester(sourceId)}`;
}

function probePython(probe: Probe): string {
  const { request, address, token, slot, result, targets, memory } = probe;
  const place = SCRATCH.start + BigInt(bufferPage(probe.requester) + 8 * slot);
  const shift = request.address - address;
  const leaves = mayLeaveMemory(memory, address) ? 'True' : 'False';
  const shown = `[${targets.map(shortHex).join(', ')}]`;
  return `request("${request.op}", ${result}, ${shortHex(place)}, ${shortHex(token)}, ${shift}, ${shown}, ${leaves})`;
}

function rightPython(deciding: Exclude<Deciding, { kind: 'memory' }>): string {
  if (deciding.kind === 'request') {
    return `came[-1][1] in [${deciding.allowed.map((words) => `\n    ${JSON.stringify(words)},`).join('')}\n]`;
  }
  const bits = deciding.allowed.map(
    ({ value, mask }: KnownBits) => `(${shortHex(value)}, ${shortHex(mask)})`,
  );
  return `any(int(came[-1][1], 16) & mask == value for value, mask in [${bits.join(', ')}])`;
}
