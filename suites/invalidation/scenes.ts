/**
 * Plain streams in place of one that was drawn: a page is asked for, one structure behind it changes, the unit is told
 * what the drawn stream tells it, and the page is asked for again. Tables are the plainest there are (scene-tables.ts),
 * names and addresses keep their distance to those of the tables, so that a descriptor hits and misses what it did.
 */
import { isDeepStrictEqual } from 'node:util';
import type { InvalidationCase, MemoryRun, Request, StreamStep } from '../../spec/schema.ts';
import { type Names, type SceneTables, type Shape, sceneTables } from '../translation/scene-tables.ts';
import { type Change, changesOf } from './scene-changes.ts';
import { type Known, knownOf } from './scene-known.ts';
import { type About, queueOf, toldOnes } from './scene-told.ts';
import { tornScene } from './scene-torn.ts';
import { isSmaller } from './stream-size.ts';

const SCALABLE = 0x400n;
/** Another page for the first request, of which the unit can have cached no more than entries. */
const ELSEWHERE = 0x4000_0000n;
const MOST_DEEP = 2;

type Step<Name extends StreamStep['step']> = Extract<StreamStep, { step: Name }>;

/** Scenes that are smaller than `testCase`; none where real pages have to answer. */
export function* scenes(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const last = testCase.steps.findLast(({ step }) => step === 'request');
  if (testCase.profile.sourceIds !== undefined || last?.step !== 'request') return;
  for (const scene of everyScene(testCase, last.request)) if (isSmaller(scene, testCase)) yield scene;
}

/** The plainest scenes of the same in which the page alone changes: what answers as before then has the page. */
export function leafScenes(testCase: InvalidationCase): readonly InvalidationCase[] {
  const last = testCase.steps.findLast(({ step }) => step === 'request');
  if (testCase.profile.sourceIds !== undefined || last?.step !== 'request') return [];
  const isScalable = (testCase.rtaddr & SCALABLE) !== 0n;
  const known: Known = {
    ...knownOf(testCase, isScalable),
    parts: new Set(['leaf']),
    comes: false,
    loses: false,
  };
  const about = { testCase, asked: last.request, known };
  const shape = { type: known.type, deep: 0, kinds: kindsOf(testCase) };
  const all = [false, true].map((elsewhere) =>
    withShape(about, isScalable, nameless, { ...shape, elsewhere }),
  );
  return all.flatMap((some) => [...some]);
}

const nameless: Names = { sourceId: 0, pasid: undefined, did: 0n };

function* everyScene(testCase: InvalidationCase, asked: Request): Iterable<InvalidationCase> {
  const isScalable = (testCase.rtaddr & SCALABLE) !== 0n;
  const known = knownOf(testCase, isScalable);
  const kinds = kindsOf(testCase);
  const pasid = isScalable ? asked.pasid : undefined;
  const own: Names = { sourceId: asked.sourceId, pasid, did: known.did };
  const about = { testCase, asked, known };
  const torn = isStoredDuring(testCase) ? tornScene(testCase, asked) : undefined;
  if (torn !== undefined) yield torn;
  const couldBeLegacy = isScalable && pasid === undefined && kinds === 'untranslated' && isOfLegacy(testCase);
  if (couldBeLegacy) {
    for (const shape of shapes(known, kinds)) yield* withShape(about, false, nameless, shape);
  }
  for (const names of [nameless, ...(pasid === undefined ? [] : [{ ...nameless, pasid: 0 }]), own]) {
    for (const shape of shapes(known, kinds)) yield* withShape(about, isScalable, names, shape);
  }
  for (const shape of shapes(known, kinds)) {
    const tables = sceneTables(testCase.profile, isScalable, shape, own);
    if (tables === undefined || !isDeepStrictEqual(testCase.memory, tables.memory)) continue;
    if (couldBeLegacy) yield* withShape(about, false, own, shape);
    for (const names of partsOf(own)) yield* withShape(about, isScalable, names, shape);
  }
  if (isOfPage(known)) return;
  // An entry that changes takes the page away too.
  const ofPage = { ...about, known: { ...known, parts: pages } };
  for (const type of stagesOf(known)) {
    yield* withShape(ofPage, isScalable, nameless, { type, deep: 0, elsewhere: false, kinds });
  }
}

const pages: Known['parts'] = new Set(['leaf', 'table']);

function* withShape(
  about: About,
  isScalable: boolean,
  names: Names,
  shape: Shape,
): Iterable<InvalidationCase> {
  const tables = sceneTables(about.testCase.profile, isScalable, shape, names);
  if (tables === undefined) return;
  const changes = changesOf(about.testCase, tables, shape, about.known);
  for (const told of toldOnes(about, names, tables)) yield* withChanges(about, names, tables, told, changes);
}

