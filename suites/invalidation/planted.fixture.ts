/**
 * Faulty caching units: the optimized one, told something else than what the stream says, or with an answer
 * changed on its way back. Each has one bug that hardware or an emulator could have.
 */
import { keepsEverything } from '../../models/correct/invalidation/variants.ts';
import { cachingUnit } from '../../models/optimized/invalidation/caching-unit.ts';
import { extract, insert } from '../../spec/bits.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { descriptorFormats, formatOfType } from '../../spec/invalidation/descriptors.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  StreamAnswer,
  StreamStep,
} from '../../spec/schema.ts';
import { isAnswered } from './judge.ts';

export interface Planted {
  readonly bug: string;
  /** A rule under which it is found. */
  readonly rule: RegExp;
  readonly run: (testCase: InvalidationCase) => InvalidationObservation;
}

export const asImplementation = ({ bug, run }: Planted): Implementation => ({
  name: bug,
  profile: 'any',
  areas: ['invalidation'],
  run: (testCase) => run(testCase as InvalidationCase),
});

/** Without a bug. */
export const healthy = cachingUnit(keepsEverything).run;
const early = cachingUnit({ ...keepsEverything, during: 'before' }).run;

export type Words = readonly bigint[];

export const [CONTEXT, IOTLB, WAIT, PASID_IOTLB, PASID] = [1, 2, 5, 6, 7];
/** A global invalidation of interrupt entries, which does nothing here. */
const NOTHING = 4n;

export const typeOf = ([first = 0n]: Words): number =>
  Number((extract(first, 11, 9) << 4n) | extract(first, 3, 0));
export const granularityOf = ([first = 0n]: Words): number => Number(extract(first, 5, 4));

/** No reserved bit is set: the unit takes it, if it has the type. */
export function isPlain(words: Words): boolean {
  const format = formatOfType(typeOf(words));
  const reserved = format?.layout.fields.filter(({ kind }) => kind === 'reserved') ?? [];
  return reserved.every((field) => readField(field, words) === 0n);
}

export function withDescriptors(
  testCase: InvalidationCase,
  change: (words: Words) => Words,
): InvalidationCase {
  const changed = (words: Words): bigint[] => [...change(words)];
  return withSteps(testCase, (step) =>
    step.step === 'submit' ? { ...step, descriptors: step.descriptors.map(changed) } : step,
  );
}

function withSteps(testCase: InvalidationCase, change: (step: StreamStep) => StreamStep): InvalidationCase {
  return { ...testCase, steps: testCase.steps.map(change) };
}

export const nothing = (words: Words): Words => [NOTHING, ...words.slice(1).fill(0n)];

/** The unit is told other descriptors of one type, in place of good ones. */
const told = (
  bug: string,
  rule: RegExp,
  type: number,
  change: (words: Words) => Words,
  granularity?: number,
): Planted => ({
  bug,
  rule,
  run: (testCase) =>
    healthy(
      withDescriptors(testCase, (words) => {
        const isOther = granularity !== undefined && granularityOf(words) !== granularity;
        return typeOf(words) !== type || isOther || !isPlain(words) ? words : change(words);
      }),
    ),
});

export const withFirst =
  (high: number, low: number, value: (old: bigint) => bigint) =>
  ([first = 0n, ...others]: Words): Words => [
    insert(first, high, low, value(extract(first, high, low))),
    ...others,
  ];
const withSecond =
  (high: number, low: number, value: (old: bigint) => bigint) =>
  ([first = 0n, second = 0n, ...others]: Words): Words => [
    first,
    insert(second, high, low, value(extract(second, high, low))),
    ...others,
  ];

/** The unit believes that it has other capabilities. */
const withCap = (bug: string, rule: RegExp, change: (cap: bigint) => bigint): Planted => ({
  bug,
  rule,
  run: (testCase) => {
    const { profile } = testCase;
    return healthy({ ...testCase, profile: { ...profile, cap: change(profile.cap) } });
  },
});

/** What was read is changed. */
const misread = (
  bug: string,
  rule: RegExp,
  name: Extract<StreamStep, { step: 'read' }>['register'],
  change: (value: bigint) => bigint,
): Planted => ({
  bug,
  rule,
  run: (testCase) => {
    const asked = testCase.steps.filter(isAnswered);
    return {
      answers: healthy(testCase).answers.map((answer, index): StreamAnswer => {
        const step = asked[index];
        const isRead = step?.step === 'read' && step.register === name;
        return isRead && answer.outcome === 'value' ? { ...answer, value: change(answer.value) } : answer;
      }),
    };
  },
});

