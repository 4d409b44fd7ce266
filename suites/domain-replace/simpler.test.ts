/** Programs of drivers come down to one form, and are named by what is wrong. */
import { expect, test } from 'vitest';
import { bugCalled } from '../../models/faulty/bugs.ts';
import {
  attach,
  detach,
  FIRST,
  program,
  release,
  SECOND,
  unit,
} from '../../models/faulty/domain-replace/programs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { DomainReplaceCase } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { closerLook } from '../core/closer.ts';
import { isOffered } from './offered.ts';
import { simplerDomainReplaces } from './simpler.ts';
import { domainReplaceSuite } from './suite.ts';
import { underUnit } from './under.ts';

const requestsOf = (testCase: DomainReplaceCase) =>
  [...simplerDomainReplaces(testCase)].map(({ requests }) => requests);

test('of two places the one that is named first comes first', () => {
  const last = release(0);
  const testCase = program({ domains: [FIRST], requests: [attach(0, { pasid: 1 }), attach(0), last] });
  expect(requestsOf(testCase)).toContainEqual([attach(0), attach(0, { pasid: 1 }), last]);
});

test('one device with a PASID is simpler than two devices', () => {
  const devices = [{ ats: false }, { ats: false }];
  const testCase = program({ domains: [SECOND], devices, requests: [attach(0), attach(0, { device: 1 })] });
  expect(requestsOf(testCase)).toContainEqual([attach(0), attach(0, { pasid: 1 })]);
});

test('of a program that takes two places the lower one comes first, whatever is done in it', () => {
  const devices = [{ ats: false }, { ats: false }];
  const requests = [attach(0, { device: 1 }), { ...detach, pasid: 1 }, attach(0)];
  const testCase = program({ domains: [SECOND], devices, requests });
  expect(requestsOf(testCase)).toContainEqual([attach(0, { pasid: 1 }), { ...detach, device: 1 }, attach(0)]);
});

test('what is about a device is about the one before it, and so on', () => {
  const devices = Array.from({ length: 3 }, () => ({ ats: false }));
  const requests = [attach(0, { device: 1, pasid: 1 }), attach(0, { device: 2 }), attach(0)];
  const testCase = program({ domains: [SECOND], devices, requests });
  const lower = [attach(0, { pasid: 1 }), attach(0, { device: 1 }), attach(0)];
  const found = [...simplerDomainReplaces(testCase)].filter(({ devices: left }) => left.length === 2);
  expect(found.map((one) => one.requests)).toContainEqual(lower);
});

test('the first domain has tables, where another has', () => {
  const testCase = program({ domains: [{ kind: 'pass-through' }, SECOND], requests: [attach(0), attach(1)] });
  const kinds = [...simplerDomainReplaces(testCase)].map(({ domains }) => domains.map(({ kind }) => kind));
  expect(kinds).toContainEqual(['second-stage', 'pass-through']);
});

test('on a unit without second stage its domains are pass-through', () => {
  const testCase = program({ domains: [SECOND], requests: [attach(0)] });
  const moved = underUnit(testCase, unit('first-stage-48', { PT: 1 }));
  expect(moved?.domains).toEqual([{ kind: 'pass-through' }]);
  expect(underUnit(testCase, unit('first-stage-48', { PT: 0 }))).toBeUndefined();
});

test('many places are moved to one device at once', () => {
  const devices = [{ ats: false }, { ats: false }];
  const requests = [0, 1].flatMap((device) => [1, 2].map((pasid) => attach(0, { device, pasid })));
  const [, ...others] = [1, 2, 3].map((pasid) => attach(0, { pasid }));
  expect(requestsOf(program({ domains: [SECOND], devices, requests }))).toContainEqual([
    ...[attach(0), attach(0, { pasid: 1 })],
    ...others,
  ]);
});

test('who does not tell that no domain id is left is asked whether any failure is told', async () => {
  const bug = bugCalled('failed-attach-not-told');
  if (bug === undefined) throw new RangeError('no bug failed-attach-not-told');
  const implementation = await loadFaulty(bug);
  const requests = Array.from({ length: 17 }, (_, index) => attach(0, { pasid: index + 1 }));
  const testCase = program({ profile: unit('nested-48', { ND: 0 }), domains: [SECOND], requests });
  const { verdict } = judgeAnswer(domainReplaceSuite, testCase, await ask(implementation, testCase));
  const [mismatch] = verdict.mismatches;
  expect(mismatch).toMatchObject({ rule: 'domain-replace.did.exhausted', aspect: 'record' });
  if (mismatch === undefined) return;
  const closer = await closerLook(domainReplaceSuite, implementation, { testCase, mismatch }, true);
  expect(closer.mismatch.rule).toBe('domain-replace.failure.reported');
});

test('requests that fail still do when those before them are left out', () => {
  const requests = [detach, attach(0), detach, attach(0, { pasid: 1 }), attach(0)];
  const testCase = { ...program({ domains: [SECOND], requests }), failing: [2, 3] };
  const all = [...simplerDomainReplaces(testCase)].map(({ requests: left, failing }) => ({ left, failing }));
  expect(all).toContainEqual({ left: requests.slice(1), failing: [1, 2] });
  expect(all).toContainEqual({ left: requests.toSpliced(2, 1), failing: [2] });
});

test('nobody is asked for what the contract has not, whatever a crash is shrunk to', () => {
  const domains = [FIRST, SECOND];
  const testCase = program({ domains, requests: [attach(1), attach(0), release(0)] });
  const all = [...simplerDomainReplaces(testCase)];
  expect(all.flatMap((one) => one.requests.filter((request) => !isOffered(one, request)))).toEqual([]);
  expect(underUnit(testCase, unit('second-stage-48', { PT: 1 }))).toBeUndefined();
  expect(underUnit(testCase, namedProfile('legacy-39')!)).toBeUndefined();
});
