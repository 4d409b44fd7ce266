/** The entry or descriptor that a finding turns on: where the walk ended, what was submitted, what was written. */
import { typeOf } from '../models/reference/invalidation/descriptor.ts';
import { walkTrace } from '../models/reference/translation.ts';
import type { Step } from '../models/reference/walk.ts';
import { formatOfType } from '../spec/invalidation/descriptors.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import { registerNamed } from '../spec/registers.ts';
import type {
  BindingCase,
  DomainReplaceObservation,
  EntrySyncCase,
  Finding,
  InvalidationCase,
  InvalidationObservation,
  PageWalkCase,
  Profile,
  SmmuNestingCase,
  SmmuNestingObservation,
  TranslationCase,
} from '../spec/schema.ts';
import { usedBitsKnowledge } from '../spec/used-bits/formats.ts';
import { smmuSteUsed } from '../spec/used-bits/smmu-ste.ts';
import type { UsedBitsKnowledge } from '../spec/used-bits/table.ts';
import { writerFormats } from '../spec/writer-formats.ts';
import { placeOf, wordsOf } from '../suites/core/case-words.ts';
import { type JudgedStep, judgeInvalidation } from '../suites/invalidation/judge.ts';
import { decidingCommand } from './deciding-command.ts';
import { decidingStep, readStructure } from './deciding-entry.ts';
import { decidingStreamEntry } from './deciding-stream-entry.ts';
import { isPresent, placed } from './entry-drawing.ts';
import { shortHex } from './hex.ts';
import type { NeededMasks, PlacedField } from './layout-drawing.ts';
import { masksAt } from './needed-bits.ts';
import { nothingObserved, walkAt } from './stream-drawing.ts';
import { usedFields } from './used-bits-drawing.ts';
import { wordLayouts } from './word-layouts.ts';

export interface DecidingStructure {
  readonly layout: Pick<Layout, 'title' | 'section'>;
  /** In a few words. */
  readonly where?: string;
  readonly words: readonly bigint[];
  readonly fields: readonly PlacedField[];
  /** Bits that the case needs, where they were tried. */
  readonly masks?: NeededMasks;
}

/** Undefined where no single structure decides. `observation` is null where none can be read. */
export function decidingStructure(finding: Finding, observation: unknown): DecidingStructure | undefined {
  const { case: testCase, bits, rule } = finding;
  const named = (name: string) =>
    masksAt(
      bits,
      [...Array(8).keys()].map((word) => `${name}[${word}]`),
    );
  switch (testCase.area) {
    case 'entry': {
      const { format, words, profile } = testCase;
      return { ...ofLayout(entryLayouts[format], words, profile), masks: named('word') };
    }
    case 'used-bits':
      return { ...ofKnowledge(usedBitsKnowledge[testCase.format], testCase.entry), masks: named('entry') };
    case 'entry-sync':
      return ofUpdate(testCase, finding.observed);
    case 'translation':
      return ofWalk(decidingWalk(testCase, rule), testCase.profile, bits) ?? ofRoot(testCase);
    case 'page-walk':
      return ofRange(testCase, bits);
    case 'invalidation':
      return ofStream(testCase, observation as InvalidationObservation | null);
    case 'binding':
      return ofBinding(testCase, finding);
    case 'domain-replace':
      return ofStores(observation as DomainReplaceObservation | null, testCase.profile);
    case 'smmu-nesting':
      return ofNesting(testCase, observation as SmmuNestingObservation | null, finding);
  }
}

function ofLayout(layout: Layout, words: readonly bigint[], profile: Profile): DecidingStructure {
  const present = isPresent(layout, words);
  const { parts } = resolveLayout(layout, profile);
  return { layout, words, fields: parts.map((part) => placed(layout, part, words, present)) };
}

function ofKnowledge(knowledge: UsedBitsKnowledge, words: readonly bigint[]): DecidingStructure {
  return { layout: knowledge.layout, words, fields: usedFields(knowledge, words) };
}

/**
 * The entry that hardware could read, where it is told, what is not yet new in it marked; else the one to be written,
 * what is new in it marked.
 */