/** Reserved bits of every format by type. */
const reservedMasks = new Map(
  descriptorFormats.map(({ type, layout }) => [
    type,
    Array.from({ length: layout.words }, (_, word) =>
      layout.fields
        .filter((field) => field.kind === 'reserved' && field.word === word)
        .reduce((all, { mask }) => all | mask, 0n),
    ),
  ]),
);

/** Every IOTLB invalidation does what the one before it was to do. */
function late(testCase: InvalidationCase): InvalidationCase {
  let before: Words | undefined;
  return withDescriptors(testCase, (words) => {
    if (typeOf(words) !== IOTLB || !isPlain(words) || granularityOf(words) === 0) return words;
    const instead = before ?? nothing(words);
    before = words;
    return instead;
  });
}

/** Of stores of 128 bits during a request only the upper half is there in time. */
function inHalves(testCase: InvalidationCase): InvalidationCase {
  const steps = testCase.steps.flatMap((step): readonly StreamStep[] => {
    if (step.step !== 'request' || step.during === undefined) return [step];
    const during = step.during.map(({ address, words: [low = 0n, high] }) =>
      high === undefined ? { address, words: [low] } : { address: address + 8n, words: [high] },
    );
    const late = step.during.map(({ address, words }) => ({ step: 'store' as const, address, words }));
    return [{ ...step, during }, ...late];
  });
  return { ...testCase, steps };
}

const [CACHING_MODE, ROOT_DROPS_ALL] = [1n << 7n, 1n << 63n];

export const planted: readonly Planted[] = [
  told('PASID-cache invalidation does nothing', /match\.pasid-/, PASID, nothing),
  told('context-cache invalidation does nothing', /match\.context-/, CONTEXT, nothing),
  told('a domain-selective IOTLB invalidation does nothing', /match\.iotlb-domain/, IOTLB, nothing, 2),
  told(
    'AM is not looked at',
    /match\.iotlb-page/,
    IOTLB,
    withSecond(5, 0, () => 0n),
    3,
  ),
  told(
    'IH=0 leaves structure caches alone',
    /match\.iotlb-page\.second-stage/,
    IOTLB,
    withSecond(6, 6, () => 1n),
    3,
  ),
  told(
    'FM is not looked at',
    /match\.context-device/,
    CONTEXT,
    withFirst(49, 48, () => 0n),
    3,
  ),
  told(
    'another PASID is dropped',
    /match\.pasid-pasid/,
    PASID,
    withFirst(51, 32, (pasid) => pasid ^ 1n),
    1,
  ),
  told(
    'another domain is dropped',
    /match\.iotlb-domain/,
    IOTLB,
    withFirst(31, 16, (did) => did ^ 1n),
    2,
  ),
  told(
    'a PASID-selective invalidation is taken for one of page 0',
    /match\.pasid-iotlb-pasid/,
    PASID_IOTLB,
    withFirst(5, 4, () => 3n),
    2,
  ),
  {
    bug: 'an IOTLB invalidation comes one too late',
    rule: /match\.iotlb-/,
    run: (testCase) => healthy(late(testCase)),
  },
  withCap('a new root table leaves the caches as they are', /event\.srtp$/, (cap) => cap & ~ROOT_DROPS_ALL),
  withCap('entries that fault are cached without CM', /caching-mode\./, (cap) => cap | CACHING_MODE),
  {
    bug: 'reserved bits of descriptors are not looked at',
    rule: /descriptor\..*\.reserved/,
    run: (testCase) =>
      healthy(
        withDescriptors(testCase, (words) => {
          const masks = reservedMasks.get(typeOf(words)) ?? [];
          return words.map((word, index) => word & ~(masks[index] ?? 0n));
        }),
      ),
  },
  told(
    'a reserved granularity is global',
    /descriptor\.iotlb\.granularity/,
    IOTLB,
    withFirst(5, 4, () => 1n),
    0,
  ),
  misread('a reserved bit is reported as a wrong type', /descriptor\..*\.reserved/, 'IQERCD', (value) =>
    value === 4n ? 3n : value,
  ),
  misread('the head is read 16 bytes too far', /queue\./, 'IQH', (value) => value + 0x10n),
  told(
    'the status of a wait has 16 bits',
    /wait\.status/,
    WAIT,
    withFirst(63, 48, () => 0n),
  ),
  told(
    'a wait never sets IWC',
    /wait\.interrupt/,
    WAIT,
    withFirst(4, 4, () => 0n),
  ),
  {
    bug: 'a change during a request is seen in words of 64 bits',
    rule: /torn/,
    run: (testCase) => early(inHalves(testCase)),
  },
];
