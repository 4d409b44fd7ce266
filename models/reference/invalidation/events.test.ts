import { describe, expect, test } from 'vitest';
import { translationOffRule } from '../../../spec/invalidation/events.ts';
import type { StreamStep } from '../../../spec/schema.ts';
import {
  answers,
  ask,
  at,
  complete,
  expectationAfter,
  io,
  NEW,
  OLD,
  optionsAfter,
  PAGE,
  PASID,
  pasidEntry,
  pc,
  pio,
  short,
  store,
  type World,
} from './hand-made.fixture.ts';

const legacy: World = { type: 'legacy' };
const second: World = { type: 'second-stage' };
const leaf = at.second[2] as bigint;
const toNew = store(leaf, NEW | 3n);
const TE = 1n << 31n;
const SRTP = 1n << 30n;
const QIE = 1n << 26n;
const command = (value: bigint): StreamStep => ({ step: 'write', register: 'GCMD', value });

describe('translation that is switched off', () => {
  const off = command(QIE);
  /** The root table pointer is set before translation is enabled again. */
  const on = [command(QIE | SRTP), command(TE | QIE)];

  test('lets every untranslated request through', () => {
    expect(answers(legacy, off, ask())).toEqual([PAGE]);
    expect(expectationAfter(legacy, off, ask({ address: 0xfee0_0000n })).kind).toBe('open');
    expect(expectationAfter(second, off, ask({ kind: 'page-request' })).kind).toBe('open');
  });

  test('ignores the PASID of an untranslated request (3.1), at FEEx_xxxxh as well', () => {
    const options = optionsAfter(second, off, ask({ pasid: 3 }));
    expect(options.map(({ answer }) => answer)).toMatchObject([
      { outcome: 'translated', address: PAGE, rules: ['invalidation.translation-off.pasid'] },
    ]);
    expect(expectationAfter(second, off, ask({ pasid: 3, address: 0xfee0_0000n })).kind).toBe('open');
  });

  test.each(['translation', 'translated'] as const)(
    'makes %s requests unsupported, of which code and record are not stated (4.2.1)',
    (kind) => {
      for (const request of [{}, { pasid: 3 }, { address: 0xfee0_0000n }]) {
        expect(
          optionsAfter(second, off, ask({ ...request, kind })).map(({ answer }) => answer),
        ).toMatchObject([
          {
            outcome: 'blocked',
            status: 'UR',
            condition: undefined,
            rule: 'invalidation.translation-off.ats',
          },
        ]);
      }
      const plain: World = { type: 'second-stage', capabilities: { DT: 0, PRS: 0, HPTS: 0, PTRS: 0 } };
      expect(expectationAfter(plain, off, ask({ kind })).kind).toBe('open');
    },
  );

  test('empties the caches of a unit that has scalable mode, and no others', () => {
    expect(answers(second, toNew, off, ...on, ask())).toEqual([NEW]);
    const plain: World = { type: 'legacy', capabilities: { SMTS: 0, PASID: 0, HPTS: 0, PRS: 0 } };
    expect(answers(plain, toNew, off, ...on, ask())).toEqual([NEW, OLD]);
  });

  test('is what an old answer is held against', () => {
    const expectation = expectationAfter(second, toNew, off, ...on, ask());
    const gone = expectation.kind === 'request' ? expectation.gone : [];
    expect(gone.map(({ answer, rule }) => [short(answer), rule])).toEqual([[OLD, translationOffRule]]);
  });
});

describe('a root table pointer that is set', () => {
  const set = command(TE | QIE | SRTP);

  test('empties the caches where ESRTPS says so', () => {
    expect(answers(second, toNew, set, ask())).toEqual([NEW, OLD]);
    const emptying: World = { type: 'second-stage', capabilities: { ESRTPS: 1 } };
    expect(answers(emptying, toNew, set, ask())).toEqual([NEW]);
  });
});

