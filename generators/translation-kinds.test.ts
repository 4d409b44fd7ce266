import { expect, test } from 'vitest';
import { decodeCapabilities } from '../spec/capabilities.ts';
import { namedProfiles } from '../spec/profiles.ts';
import type { Profile, Request, TranslationCase } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { profilePool } from './profiles.ts';
import { anyTranslationCase } from './translation.ts';

const sample = (profiles: readonly Profile[]): readonly TranslationCase[] =>
  drawCases(anyTranslationCase(profiles), 2, 3000);
const drawn = sample(profilePool);
const kindOf = ({ kind }: Request): string => kind ?? 'untranslated';

test('every kind of request and every operation is drawn, with and without PASID', () => {
  const requests = drawn.flatMap((testCase) => testCase.requests);
  const shapes = new Set(
    requests.map((request) => `${kindOf(request)}${request.pasid === undefined ? '' : '+'}`),
  );
  const kinds = ['page-request', 'translated', 'translation', 'untranslated'];
  expect([...shapes].sort()).toEqual(kinds.flatMap((kind) => [kind, `${kind}+`]));
  expect(new Set(requests.map(({ op }) => op)).size).toBe(4);
});

test('a unit is not asked for what it says nothing of: ATS without DT, PASIDs, page requests without PRS', () => {
  const unknown = drawn.flatMap(({ profile, requests }) => {
    const { DT, PASID, PRS } = decodeCapabilities(profile);
    const refused = [
      ...(DT === 0 ? ['translation', 'translated'] : []),
      ...(PRS === 0 ? ['page-request'] : []),
    ];
    return requests.filter(
      (request) => refused.includes(kindOf(request)) || (PASID === 0 && request.pasid !== undefined),
    );
  });
  expect(unknown).toEqual([]);
});

test('a profile whose devices only read and write without PASID gets nothing else', () => {
  const plain = namedProfiles.map(
    (profile): Profile => ({
      ...profile,
      requestKinds: ['untranslated'],
      pasids: false,
      ops: ['read', 'write'],
    }),
  );
  const requests = sample(plain).flatMap((testCase) => testCase.requests);
  expect(new Set(requests.map(({ op }) => op))).toEqual(new Set(['read', 'write']));
  const keys = new Set(requests.flatMap((request) => Object.keys(request)));
  expect([...keys].sort()).toEqual(['address', 'op', 'sourceId']);
});

test('no untranslated write without PASID goes to the interrupt range', () => {
  const inRange = drawn
    .flatMap(({ requests }) => requests)
    .filter(({ address }) => address >> 20n === 0xfeen);
  expect(inRange.length).toBeGreaterThan(20);
  const writes = inRange.filter((request) => kindOf(request) === 'untranslated' && request.op === 'write');
  expect(writes.filter(({ pasid }) => pasid === undefined)).toEqual([]);
});
