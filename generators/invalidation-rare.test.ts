/** What only few faulty units are found by is drawn all the same: each of it in one stream of 300 at least, or of 1,000. */
import { expect, test } from 'vitest';
import { type Capabilities, decodeCapabilities } from '../spec/capabilities.ts';
import type { InvalidationCase, Store, StreamStep } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { anyInvalidationCase } from './invalidation.ts';
import { profilePool } from './profiles.ts';

const STREAMS = 3000;
const ONE_IN = 300;
const ONE_IN_FEW = 1000;
/** Of a PASID, those that a unit misses which looks at 16 bits of it. */
const HIGH_BITS = [1 << 16, 1 << 17, 1 << 18, 1 << 19];
const drawn = drawCases(anyInvalidationCase(profilePool), 2, STREAMS);

type Step<K extends StreamStep['step']> = Extract<StreamStep, { step: K }>;
const stepsOf = <K extends StreamStep['step']>({ steps }: InvalidationCase, kind: K): readonly Step<K>[] =>
  steps.filter((step): step is Step<K> => step.step === kind);

interface Descriptor {
  readonly type: bigint;
  readonly granularity: bigint;
  readonly did: bigint;
  readonly pasid: bigint;
  readonly second: bigint;
}
const hasDescriptor = (testCase: InvalidationCase, holds: (descriptor: Descriptor) => boolean): boolean =>
  stepsOf(testCase, 'submit').some(({ descriptors }) =>
    descriptors.some(([first = 0n, second = 0n]) =>
      holds({
        type: first & 15n,
        granularity: (first >> 4n) & 3n,
        did: (first >> 16n) & 0xffffn,
        pasid: (first >> 32n) & 0xf_ffffn,
        second,
      }),
    ),
  );
/** Whether a descriptor as `holds` says is in a stream of a unit whose capabilities are as `units` says. */
const meets = (
  units: (capabilities: Capabilities) => boolean,
  holds: (descriptor: Descriptor) => boolean,
): ((testCase: InvalidationCase) => boolean) => {
  return (testCase) => units(decodeCapabilities(testCase.profile)) && hasDescriptor(testCase, holds);
};
const isScalable = (rtaddr: bigint): boolean => ((rtaddr >> 10n) & 3n) === 1n;
const isAbove = (value: bigint, width: number): boolean => value >> BigInt(width) !== 0n;
const domainWidth = ({ profile }: InvalidationCase): number => 4 + 2 * decodeCapabilities(profile).ND;
const guestWidth = ({ profile }: InvalidationCase): number => decodeCapabilities(profile).MGAW + 1;

const areHalves = (one: Store | undefined, other: Store | undefined): boolean =>
  one?.words.length === 1 && other?.words.length === 1 && (one.address ^ other.address) === 8n;

/** Whether two neighbours among `items` are as `holds` says. */
const pairs = <T>(items: readonly T[], holds: (one: T, next: T) => boolean): boolean =>
  items.some((item, index) => {
    const next = items[index + 1];
    return next !== undefined && holds(item, next);
  });

/** Requests that are made while TES is 0. */
function withoutTranslation({ translationEnabled, steps }: InvalidationCase): readonly Step<'request'>[] {
  let enabled = translationEnabled;
  return steps.flatMap((step) => {
    if (step.step === 'write' && step.register === 'GCMD') enabled = (step.value & (1n << 31n)) !== 0n;
    return step.step === 'request' && !enabled ? [step] : [];
  });
}

const rarities: Readonly<Record<string, (testCase: InvalidationCase) => boolean>> = {
  ...Object.fromEntries(
    ([2n, 6n, 7n, 10n] as const).map((wanted) => [
      `bits of DID above ND in descriptors of type ${wanted}`,
      (testCase: InvalidationCase) =>
        hasDescriptor(testCase, ({ type, did }) => type === wanted && isAbove(did, domainWidth(testCase))),
    ]),
  ),
  'bits of DID above ND in CCMD': (testCase) =>
    stepsOf(testCase, 'write').some(
      ({ register, value }) => register === 'CCMD' && isAbove(value & 0xffffn, domainWidth(testCase)),
    ),
  'bits of ADDR above MGAW in page-selective IOTLB descriptors': (testCase) =>
    hasDescriptor(
      testCase,
      ({ type, granularity, second }) =>
        type === 2n && granularity === 3n && isAbove(second, guestWidth(testCase)),
    ),
  'bits of ADDR above MGAW in IVA': (testCase) =>
    stepsOf(testCase, 'write').some(
      ({ register, value }) => register === 'IVA' && isAbove(value, guestWidth(testCase)),
    ),
  'bits of ADDR above HAW in page-selective HPT descriptors': (testCase) =>
    hasDescriptor(
      testCase,
      ({ type, granularity, second }) =>
        type === 10n && granularity === 3n && isAbove(second, testCase.profile.haw),
    ),
  'a status address with bits above HAW': (testCase) =>
    hasDescriptor(testCase, ({ type, second }) => type === 5n && isAbove(second, testCase.profile.haw)),
  'more than 16 invalidations of one submission': (testCase) =>
    stepsOf(testCase, 'submit').some(
      ({ descriptors: [[first = 0n] = []], times = 1 }) => times > 16 && first % 16n === 2n,
    ),
  'a translation request that is made again': (testCase) =>
    pairs(
      testCase.steps,
      (one, next) =>
        one.step === 'request' &&
        next.step === 'request' &&
        one.request.kind === 'translation' &&
        one.request === next.request,
    ),
  'a descriptor where the head is, and a tail with bit 4 set': ({ iqa = 0n, steps }) =>
    pairs(
      steps,
      (one, next) =>
        (iqa & 0x800n) !== 0n &&
        one.step === 'store' &&
        next.step === 'write' &&
        next.register === 'IQT' &&
        (next.value & 0x10n) !== 0n,
    ),
  'both halves of 128 bits, one after the other': ({ steps }) =>
    pairs(steps, (one, next) => one.step === 'store' && next.step === 'store' && areHalves(one, next)),
  'both halves of 128 bits during a request': (testCase) =>
    stepsOf(testCase, 'request').some(({ during = [] }) => pairs(during, areHalves)),
  'an untranslated request with PASID while TES is 0': (testCase) =>
    withoutTranslation(testCase).some(
      ({ request: { kind, pasid } }) => kind === undefined && pasid !== undefined,
    ),
  'a command by register in scalable mode': ({ rtaddr, steps }) =>
    isScalable(rtaddr) &&
    steps.some(
      (step) =>
        step.step === 'write' &&
        (step.register === 'CCMD' || step.register === 'IOTLB') &&
        step.value >> 63n === 1n,
    ),
  'a request of a Device-TLB while TES is 0': (testCase) =>
    withoutTranslation(testCase).some(
      ({ request: { kind } }) => kind === 'translation' || kind === 'translated',
    ),
};