/** Something is stored while a request is served. */
function isStoredDuring({ steps }: InvalidationCase): boolean {
  return steps.some((step) => step.step === 'request' && step.during !== undefined);
}

/** Every descriptor is one of legacy mode too, and none is of Device-TLBs. */
function isOfLegacy({ steps }: InvalidationCase): boolean {
  return steps.every(
    (step) => step.step !== 'submit' || step.descriptors.every(([low = 0n]) => ofLegacy.includes(low & TYPE)),
  );
}

const TYPE = 0xe0fn;
const ofLegacy: readonly bigint[] = [1n, 2n, 5n];

/** What the requests of the stream take of a context entry. */
function kindsOf({ steps }: InvalidationCase): Shape['kinds'] {
  const kinds = steps.flatMap((step) =>
    step.step === 'request' ? (step.request.kind ?? 'untranslated') : [],
  );
  if (kinds.includes('page-request')) return 'page-request';
  return kinds.every((kind) => kind === 'untranslated') ? 'untranslated' : 'translation';
}

/** The page itself changes, or what leads to it alone. */
function isOfPage({ parts }: Known): boolean {
  return parts.has('leaf') || parts.has('table') || parts.has('second-leaf');
}

/** The plainest first. */
function* shapes(known: Known, kinds: Shape['kinds']): Iterable<Shape> {
  const { type } = known;
  const types = [
    ...(isOfPage(known) || type === 'pass-through' ? [] : (['pass-through'] as const)),
    ...stagesOf(known),
  ];
  for (const elsewhere of [false, true]) {
    for (let deep = 0; deep <= (isOfPage(known) ? MOST_DEEP : 0); deep++) {
      for (const type of types) yield { type, deep, elsewhere, kinds };
    }
  }
}

/** What serves a page, or does so in part. */
function stagesOf({ type }: Known): readonly Shape['type'][] {
  return type === 'nested' ? ['second-stage', 'first-stage', type] : [type];
}

/** Each name alone, with one of its bits or the one below its lowest, the highest first. */
function* partsOf({ sourceId, pasid, did }: Names): Iterable<Names> {
  for (const bit of withNext(bitsOf(did))) yield { ...nameless, did: bit };
  for (const bit of withNext(bitsOf(BigInt(pasid ?? 0)))) yield { ...nameless, pasid: Number(bit) };
  for (const bit of withNext(bitsOf(BigInt(sourceId)))) yield { ...nameless, sourceId: Number(bit) };
}

function withNext(bits: readonly bigint[]): readonly bigint[] {
  const next = (bits.at(-1) ?? 0n) >> 1n;
  return next === 0n ? bits : [...bits, next];
}

function bitsOf(value: bigint): readonly bigint[] {
  const bits = Array.from({ length: 20 }, (_, index) => 1n << BigInt(19 - index));
  return bits.filter((bit) => (value & bit) !== 0n);
}

function* withChanges(
  { testCase, asked, known }: About,
  names: Names,
  { rtaddr, memory: tables }: SceneTables,
  told: readonly StreamStep[],
  changes: readonly Change[],
): Iterable<InvalidationCase> {
  const iqa = queueOf(testCase, rtaddr);
  const { sourceId: _, address: __, pasid: ___, privileged, ...how } = asked;
  const request = (address: bigint): Step<'request'> => ({
    step: 'request',
    request: {
      sourceId: names.sourceId,
      address,
      ...how,
      ...(names.pasid === undefined ? {} : { pasid: names.pasid, ...(privileged ? { privileged } : {}) }),
    },
  });
  const ground = {
    ...testCase,
    rtaddr,
    ...(iqa === undefined ? {} : { iqa }),
  };
  const runs = (memory: readonly MemoryRun[]) =>
    memory.map(({ address, words }) => ({ address, words: [...words] }));
  if (testCase.steps.filter(({ step }) => step === 'request').length === 1) {
    yield { ...ground, memory: runs(tables), steps: [...told, request(0n)] };
    const elsewhere = told.map(withRootElsewhere);
    if (told.some((step, index) => step !== elsewhere[index]))
      yield { ...ground, memory: runs(tables), steps: [...elsewhere, request(0n)] };
  }
  for (const { store, memory } of changes) {
    for (const first of isOfPage(known) ? [0n] : [0n, ELSEWHERE]) {
      yield { ...ground, memory: runs(memory), steps: [request(first), store, ...told, request(0n)] };
    }
  }
}

/** No table lies at 0. */
function withRootElsewhere(step: StreamStep): StreamStep {
  return step.step === 'write' && step.register === 'RTADDR' ? { ...step, value: 0n } : step;
}
