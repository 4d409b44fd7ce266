/** A breach that shows by its consequences is named by its cause, whatever case it was found in. */
import { expect, test } from 'vitest';
import {
  ALL_CONTEXTS,
  binding,
  CONTEXT,
  ENTRY,
  enable,
  firstStage,
  invalidate,
  MAPPINGS_OF_DOMAIN,
  PASIDS,
  PASIDS_OF_DOMAIN,
  plug,
  store,
  tables,
  track,
} from '../../models/faulty/binding/bindings.ts';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import type { BindingCase } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { closerLook } from '../core/closer.ts';
import { bindingSuite } from './suite.ts';

const secondStage = 0x89n;
const elsewhere = 0x20_0089n;

/** Cases that show a bug, what they break, and what that comes from. */
const shown: readonly (readonly [bug: string, testCase: BindingCase, breaks: string, comesFrom: string])[] = [
  [
    // Nothing is bound either way: that the entry was not read shows only in that nobody complains of it.
    'domain-selective-pasid-cache-does-nothing',
    binding({
      memory: tables([0n]),
      steps: [plug(), enable, store(ENTRY, secondStage), invalidate(PASIDS_OF_DOMAIN)],
    }),
    'bind.unsupported',
    'event.new-entry',
  ],
  [
    // The same table as before, under another domain.
    'pasid-cache-domain-in-memory',
    binding({
      memory: tables(firstStage()),
      steps: [
        ...[plug(), enable, store(ENTRY, ...firstStage().with(1, 3n))],
        ...[invalidate(PASIDS_OF_DOMAIN), invalidate(MAPPINGS_OF_DOMAIN | (3n << 16n))],
      ],
    }),
    'invalidate.domain',
    'event.pasid-domain',
  ],
  [
    // What differs is the upper half of a pointer, which entries of no host table have as well.
    'upper-half-of-pointer-not-compared',
    binding({
      memory: tables([secondStage]),
      steps: [plug(), enable, store(ENTRY, secondStage, 0n, 1n << 38n), invalidate(PASIDS_OF_DOMAIN)],
    }),
    'bind.unsupported',
    'event.pasid-domain',
  ],
  [
    // RID_PASID moves to an entry that is equal.
    'moved-requester-pasid-unnoticed',
    binding({
      memory: [...tables([elsewhere, 1n]), { address: ENTRY + 64n, words: [elsewhere, 1n] }],
      steps: [
        ...[plug(), enable, store(CONTEXT + 8n, 1n), invalidate(ALL_CONTEXTS)],
        ...[store(ENTRY + 64n, secondStage), invalidate(0x17n | (1n << 16n) | (1n << 32n))],
      ],
    }),
    'bind.unsupported',
    'event.pasid-selective',
  ],
  [
    // The new entry is bound as the old one was, whenever it is there.
    'page-table-pointer-halved',
    binding({
      memory: tables(firstStage()),
      steps: [plug(), enable, store(ENTRY, 0x41n, 0n, 1n << 32n), invalidate(PASIDS_OF_DOMAIN)],
    }),
    'event.pasid-domain',
    'bind.first-stage',
  ],
  [
    'new-table-does-not-track',
    binding({ steps: [enable, track, plug(), track] }),
    'dirty.children',
    'dirty.new',
  ],
  [
    'first-stage-of-four-levels-always',
    binding({
      guest: { FS5LP: 1 },
      host: { FS5LP: 1 },
      devices: [{ pasidBits: 7 }],
      memory: tables(firstStage(4n), { pasid: 1, context: [PASIDS] }),
      steps: [plug(), enable],
      failing: [3],
    }),
    'event.enable',
    'bind.first-stage',
  ],
];

test.each(shown)('%s is found by what it is', async (id, testCase, breaks, comesFrom) => {
  const bug = bugCalled(id);
  if (bug === undefined) throw new RangeError(`no bug ${id}`);
  const implementation = await loadFaulty(bug);
  const { verdict } = judgeAnswer(bindingSuite, testCase, await ask(implementation, testCase));
  const [mismatch] = verdict.mismatches;
  expect(mismatch?.rule).toBe(`binding.${breaks}`);
  if (mismatch === undefined) return;
  const closer = await closerLook(bindingSuite, implementation, { testCase, mismatch }, true);
  expect(closer.mismatch.rule).toBe(`binding.${comesFrom}`);
});
