/** A breach that shows by its consequences is named by its cause, whatever stream it was found in. */
import { expect, test } from 'vitest';
import { bugs } from '../../models/faulty/bugs.ts';
import {
  ALL_MAPPINGS,
  ask,
  at,
  CONTEXT,
  CONTEXT_OF_DEVICE,
  complete,
  domain,
  ENTRY,
  FENCE,
  FIRST_STAGE_GIGABYTE,
  FIRST_STAGE_TABLE,
  firstStage,
  LOWER,
  legacy,
  load,
  ONE_PASID,
  PAGE_OF_DOMAIN,
  PAGE_OF_PASID,
  passing,
  queueAlone,
  read,
  STATUS,
  scalable,
  store,
  submit,
  TOP,
  WAIT_STATUS,
  wideQueueAlone,
  write,
} from '../../models/faulty/invalidation/streams.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import type { InvalidationCase, Mismatch } from '../../spec/schema.ts';
import { ask as askFor, judgeAnswer } from '../core/answer.ts';
import { ShrinkingToll } from '../core/giving-up.ts';
import { pinDown } from '../core/pin-down.ts';
import { profilesOf } from '../core/profiles-of.ts';
import { questions } from './questions.ts';
import { invalidationSuite } from './suite.ts';

const page = { memory: [at(TOP, LOWER | FIRST_STAGE_TABLE), at(LOWER, FIRST_STAGE_GIGABYTE)] };
/** CAP.ND of 0: ids of 4 bits. */
const withFewDomains = (stream: InvalidationCase): InvalidationCase => ({
  ...stream,
  profile: { ...stream.profile, cap: stream.profile.cap & ~7n },
});

const withoutQueue = ({ iqa: _, ...stream }: InvalidationCase): InvalidationCase => stream;
const QUEUE_ERROR = 0x10n;

/** Streams that show a bug, and what it is blamed on once it is looked at. */
const shown: readonly (readonly [bug: string, stream: InvalidationCase, rule: string])[] = [
  [
    'fix-incorrect-device-invalidate',
    // The page is asked for again: it could as well be of the IOTLB.
    legacy(
      [],
      { memory: [at(CONTEXT + 16n, ...passing)] },
      ask({ sourceId: 1 }),
      store(CONTEXT + 16n, 0n),
      complete([CONTEXT_OF_DEVICE | (3n << 48n)], [ALL_MAPPINGS]),
      ask({ sourceId: 1 }),
    ),
    'invalidation.match.context-device.context-legacy',
  ],
  [
    'process-pasid-based-iotlb-invalidation',
    // With bits of DID that the unit is to ignore, and does.
    withFewDomains(
      scalable(firstStage, page, ask(), store(LOWER, 0n), complete([PAGE_OF_PASID | domain(0x100n)]), ask()),
    ),
    'invalidation.match.pasid-iotlb-page.iotlb-first-stage',
  ],
  [
    'first-stage-dropped-by-page',
    // The table goes and not the page: it could as well be a structure that is left.
    scalable(firstStage, page, ask(), store(TOP, 0n), complete([PAGE_OF_DOMAIN, 1n << 40n]), ask()),
    'invalidation.match.iotlb-page.iotlb-first-stage',
  ],
  [
    'domain-bits-above-nd',
    withFewDomains(
      scalable(firstStage, page, ask(), store(LOWER, 0n), complete([PAGE_OF_DOMAIN | domain(0x100n)]), ask()),
    ),
    'invalidation.descriptor.domain-width',
  ],
  [
    'missed-reserved-bit-check-for-iec',
    queueAlone({}, submit([0x24n], [WAIT_STATUS | (1n << 32n), STATUS]), load(STATUS)),
    'invalidation.descriptor.interrupt-entry.reserved',
  ],
  [
    'pasid-device-tlb-descriptors-unknown',
    // What is refused was not fetched before the error was cleared.
    wideQueueAlone(
      { profile: 'everything' },
      submit([0n], [0x8n]),
      store(0n, FENCE),
      write('FSTS', QUEUE_ERROR),
      read('FSTS'),
    ),
    'invalidation.descriptor.pasid-device-tlb',
  ],
  [
    'address-bits-above-mgaw',
    // The stale answer agrees with a command that was refused, as long as nobody reads that it was not.
    withoutQueue(
      legacy(
        [LOWER | 1n, 1n],
        { memory: [at(LOWER, 0x81n)] },
        ask(),
        store(LOWER, 0n),
        write('IVA', 1n << 48n),
        write('IOTLB', 0xb000_0000_0000_0000n),
        ask(),
        read('IOTLB'),
      ),
    ),
    'invalidation.descriptor.address-width',
  ],
  [
    'root-table-counts-at-once',
    // The table that waits to be set is the one that was left: the fault could as well be one that was kept.
    withoutQueue({
      ...queueAlone(
        {},
        ask(),
        write('RTADDR', 0x8_0000_0000n),
        write('GCMD', 0xc000_0000n),
        write('RTADDR', 0n),
        ask(),
      ),
      translationEnabled: true,
    }),
    'invalidation.register.root-table',
  ],
  [
    'queue-does-not-wrap',
    queueAlone(
      {},
      { step: 'submit', descriptors: [[FENCE, 0n]], times: 255 },
      submit([FENCE], [FENCE]),
      read('FSTS'),
    ),
    'invalidation.queue.wrap',
  ],
  [
    'status-without-sw',
    // The second wait is not to write, and what it writes is what the first one was to.
    queueAlone({}, submit([WAIT_STATUS | (1n << 32n), STATUS], [5n, STATUS]), load(STATUS)),
    'invalidation.wait.no-status',
  ],
  [
    'events-stay-masked',
    // There is no event to be seen, since they stay masked anyhow.
    queueAlone({}, submit([0x15n]), write('IECTL', 0n), read('IECTL')),
    'invalidation.register.completion-control',
  ],
];

