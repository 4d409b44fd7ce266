/**
 * Plain tables in place of those that were drawn: the plainest that serve a page (scene-tables.ts), in each of the modes
 * from legacy mode to nesting, alone or with one entry of the drawn walk at its own level; and those of nesting where what
 * the tables are read through is another page than what serves the request (scene-apart.ts).
 */
import { walkTrace } from '../../models/reference/translation.ts';
import type { Step } from '../../models/reference/walk.ts';
import { bits } from '../../spec/bits.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import { contextScalable } from '../../spec/layouts/context.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import type { MemoryRun, Profile, Request, TranslationCase } from '../../spec/schema.ts';
import { sizeOf } from '../core/case-size.ts';
import { distinct, entriesMet, type Met } from './met-entries.ts';
import { apart } from './scene-apart.ts';
import { type Part, type SceneTables, type Shape, sceneTables } from './scene-tables.ts';

const POINTER = bits(51, 12);
const SCALABLE = 0x400n;
/** PS. */
const LARGE = 0x80n;
/** Levels below the largest page. */
const MOST_DEEP = 2;

interface Mode {
  readonly isScalable: boolean;
  readonly type: Shape['type'];
}

const nested: Mode = { isScalable: true, type: 'nested' };
/** The plainest first. */
const modes: readonly Mode[] = [
  { isScalable: false, type: 'second-stage' },
  { isScalable: true, type: 'second-stage' },
  { isScalable: true, type: 'first-stage' },
  nested,
];

/**
 * None where there are several requests, or where real pages have to answer. `isBare`: no more than tables by
 * themselves. `op`: what is asked for instead.
 */
export function* scenes(
  testCase: TranslationCase,
  isBare = false,
  op: Request['op'] | undefined = testCase.requests[0]?.op,
): Iterable<TranslationCase> {
  const [drawn, another] = testCase.requests;
  if (drawn === undefined || another !== undefined || testCase.profile.sourceIds !== undefined) return;
  const request = op === undefined ? drawn : { ...drawn, op };
  const steps = walkTrace(testCase, 0);
  const dresses = isBare ? [undressed] : dressesOf(steps);
  const met = isBare ? [] : entriesMet(steps);
  const dressed = function* ({ tables, address }: Scene) {
    for (const dress of dresses) {
      const scene = withTables(testCase, request, dress(tables), address);
      if (isSmaller(scene, testCase)) yield scene;
    }
  };
  // Little is met on the way in these, so that few scenes are left to be asked then.
  const ofNested = deeper(testCase.profile, request, nested);
  const tables = ofNested.map((some) => apart(some, met)).find((some) => some !== undefined);
  if (tables !== undefined) yield* dressed({ tables, address: 0n });
  for (const mode of modes) {
    if (mode.isScalable && (testCase.rtaddr & SCALABLE) === 0n) return;
    for (const scene of ofMode(testCase.profile, request, mode, distinct(met))) yield* dressed(scene);
  }
}

interface Scene {
  readonly tables: SceneTables;
  /** That the request is for. */
  readonly address: bigint;
}

function* ofMode(profile: Profile, request: Request, mode: Mode, met: readonly Met[]): Iterable<Scene> {
  const { type } = mode;
  const tables = deeper(profile, request, mode);
  const [plain] = tables;
  if (plain === undefined) return;
  for (const address of new Set([0n, request.address])) yield { tables: plain, address };
  for (const entry of met) {
    for (const some of tables) {
      const carried = carrying(some, type, entry);
      if (carried === undefined) continue;
      const within = request.address < some.pageBytes ? request.address : 0n;
      for (const address of new Set([0n, within])) yield { tables: carried, address };
    }
  }
}

/** Tables with the largest page that the unit has, and with smaller ones. */
function deeper(profile: Profile, request: Request, { isScalable, type }: Mode): readonly SceneTables[] {
  const pasid = isScalable && request.pasid !== undefined ? plainPasid(profile) : undefined;
  const names = { sourceId: 0, pasid, did: 0n };
  const shape = { type, elsewhere: false, kinds: kindOf(request) };
  return Array.from({ length: MOST_DEEP + 1 }, (_, deep) =>
    sceneTables(profile, isScalable, { ...shape, deep }, names),
  ).filter((some) => some !== undefined);
}

