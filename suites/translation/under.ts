/**
 * The same case under another unit: what that one lacks is done in another way, if there is one. A unit that cannot come
 * as far in the walk has no such case.
 */
import { walkTrace } from '../../models/reference/translation.ts';
import type { Step } from '../../models/reference/walk.ts';
import { bits, insert } from '../../spec/bits.ts';
import { type Capabilities, decodeCapabilities } from '../../spec/capabilities.ts';
import { contextScalable } from '../../spec/layouts/context.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import type { MemoryRun, Profile, TranslationCase } from '../../spec/schema.ts';
import { asRequesterPasid } from './simpler-pasids.ts';
import { pagesOf } from './simpler-places.ts';

const SCALABLE = 0x400n;
const PASIDE = 8n;
const PAGE = 0x1000n;
/** Rights, which an entry of a table has too. */
const OF_TABLES = 7n;
const FIRST_STAGE = 1n << 6n;
const SECOND_STAGE = 2n << 6n;
const TYPE = 7n << 6n;

export function underUnit(testCase: TranslationCase, profile: Profile): TranslationCase | undefined {
  const [own, other] = [decodeCapabilities(testCase.profile), decodeCapabilities(profile)];
  const steps = testCase.requests.flatMap((_, index) => walkTrace(testCase, index));
  if (needed(testCase, steps).some((name) => own[name] === 1 && other[name] === 0)) return undefined;
  return [withoutPasids, ofOtherType, ofSmallerPages].reduce(
    (current, adapt) => adapt(current, other, steps),
    {
      ...withinWidth(testCase, profile.haw),
      profile,
    },
  );
}

type Adapt = (testCase: TranslationCase, unit: Capabilities, steps: readonly Step[]) => TranslationCase;

/** What the walk makes use of. */
function needed(
  { rtaddr, requests }: TranslationCase,
  steps: readonly Step[],
): readonly (keyof Capabilities)[] {
  const has = (part: string) => steps.some(({ name }) => name.startsWith(part));
  const [first, second, permissions] = [has('First-stage'), has('Second-stage'), has('Host permission')];
  const isScalable = (rtaddr & SCALABLE) !== 0n;
  const isOfDevice = requests.some(({ kind = 'untranslated' }) => kind !== 'untranslated');
  return [
    ...(isScalable ? (['SMTS'] as const) : []),
    ...(isScalable && second ? (['SSTS'] as const) : []),
    ...(first ? (['FSTS'] as const) : []),
    ...(first && second ? (['NEST'] as const) : []),
    ...(permissions ? (['HPTS'] as const) : []),
    ...(isOfDevice ? (['DT'] as const) : []),
  ];
}

/** Addresses at the top of memory are at the top of what there is. Bits that no address of the unit has stay. */
function withinWidth(testCase: TranslationCase, width: number): TranslationCase {
  const above = bits(testCase.profile.haw - 1, width);
  return {
    ...testCase,
    rtaddr: testCase.rtaddr & ~above,
    memory: testCase.memory.map(({ address, words }) => ({
      address: address & ~above,
      words: words.map((word) => word & ~above),
    })),
  };
}

/** Requests come with PASIDs or RID_PASID says them. */
const withoutPasids: Adapt = (testCase, unit, steps) => {
  if (unit.PASID === 1 || unit.RPS === 0) return testCase;
  const contexts = steps.filter(({ name }) => name === contextScalable.title).map(({ address }) => address);
  const without = {
    ...testCase,
    memory: testCase.memory.map((run) => {
      const [low = 0n, ...rest] = run.words;
      return contexts.includes(run.address) ? { ...run, words: [low & ~PASIDE, ...rest] } : run;
    }),
  };
  return testCase.requests.reduce((current, _, index) => asRequesterPasid(current, index), without);
};

/** An entry of which the walk takes no tables is one of first or of second stage. */
const ofOtherType: Adapt = (testCase, unit, steps) => {
  if (unit.FSTS === 1 || steps.some(({ name }) => /^(First|Second)-stage/.test(name))) return testCase;
  const width = [1, 2, 3].find((aw) => (unit.SAGAW >> aw) & 1) ?? 0;
  const entries = steps.filter(({ name }) => name === pasidTable.title).map(({ address }) => address);
  return {
    ...testCase,
    memory: testCase.memory.map((run) => {
      const [low = 0n, ...rest] = run.words;
      if (!entries.includes(run.address) || (low & TYPE) !== FIRST_STAGE) return run;
      return { ...run, words: [insert((low & ~TYPE) | SECOND_STAGE, 4, 2, BigInt(width)), ...rest] };
    }),
  };
};

/** A page that is larger than the unit has becomes a table with a smaller one. */
const ofSmallerPages: Adapt = (testCase, { FS1GP, SSLPS }, steps) => {
  const largest = { First: FS1GP === 1 ? 3 : 2, Second: (SSLPS & 2) !== 0 ? 3 : (SSLPS & 1) + 1 };
  const tooHigh = new Map(steps.map(({ name, address }) => [address, levelsAbove(name, largest)]));
  let end = [...pagesOf(testCase)].reduce((highest, page) => (page > highest ? page : highest), 0n);
  const memory = testCase.memory.flatMap((run) => {
    const tables: MemoryRun[] = [];
    let last = run;
    for (let above = tooHigh.get(run.address) ?? 0; above > 0; above--) {
      end += PAGE;
      const [word = 0n] = last.words;
      tables.push({ ...last, words: [end | (word & OF_TABLES)] });
      last = { address: end, words: [word] };
    }
    return [...tables, last];
  });
  return { ...testCase, memory };
};

/** By how many levels a large page lies above the largest that there is. */
function levelsAbove(name: string, largest: Readonly<Record<'First' | 'Second', number>>): number {
  const [, stage, size] = /^(First|Second)-stage (1 GiB|2 MiB) page$/.exec(name) ?? [];
  if (stage !== 'First' && stage !== 'Second') return 0;
  return Math.max(0, (size === '1 GiB' ? 3 : 2) - largest[stage]);
}