/** What a breach is named depends on what is asked of the stream that showed it, not on where shrinking may begin. */
const suite = { ...invalidationSuite, startRounds: 0 };

test.each(shown)('%s is found by what it is', async (id, stream, rule) => {
  const bug = bugs.find((one) => one.id === id);
  if (bug === undefined) throw new RangeError(`no bug ${id}`);
  const implementation = await loadFaulty(bug);
  const profiles = profilesOf(implementation);
  const arbitrary = suite.arbitrary(profiles);
  const judged = judgeAnswer(suite, stream, await askFor(implementation, stream));
  const mismatch = judged.verdict.mismatches[0] as Mismatch;
  const found = await pinDown(
    {
      ...{ suite, implementation, arbitrary, profiles, seed: '1', expectedFailures: [] },
      onExecution: () => undefined,
      toll: new ShrinkingToll(),
    },
    { mismatch, testCase: stream, origin: { given: stream }, judged, afterCases: 1 },
    false,
  );
  expect(found.mismatch.rule).toBe(rule);
});

test('of a stale answer behind a command it is asked whether the command alone is to drop it', () => {
  const off = write('GCMD', 0n);
  const told = scalable(firstStage, page, ask(), store(ENTRY, 0n), complete([ONE_PASID]), off, ask());
  const asked = [...questions(told, { rule: 'invalidation.match.pasid-pasid.pasid' }, true)];
  expect(asked).toContainEqual([{ ...told, steps: [ask(), store(ENTRY, 0n), off, ask()] }]);
});

test('of a stale answer it is asked whether a unit gives it that has nothing old', () => {
  const asked = (...steps: InvalidationCase['steps']) => {
    const told = legacy([1n, 2n], {}, ...steps);
    return {
      told,
      all: [...questions(told, { rule: 'invalidation.match.context-device.context-legacy' }, true)],
    };
  };
  const { told, all } = asked(store(ENTRY, 0n), complete([CONTEXT_OF_DEVICE]), ask());
  const memory = [...told.memory, { address: ENTRY, words: [0n] }];
  expect(all).toContainEqual([{ ...told, memory, steps: [ask()] }]);
  const { told: off, all: others } = asked(store(ENTRY, 0n), write('GCMD', 0n), ask());
  expect(others.flat().filter(({ memory: then }) => then.length > off.memory.length)).toEqual([]);
});