function ofUpdate({ format, from, to }: EntrySyncCase, observed: string): DecidingStructure | undefined {
  if (format === 'synthetic') return undefined;
  const seen = (/^0x[0-9a-f]+(?: 0x[0-9a-f]+)*/.exec(observed)?.[0] ?? '').split(' ');
  if (seen.length === to.length && to.length > 1) {
    const words = seen.map(BigInt);
    const masks = words.map((word, index) => word ^ (to[index] ?? 0n));
    return {
      ...ofKnowledge(writerFormats[format].knowledge, words),
      where: 'as hardware could read it',
      masks,
    };
  }
  const masks = to.map((word, index) => word ^ (from[index] ?? 0n));
  return { ...ofKnowledge(writerFormats[format].knowledge, to), where: 'to be written', masks };
}

/** Of several requests the one that the rule decides. */
function decidingWalk(testCase: TranslationCase, rule: string): readonly Step[] {
  const all = testCase.requests.map((_, index) => walkTrace(testCase, index));
  return all.find((steps) => steps.some(({ verdict }) => verdict.includes(rule))) ?? all.at(-1) ?? [];
}

/** Before any structure is read there is the root table address. */
function ofRoot({ rtaddr }: TranslationCase): DecidingStructure | undefined {
  const register = registerNamed('RTADDR');
  if (register === undefined) return undefined;
  const { title, section, fields } = register;
  return {
    layout: { title: `RTADDR, ${title.toLowerCase()}`, section },
    words: [rtaddr],
    fields: fields.map(({ name, high, low, meaning }) => ({
      ...{ name, word: 0, high, low, note: meaning, state: /reserved/i.test(name) ? 'reserved' : 'used' },
    })),
  };
}

function ofWalk(
  steps: readonly Step[],
  profile: Profile,
  bits?: Finding['bits'],
): DecidingStructure | undefined {
  const step = decidingStep(steps) ?? steps.at(-1);
  const structure = step && readStructure(step, profile);
  if (step === undefined || structure === undefined) return undefined;
  const places = structure.words.map((_, word) => placeOf(step.address + 8n * BigInt(word)));
  return {
    ...structure,
    where: `at ${shortHex(step.address)}: ${step.verdict}`,
    masks: masksAt(bits, places),
  };
}

/** The last entry that is read and that the case needs. */
function ofRange(testCase: PageWalkCase, bits: Finding['bits']): DecidingStructure | undefined {
  const values = new Map(wordsOf(testCase).map(({ place, value }) => [place, value]));
  const needs = (place: string) =>
    bits === undefined || bits.some((word) => word.place === place && word.matters !== 0n);
  const last = [...wordLayouts(testCase)].findLast(([place]) => needs(place));
  const value = last && values.get(last[0]);
  if (last === undefined || value === undefined) return undefined;
  const [place, { layout }] = last;
  return {
    ...ofLayout(layout, [value], testCase.profile),
    where: `at ${place.slice(1, -1).replace(/^0x0+(?=.)/, '0x')}`,
    masks: masksAt(bits, [place]),
  };
}

/** Where the walk of a request leads that was answered wrongly; else the descriptor that was taken wrongly. */
function ofStream(
  testCase: InvalidationCase,
  observation: InvalidationObservation | null,
): DecidingStructure | undefined {
  let wrong: JudgedStep | undefined;
  judgeInvalidation(testCase, observation ?? nothingObserved(testCase), (step) => {
    if (wrong === undefined && step.mismatches.length > 0) wrong = step;
  });
  if (wrong?.step.step === 'request') {
    return ofWalk(walkAt(testCase, wrong.index, wrong.step.request), testCase.profile);
  }
  const until = wrong === undefined ? testCase.steps.length : wrong.index + 1;
  const submitted = testCase.steps.slice(0, until).findLast(({ step }) => step === 'submit');
  const descriptors = submitted?.step === 'submit' ? submitted.descriptors : [];
  const words = descriptors.find(([first = 0n]) => typeOf(first) !== WAIT) ?? descriptors.at(-1);
  const format = words && formatOfType(typeOf(words[0] ?? 0n));
  if (words === undefined || format === undefined) return undefined;
  return asGiven(
    format.layout,
    words,
    testCase.profile,
    `as it was submitted${behind(format.layout, words)}`,
  );
}

