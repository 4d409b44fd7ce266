/** What the schema cannot say of one case: the number of words that its format has, and a legal profile. */
import { latticeBreaches } from './lattice.ts';
import {
  type BindingCase,
  type Case,
  type DomainReplaceCase,
  entryFormats,
  type InvalidationCase,
  type Mapping,
  type MemoryRun,
  type PageWalkCase,
  type SmmuNestingCase,
  type Store,
  type StreamStep,
} from './schema.ts';
import { writerFormats } from './writer-formats.ts';

/** Why `testCase` is malformed, in one phrase that names the place and the value; undefined when it is not. */
export function caseProblem(testCase: Case): string | undefined {
  const [breach] = latticeBreaches(testCase.profile);
  if (breach !== undefined) return `profile ${testCase.profile.name}: ${breach}`;
  if (testCase.area === 'entry') {
    return wrongLength('words', testCase.words, entryFormats[testCase.format], testCase.format);
  }
  if (testCase.area === 'entry-sync') {
    const wanted =
      testCase.format === 'synthetic'
        ? testCase.layout && testCase.layout.quanta * testCase.layout.quantumWords
        : writerFormats[testCase.format].knowledge.layout.words;
    if (wanted === undefined) return 'layout: missing, format synthetic needs one';
    return (
      wrongLength('from', testCase.from, wanted, testCase.format) ??
      wrongLength('to', testCase.to, wanted, testCase.format)
    );
  }
  if (testCase.area === 'translation') return memoryProblem(testCase.memory);
  if (testCase.area === 'page-walk') return memoryProblem(testCase.memory) ?? walkProblem(testCase);
  if (testCase.area === 'invalidation') return memoryProblem(testCase.memory) ?? streamProblem(testCase);
  if (testCase.area === 'binding') return memoryProblem(testCase.memory) ?? bindingProblem(testCase);
  if (testCase.area === 'domain-replace') return domainReplaceProblem(testCase);
  if (testCase.area === 'smmu-nesting') return memoryProblem(testCase.memory) ?? smmuProblem(testCase);
  return undefined;
}

function memoryProblem(memory: readonly MemoryRun[]): string | undefined {
  const crooked = memory.findIndex((run) => run.address % 8n !== 0n);
  return crooked >= 0 ? `memory.${crooked}.address: expected a multiple of 8` : undefined;
}

function streamProblem({ steps }: InvalidationCase): string | undefined {
  for (const [index, step] of steps.entries()) {
    const problem = stepProblem(step);
    if (problem !== undefined) return `steps.${index}${problem}`;
  }
  return undefined;
}

/** Why `step` is malformed, to stand right behind its place: `.address: …` or `: …`. */
export function stepProblem(step: StreamStep): string | undefined {
  if (step.step === 'load' && step.address % 8n !== 0n) return '.address: expected a multiple of 8';
  const stores = step.step === 'store' ? [step] : step.step === 'request' ? (step.during ?? []) : [];
  const crooked = stores.find((store) => !isAtomic(store));
  if (crooked === undefined) return undefined;
  return `: a store of ${8 * crooked.words.length} bytes to 0x${crooked.address.toString(16)} is not aligned`;
}

function bindingProblem(testCase: BindingCase): string | undefined {
  const { failing } = testCase;
  const unordered = failing.findIndex((number, index) => index > 0 && number <= (failing[index - 1] ?? 0));
  return (
    eventProblem(testCase) ??
    (unordered >= 0 ? `failing.${unordered}: expected ascending numbers` : undefined)
  );
}