/** What only few units have or lack. */
const ofFewUnits: typeof rarities = {
  'page-selective IOTLB descriptors for a unit without them': meets(
    ({ PSI }) => PSI === 0,
    ({ type, granularity }) => type === 2n && granularity === 3n,
  ),
  'Device-TLB descriptors for a unit without Device-TLBs': meets(
    ({ DT }) => DT === 0,
    ({ type }) => type === 3n || type === 8n,
  ),
  'HPT descriptors of the reserved granularity': meets(
    ({ HPTS }) => HPTS === 1,
    ({ type, granularity }) => type === 10n && granularity === 0n,
  ),
  'domain-selective HPT descriptors of every level': meets(
    ({ HPTS, PTRS }) => HPTS === 1 && PTRS === 1,
    ({ type, granularity, second }) => type === 10n && granularity === 2n && (second & 0xc0n) === 0xc0n,
  ),
  'PASID-selective-within-domain IOTLB descriptors under nesting': meets(
    ({ NEST }) => NEST === 1,
    ({ type, granularity }) => type === 6n && granularity === 2n,
  ),
  'SRTP or TE off of a unit with ESRTPS between two translated requests to the same page': ({
    profile,
    rtaddr,
    steps,
  }) => {
    const { ESRTPS, HPTS } = decodeCapabilities(profile);
    if (ESRTPS === 0 || HPTS === 0 || !isScalable(rtaddr)) return false;
    return steps.some((step, index) => {
      if (step.step !== 'write' || step.register !== 'GCMD') return false;
      const pages = (some: readonly StreamStep[]): readonly bigint[] =>
        some.flatMap((one) =>
          one.step === 'request' && one.request.kind === 'translated' ? [one.request.address >> 12n] : [],
        );
      const earlier = pages(steps.slice(0, index));
      return pages(steps.slice(index, index + 4)).some((page) => earlier.includes(page));
    });
  },
  'two PASIDs of a device that differ in one of bits 19:16': (testCase) => {
    const requests = stepsOf(testCase, 'request').map(({ request }) => request);
    return requests.some(({ sourceId, pasid }) =>
      requests.some(
        (other) =>
          pasid !== undefined &&
          other.pasid !== undefined &&
          other.sourceId === sourceId &&
          HIGH_BITS.includes(pasid ^ other.pasid),
      ),
    );
  },
  'a queue of 256-bit slots for a unit without scalable mode': ({ profile, iqa = 0n }) =>
    decodeCapabilities(profile).SMTS === 0 && (iqa & 0x800n) !== 0n,
};

/** Fields that the granularity leaves unread (6.5.2.2, 6.5.2.4): one in 50, since most descriptors meet no entry to drop. */
const unread: typeof rarities = {
  'a PASID in PASID-cache descriptors of a domain': (testCase) =>
    hasDescriptor(
      testCase,
      ({ type, granularity, pasid }) => type === 7n && granularity === 0n && pasid !== 0n,
    ),
  'an address in PASID-selective IOTLB descriptors': (testCase) =>
    hasDescriptor(
      testCase,
      ({ type, granularity, second }) => type === 6n && granularity === 2n && second >> 12n !== 0n,
    ),
};

test.each(Object.entries(unread))('%s, more often', (_, holds) => {
  expect(drawn.filter(holds).length).toBeGreaterThanOrEqual(STREAMS / 50);
});

test.each(Object.entries(rarities))('%s', (_, holds) => {
  expect(drawn.filter(holds).length).toBeGreaterThanOrEqual(STREAMS / ONE_IN);
});

test.each(Object.entries(ofFewUnits))('%s, less often', (_, holds) => {
  expect(drawn.filter(holds).length).toBeGreaterThanOrEqual(STREAMS / ONE_IN_FEW);
});
