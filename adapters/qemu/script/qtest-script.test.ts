import { expect, test } from 'vitest';
import type { Finding, InvalidationObservation } from '../../../spec/schema.ts';
import { judgeInvalidation } from '../../../suites/invalidation/judge.ts';
import { profileOf } from '../profile.ts';
import { read, streamOf, submit, WAIT } from '../stream.fixture.ts';
import { qtestScript, whyNoScript } from './qtest-script.ts';

const profile = profileOf('qemu-legacy-39', { cap: 0xd2_008c_2226_0206n, ecap: 0xf4an });
const stream = streamOf(profile, [read, submit(WAIT)]);
const blocked = { outcome: 'blocked', record: null };

const observation = { answers: [blocked] };
const [breach] = judgeInvalidation(stream, observation as InvalidationObservation).mismatches;
if (breach === undefined) throw new RangeError('the judge takes it');

const named: Finding = {
  version: 1,
  id: 'some/id',
  area: 'invalidation',
  ...breach,
  level: 'must',
  implementation: 'qemu-9.9',
  seed: '1',
  case: stream,
  observed: 'blocked\n"""; import os',
  observation,
  found: { afterCases: 1, executions: 1 },
};

test('a finding of another implementation has no script, nor one that no answer shows', () => {
  expect(qtestScript({ ...named, implementation: 'crosvm' })).toBeUndefined();
  expect(qtestScript({ ...named, observation: { answers: [] } })).toBeUndefined();
  const other = { ...stream, profile: { ...profile, name: 'qemu-aw-bits=39" -monitor stdio' } };
  expect(qtestScript({ ...named, case: other })).toBeUndefined();
});

test('a finding against QEMU without a script says why, one of another implementation does not', () => {
  const chance = { ...named, rule: 'invalidation.repeatable' };
  expect(qtestScript(chance)).toBeUndefined();
  expect(whyNoScript(chance)).toMatch(/by chance/);
  expect(whyNoScript({ ...named, observation: { answers: [] } })).toMatch(/No single answer/);
  expect(whyNoScript({ ...chance, implementation: 'crosvm' })).toBeUndefined();
});

test('a script tells what came, and what may come', () => {
  const script = qtestScript(named) ?? '';
  expect(script).toMatch(/^#!\/usr\/bin\/env python3\n/);
  expect(script).toContain('("step 0, read of 0x8 by 00:02.0", request("read", ');
  expect(script).toContain('"translated to 0x400008",');
  expect(script).not.toContain('"blocked, no fault recorded",');
  expect(script).toContain('"intel-iommu,aw-bits=39",');
});

test('words of a finding stay a comment', () => {
  const lines = (qtestScript(named) ?? '').split('\n').filter((line) => line.includes('import os'));
  expect(lines).toEqual([
    '# observed: blocked """; import os',
    'import os, shutil, signal, struct, subprocess, sys, tempfile, time',
  ]);
});

test('of a case that QEMU does not survive the script waits for its end', () => {
  expect(qtestScript({ ...named, observation: null })).toContain('EXPECT_DEATH = True\n');
});