/** The lowest that requests may have: with RID_PASID, which is 0 in all scenes, none may have that (9.4). */
function plainPasid(profile: Profile): number {
  return decodeCapabilities(profile).RPS;
}

function withTables(
  testCase: TranslationCase,
  { pasid, privileged, ...request }: Request,
  { rtaddr, memory }: SceneTables,
  address: bigint,
): TranslationCase {
  const hasPasid = pasid !== undefined && (rtaddr & SCALABLE) !== 0n;
  const who = hasPasid ? { pasid: plainPasid(testCase.profile), ...(privileged ? { privileged } : {}) } : {};
  return {
    ...testCase,
    rtaddr,
    memory: memory.map((run) => ({ address: run.address, words: [...run.words] })),
    requests: [{ ...request, ...who, sourceId: 0, address }],
  };
}

function kindOf({ kind }: Request): Shape['kinds'] {
  return kind === 'translation' || kind === 'page-request' ? kind : 'untranslated';
}

/** `tables` with the entry in place of a plain one; undefined where no such entry is. A page may be of another size. */
function carrying(tables: SceneTables, type: Shape['type'], met: Met): SceneTables | undefined {
  const { stage, level, isPage, word } = met;
  if (type !== 'nested' && (type === 'second-stage') !== (stage === 'second')) return undefined;
  const leafLevel = (tables.pageBytes.toString(2).length - 4) / 9;
  if (!isPage && level !== leafLevel + 1) return undefined;
  const ofPage: Part = type === 'nested' && stage === 'second' ? 'second-leaf' : 'leaf';
  const place = tables.places.get(isPage ? ofPage : 'table');
  const memory = tables.memory.map((run) => {
    if (run.address !== place) return run;
    const [plain = 0n] = run.words;
    const page = level === leafLevel ? word : word & ~POINTER;
    return { ...run, words: [isPage ? page | (plain & LARGE) : (word & ~POINTER) | (plain & POINTER)] };
  });
  return place === undefined ? undefined : { ...tables, memory };
}

type Dress = (tables: SceneTables) => SceneTables;

const undressed: Dress = (tables) => tables;

/** Bits of the context and PASID table entries of the drawn walk that neither point nor choose what there is. */
const dresses: readonly (readonly [title: string, part: Part, masks: readonly bigint[]])[] = [
  [contextScalable.title, 'context', [0n, ~bits(19, 0)]],
  [
    pasidTable.title,
    'entry',
    [~(POINTER | bits(8, 6) | bits(4, 2) | 1n), ~bits(15, 0), bits(11, 0) & ~bits(3, 2)],
  ],
];

/** Tables as they are, and with those bits where the drawn walk has some. */
function dressesOf(steps: readonly Step[]): readonly Dress[] {
  const worn = dresses.flatMap(([title, part, masks]) => {
    const words = steps.find(({ name }) => name === title)?.words ?? [];
    const extra = masks.map((mask, index) => (words[index] ?? 0n) & mask);
    return extra.some((word) => word !== 0n) ? [{ part, extra }] : [];
  });
  if (worn.length === 0) return [undressed];
  const dressed: Dress = (tables) => {
    const memory = tables.memory.map((run) => {
      const extra = worn.find(({ part }) => tables.places.get(part) === run.address)?.extra;
      return extra === undefined ? run : withBits(run, extra);
    });
    return { ...tables, memory };
  };
  return [undressed, dressed];
}

function withBits({ address, words }: MemoryRun, extra: readonly bigint[]): MemoryRun {
  const all = extra.map((bitsOf, index) => (words[index] ?? 0n) | bitsOf);
  return { address, words: all.slice(0, all.findLastIndex((word) => word !== 0n) + 1) };
}

/** Fewer words, or as many and less in all: what makes every chain of simpler cases end. */
function isSmaller(one: TranslationCase, other: TranslationCase): boolean {
  const [words, most] = [sizeOf(one).words, sizeOf(other).words];
  return words === most ? sumOf(one) < sumOf(other) : words < most;
}

function sumOf({ rtaddr, memory, requests }: TranslationCase): bigint {
  const all = [
    rtaddr,
    ...memory.flatMap(({ address, words }) => [address, ...words]),
    ...requests.flatMap(({ sourceId, address, pasid = 0, op }) => [
      ...[BigInt(sourceId), address, BigInt(pasid), op === 'read' ? 0n : 1n],
    ]),
  ];
  return all.reduce((total, word) => total + word, 0n);
}