function smmuProblem(testCase: SmmuNestingCase): string | undefined {
  const { devices, failing, smmu } = testCase;
  for (const [index, { streamId, unit, physicalStreamId }] of devices.entries()) {
    const before = devices.slice(0, index);
    const place = `devices.${index}`;
    if (streamId >= 2 ** smmu.streamIdBits) return `${place}.streamId: beyond ${smmu.streamIdBits} bits`;
    if (before.some((one) => one.streamId === streamId)) return `${place}.streamId: another device has it`;
    if (before.some((one) => one.unit === unit && one.physicalStreamId === physicalStreamId)) {
      return `${place}.physicalStreamId: another device of unit ${unit} has it`;
    }
  }
  const unordered = failing.findIndex(
    ({ call }, index) => index > 0 && call <= (failing[index - 1]?.call ?? 0),
  );
  return (
    eventProblem(testCase) ??
    (unordered >= 0 ? `failing.${unordered}.call: expected ascending numbers` : undefined)
  );
}

/** Devices without a unit, steps about no device, stores within a word. */
function eventProblem({
  devices,
  units,
  steps,
}: Pick<BindingCase | SmmuNestingCase, 'devices' | 'units' | 'steps'>): string | undefined {
  const homeless = devices.findIndex(({ unit }) => unit >= units.length);
  if (homeless >= 0) return `devices.${homeless}.unit: there are ${units.length} units`;
  for (const [index, step] of steps.entries()) {
    const place = `steps.${index}`;
    if (step.step === 'store' && step.address % 8n !== 0n)
      return `${place}.address: expected a multiple of 8`;
    if ('device' in step && step.device >= devices.length) {
      return `${place}.device: there are ${devices.length} devices`;
    }
  }
  return undefined;
}

function domainReplaceProblem(testCase: DomainReplaceCase): string | undefined {
  const { devices, domains, requests, failing } = testCase;
  const twin = devices.findIndex((one, index) =>
    devices.slice(0, index).some((other) => other.sourceId === one.sourceId),
  );
  if (twin >= 0) return `devices.${twin}.sourceId: another device has it`;
  for (const [index, domain] of domains.entries()) {
    const place = `domains.${index}`;
    if (domain.kind === 'nested' && domains[domain.parent]?.kind !== 'second-stage') {
      return `${place}.parent: expected the index of a second-stage domain`;
    }
    if (domain.kind !== 'pass-through' && domain.table % 4096n !== 0n) {
      return `${place}.table: expected a multiple of 4096`;
    }
  }
  for (const [index, request] of requests.entries()) {
    const place = `requests.${index}`;
    if ('device' in request && request.device >= devices.length) {
      return `${place}.device: there are ${devices.length} devices`;
    }
    if ('domain' in request && request.domain >= domains.length) {
      return `${place}.domain: there are ${domains.length} domains`;
    }
  }
  const unordered = failing.findIndex((number, index) => index > 0 && number <= (failing[index - 1] ?? 0));
  return unordered >= 0 ? `failing.${unordered}: expected ascending numbers` : undefined;
}

function isAtomic({ address, words }: Store): boolean {
  return address % BigInt(8 * words.length) === 0n;
}

const PAGE = 4096n;

function walkProblem({ walk }: PageWalkCase): string | undefined {
  if (walk.kind === 'replay') return undefined;
  if (walk.top % PAGE !== 0n) return 'walk.top: expected a multiple of 4096';
  let free = 0n;
  for (const [index, known] of (walk.announced ?? []).entries()) {
    const place = `walk.announced.${index}`;
    if (!isAligned(known)) return `${place}: expected multiples of 4096 and a size`;
    if (!known.read && !known.write) return `${place}: expected a right to read or to write`;
    if (known.iova < free) return `${place}: expected an address of at least 0x${free.toString(16)}`;
    free = known.iova + known.size;
    if (free > 1n << 64n) return `${place}: reaches beyond 64 bits`;
  }
  return undefined;
}

function isAligned({ iova, size, target }: Mapping): boolean {
  return (iova | size | target) % PAGE === 0n && size > 0n;
}

function wrongLength(
  place: string,
  words: readonly bigint[],
  wanted: number,
  format: string,
): string | undefined {
  if (words.length === wanted) return undefined;
  return `${place}: ${format} has ${wanted} words of 64 bits, not ${words.length}`;
}