/** What a descriptor of 128 bits has in the upper half of a wide slot, which its layout does not draw (6.5.2). */
function behind(layout: Layout, words: readonly bigint[]): string {
  const others = words.flatMap((word, index) =>
    index < layout.words || word === 0n ? [] : [`${shortHex(word)} in word ${index}`],
  );
  return others.length > 0 ? `, with ${others.join(' and ')}` : '';
}

/** A descriptor or command: there is none that is not present. */
function asGiven(
  layout: Layout,
  words: readonly bigint[],
  profile: Profile,
  where: string,
): DecidingStructure {
  const fields = resolveLayout(layout, profile).parts.map((part) => placed(layout, part, words, true));
  return { layout, words, fields, where };
}

const WAIT = 5;

/** What the tables say of the device, as they stand at the end. */
function ofBinding(testCase: BindingCase, { expected, observed }: Finding): DecidingStructure | undefined {
  const { profile, rtaddr, memory, steps, devices } = testCase;
  const number = Number(/device (\d+)/.exec(`${expected} ${observed}`)?.[1] ?? 0);
  const { sourceId } = devices[number] ?? devices[0] ?? { sourceId: 0 };
  const stores = steps.flatMap((step) => (step.step === 'store' ? [step] : []));
  const latched = steps.findLast((step) => step.step === 'root')?.rtaddr ?? rtaddr;
  const last: TranslationCase = {
    area: 'translation',
    profile,
    rtaddr: latched,
    memory: [...memory, ...stores.map(({ address, words }) => ({ address, words }))],
    requests: [{ sourceId, address: 0n, op: 'read' }],
  };
  const walk = walkTrace(last, 0);
  const entry = walk.findLastIndex(({ name }) => name === entryLayouts['pasid-table'].title);
  return ofWalk(entry < 0 ? walk : walk.slice(0, entry + 1), profile);
}

/** The entry that was stored to last, as it stood when it was present for the last time. */
function ofStores(
  observation: DomainReplaceObservation | null,
  profile: Profile,
): DecidingStructure | undefined {
  const entries = new Map<string, bigint[]>();
  let last: string | undefined;
  let present: DecidingStructure | undefined;
  for (const action of observation?.requests.flatMap(({ actions }) => actions) ?? []) {
    if (action.do !== 'store') continue;
    last = `device ${action.device}, PASID ${action.pasid ?? 0}`;
    const words = entries.get(last) ?? new Array<bigint>(8).fill(0n);
    entries.set(last, words);
    for (const [index, word] of action.value.entries())
      words[action.quantum * action.value.length + index] = word;
    if (((words[0] ?? 0n) & 1n) === 0n) continue;
    const where = `of ${last}, as it was last present`;
    present = { ...ofLayout(entryLayouts['pasid-table'], [...words], profile), where };
  }
  return present;
}

/** The command or the entry of the guest that it is about; else the entry that the host was given last. */
function ofNesting(
  testCase: SmmuNestingCase,
  observation: SmmuNestingObservation | null,
  finding: Finding,
): DecidingStructure | undefined {
  const command = decidingCommand(testCase, observation, finding);
  if (command !== undefined) return asGiven(command.layout, command.words, testCase.profile, command.where);
  const entry = decidingStreamEntry(testCase, finding);
  if (entry !== undefined) return { ...ofKnowledge(smmuSteUsed, entry.words), where: entry.where };
  const created = observation?.steps.flatMap(({ calls }) => calls).findLast((call) => call.call === 'create');
  return created?.call === 'create'
    ? {
        ...ofKnowledge(smmuSteUsed, [...created.ste, 0n, 0n, 0n, 0n, 0n, 0n]),
        where: 'as the host was given it',
      }
    : undefined;
}
