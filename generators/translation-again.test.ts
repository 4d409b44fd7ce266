/** A page is asked for again with other rights: what an IOTLB keeps of it besides the address shows in nothing else. */
import { expect, test } from 'vitest';
import { decodeCapabilities } from '../spec/capabilities.ts';
import type { Request, TranslationCase } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { profilePool } from './profiles.ts';
import { anyTranslationCase } from './translation.ts';

const CASES = 3000;
const drawn = drawCases(anyTranslationCase(profilePool), 3, CASES);

const isSamePage = (one: Request, next: Request): boolean =>
  one.sourceId === next.sourceId && one.pasid === next.pasid && one.address >> 12n === next.address >> 12n;
const asks = (kind: Request['kind']) => (request: Request) => request.kind === kind;

/** Cases in which a page is asked for by two requests as `first` and `second` say, in this order. */
function casesOf(
  first: (request: Request) => boolean,
  second: (request: Request) => boolean,
): readonly TranslationCase[] {
  return drawn.filter(({ requests }) =>
    requests.some((one, index) => {
      const later = requests.slice(index + 1).filter((next) => isSamePage(one, next));
      return first(one) && later.some(second);
    }),
  );
}

const untranslated = asks(undefined);
const translation = asks('translation');

test.each([
  [
    'a user asks where a supervisor was let in',
    ({ privileged }: Request) => privileged === true,
    ({ privileged }: Request) => privileged === false,
  ],
  ['a translation request follows an untranslated one', untranslated, translation],
  ['an untranslated request follows a translation request', translation, untranslated],
  [
    'a translation request with write follows one without',
    (one: Request) => translation(one) && one.noWrite === true,
    (one: Request) => translation(one) && one.noWrite === false,
  ],
  [
    'a write follows a read',
    (one: Request) => untranslated(one) && one.op === 'read',
    (one: Request) => untranslated(one) && one.op === 'write',
  ],
] as const)('%s, at the same page, in one case of 200', (_, first, second) => {
  expect(casesOf(first, second).length).toBeGreaterThan(CASES / 200);
});

test('a page is asked for by two devices, with the same PASID or both without, in one case of 200', () => {
  const shared = drawn.filter(({ requests }) =>
    requests.some(({ sourceId, address, pasid }) =>
      requests.some(
        (other) => other.sourceId !== sourceId && other.address === address && other.pasid === pasid,
      ),
    ),
  );
  expect(shared.length).toBeGreaterThan(CASES / 200);
});

test('what comes again is known to the unit', () => {
  for (const { profile, requests } of drawn) {
    const { DT } = decodeCapabilities(profile);
    if (DT === 0) expect(requests.filter(({ kind }) => kind === 'translation')).toEqual([]);
    for (const { kind, noWrite } of requests) expect(noWrite !== undefined).toBe(kind === 'translation');
  }
});