describe('a page request that is queued', () => {
  const page = ask({ kind: 'page-request', lastInGroup: true });

  test('drops what is kept for its page', () => {
    expect(answers(second, toNew, page, ask())).toEqual([NEW]);
    expect(answers(second, toNew, ask({ kind: 'page-request', address: 0x6000n }), ask())).toEqual([
      NEW,
      OLD,
    ]);
    const first: World = { type: 'first-stage' };
    const moved = store(at.first[3] as bigint, NEW | 0x67n);
    expect(answers(first, moved, page, ask())).toEqual([NEW]);
  });

  test('drops nothing of the PASID-cache', () => {
    const moved = store(
      at.pasid,
      ...pasidEntry('second-stage', { second: at.otherSecond, did: 6 }).slice(0, 2),
    );
    expect(answers(second, moved, page, ask())).toEqual([NEW, OLD]);
  });

  test('drops nothing when it is refused', () => {
    const refusing: World = { ...second, words: { [String(at.context)]: 0x3000n | (7n << 9n) | 0xdn } };
    expect(answers(refusing, toNew, page, ask())).toEqual([NEW, OLD]);
  });
});

describe('rules that made an end of an answer', () => {
  test('are the cells of the tables by which it went', () => {
    const expectation = expectationAfter(second, toNew, complete(io('page')), ask());
    const gone = expectation.kind === 'request' ? expectation.gone : [];
    expect(gone.map(({ answer, rule }) => [short(answer), rule])).toEqual([
      [OLD, 'invalidation.match.iotlb-page.iotlb-second-stage'],
    ]);
  });

  test('are told for each cache that it could have come from', () => {
    const moved = store(
      at.pasid,
      ...pasidEntry('second-stage', { second: at.otherSecond, did: 6 }).slice(0, 2),
    );
    const expectation = expectationAfter(second, moved, complete(pc('pasid'), io('domain')), ask());
    const gone = expectation.kind === 'request' ? expectation.gone : [];
    expect(gone.map(({ answer, rule }) => [short(answer), rule])).toEqual([
      [OLD, 'invalidation.match.iotlb-domain.iotlb-second-stage'],
      [OLD, 'invalidation.match.pasid-pasid.pasid'],
    ]);
  });
});

describe('a unit whose caches only requests fill', () => {
  const strict: World = { type: 'second-stage', policies: { cacheFills: 'requests' } };

  test('holds nothing that was not asked for', () => {
    expect(answers(strict, toNew, ask())).toEqual([NEW]);
    expect(answers(strict, ask(), toNew, ask())).toEqual([NEW, OLD]);
    expect(answers(strict, ask(), toNew, complete(io('page')), ask())).toEqual([NEW]);
    expect(answers(strict, ask(), complete(pio('pasid')), toNew, ask())).toEqual([NEW]);
  });

  test('may serve a request with PASID from what one without left (D15)', () => {
    expect(answers(strict, ask(), toNew, ask({ pasid: PASID }))).toEqual([NEW, 'SCT.9', OLD]);
    expect(answers(strict, ask({ pasid: PASID }), toNew, ask())).not.toContain(OLD);
  });

  test('may refuse a supervisor by the right that a user was refused, before SRE (Table 17)', () => {
    const entry = store(at.pasid - 64n, ...pasidEntry('second-stage').slice(0, 2));
    const user = { pasid: PASID - 1, address: 0x4000_0000n };
    const supervisor = ask({ ...user, privileged: true });
    expect(answers(strict, entry, supervisor)).toEqual(['SPT.6']);
    expect(answers(strict, entry, ask(user), supervisor)).toEqual(['SPT.6', 'SSS.2']);
  });

  test('holds what leads to a page that was asked for', () => {
    const table = store(at.second[1] as bigint, (at.otherSecond + 0x2000n) | 3n);
    expect(answers(strict, ask({ address: 0x6000n }), table, ask())).toEqual([NEW, OLD]);
  });
});
