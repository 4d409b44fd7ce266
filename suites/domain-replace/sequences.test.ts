/** Sequences of known drivers: which transitions need which steps, and which rules drivers keep or break. */
import { describe, expect, test } from 'vitest';
import { runDomainReplace as optimized } from '../../models/optimized/domain-replace.ts';
import { runDomainReplace as reference } from '../../models/reference/domain-replace/run.ts';
import type { Domain, DomainRequest, DriverAction } from '../../spec/schema.ts';
import {
  attach,
  blamed,
  detach,
  domains,
  type Entry,
  FIRST,
  NESTED,
  OTHER_FIRST,
  OTHER_NESTED,
  OTHER_SECOND,
  PASS,
  remarked,
  replaceCase,
  SECOND,
  Sequence,
  unit,
} from './hand-made.fixture.ts';

/** Stores of one sync each, as quantum numbers; `-` where the entry is not present afterwards. */
function syncs(actions: readonly DriverAction[]): string[] {
  const groups: string[] = [];
  let group = '';
  for (const action of actions) {
    if (action.do === 'store') group += `${action.quantum}${(action.value[0] ?? 0n) === 0n ? '-' : ''}`;
    if (action.do !== 'wait' || group === '') continue;
    groups.push(group);
    group = '';
  }
  return groups;
}

const NONE = undefined;
/** From, to, and what each sync covers when every domain has an id of its own. */
const transitions: [string, Domain | undefined, Domain | undefined, string[]][] = [
  ['nothing to first stage', NONE, FIRST, ['1', '0']],
  ['nothing to second stage', NONE, SECOND, ['0']],
  ['nothing to nested', NONE, NESTED, ['1', '0']],
  ['nothing to pass-through', NONE, PASS, ['0']],
  ['first stage to nothing', FIRST, NONE, ['0-', '1-']],
  ['second stage to nothing', SECOND, NONE, ['0-']],
  ['nested to nothing', NESTED, NONE, ['0-', '1-']],
  ['pass-through to nothing', PASS, NONE, ['0-']],
  ['first stage to another', FIRST, OTHER_FIRST, ['0-', '1', '0']],
  ['first stage to second stage', FIRST, SECOND, ['0', '1-']],
  ['first stage to nested', FIRST, NESTED, ['0-', '1', '0']],
  ['first stage to pass-through', FIRST, PASS, ['0', '1-']],
  ['first stage to itself', FIRST, FIRST, []],
  ['second stage to another', SECOND, OTHER_SECOND, ['0']],
  ['second stage to first stage', SECOND, FIRST, ['1', '0']],
  ['second stage to nested', SECOND, NESTED, ['1', '0']],
  ['second stage to pass-through', SECOND, PASS, ['0']],
  ['nested to another', NESTED, OTHER_NESTED, ['0-', '1', '0']],
  ['nested to first stage', NESTED, FIRST, ['0-', '1', '0']],
  ['nested to second stage', NESTED, SECOND, ['0', '1-']],
  ['nested to pass-through', NESTED, PASS, ['0', '1-']],
  ['pass-through to first stage', PASS, FIRST, ['1', '0']],
  ['pass-through to second stage', PASS, SECOND, ['0']],
  ['pass-through to nested', PASS, NESTED, ['1', '0']],
];

test.for(transitions)('%s takes the syncs of the reviewed writer', ([, from, to, expected]) => {
  const requests: DomainRequest[] = [
    from === undefined ? detach() : attach(from),
    to === undefined ? detach() : attach(to),
  ];
  const { requests: reports } = reference(replaceCase(requests));
  expect(syncs(reports[1]!.actions)).toEqual(expected);
});

test('with the domain id kept, one first stage replaces another by one swap of its pointer', () => {
  const { requests } = optimized(replaceCase([attach(FIRST), attach(OTHER_FIRST)]));
  expect(syncs(requests[1]!.actions)).toEqual(['1']);
});

const [ONE, TWO]: [number, number] = [4, 5];
const kinds = [FIRST, SECOND, NESTED, PASS];

describe('Linux clears the entry, then writes the new one', () => {
  const profiles = [unit(), unit({ C: 0 }), unit({ CM: 1 }), unit({ C: 0, CM: 1 })];
  test.for([undefined, 7])('which keeps every rule, of PASID %s', (pasid) => {
    for (const profile of profiles) {
      for (const [from, to] of pairs()) {
        const testCase = replaceCase(
          [attach(from, 0, pasid), attach(to, 0, pasid), detach(0, pasid)],
          profile,
        );
        const [old, entry]: [Entry, Entry] = [
          { domain: from, did: ONE },
          { domain: to, did: TWO },
        ];
        const sequence = () => new Sequence(profile, 0, pasid);
        const observation = {
          requests: [
            sequence().setUp(old),
            sequence().tearDown(old).setUp(entry),
            sequence().tearDown(entry),
          ].map(({ actions }) => ({ actions })),
        };
        expect(blamed(testCase, observation)).toBe('nothing');
      }
    }
  });

  test('and is remarked where one swap would do', () => {
    const [old, entry] = [
      { domain: SECOND, did: ONE },
      { domain: OTHER_SECOND, did: TWO },
    ];
    const sequence = () => new Sequence(unit());
    const observation = {
      requests: [sequence().setUp(old), sequence().tearDown(old).setUp(entry)].map(({ actions }) => ({
        actions,
      })),
    };
    const testCase = replaceCase([attach(SECOND), attach(OTHER_SECOND)]);
    expect(remarked(testCase, observation)).toEqual(['entry.hitless']);
  });

  function* pairs(): Iterable<[Domain, Domain]> {
    for (const from of kinds) for (const to of domains) if (to !== from) yield [from, to];
  }
});

describe('known bugs', () => {
  const profile = unit();
  const start = (domain: Domain) => new Sequence(profile).setUp({ domain, did: ONE }).actions;
  const judged = (requests: DomainRequest[], second: Sequence, ...more: Sequence[]) =>
    blamed(replaceCase(requests), {
      requests: [
        { actions: start(domains[(requests[0] as { domain: number }).domain]!) },
        ...[second, ...more].map(({ actions }) => ({ actions })),
      ],
    });
  const sequence = () => new Sequence(profile);
  const drop = (one: Sequence) => one.pasidCache(ONE).wait().pasidIotlb(ONE).wait().deviceTlb().wait();

  test('the whole entry is zeroed while P may still be seen', () => {
    const zeroed = sequence();
    for (const quantum of [0, 1, 2, 3]) zeroed.write(quantum, [0n, 0n]);
    expect(judged([attach(FIRST), detach()], drop(zeroed))).toBe('entry.torn/memory');
  });

  test('a second stage is torn down by a PASID-based IOTLB invalidation, and its domain id given again', () => {
    const down = drop(sequence().write(0, [0n, 0n]));
    const again = sequence().setUp({ domain: OTHER_SECOND, did: ONE });
    expect(judged([attach(SECOND), detach(), attach(OTHER_SECOND)], down, again)).toBe('did.clean/outcome');
    const other = sequence().setUp({ domain: OTHER_SECOND, did: TWO });
    expect(judged([attach(SECOND), detach(), attach(OTHER_SECOND)], down, other)).toBe('nothing');
  });

  test('every page of a PASID is a first stage, and no pass-through (Table 24)', () => {
    const down = () => sequence().write(0, [0n, 0n]).pasidCache(ONE).everyPage(ONE).deviceTlb().wait();
    expect(judged([attach(FIRST), detach()], down())).toBe('nothing');
    expect(judged([attach(PASS), detach()], down())).toBe('iotlb/outcome');
  });

  test('a nested pair is torn down by a page of its domain, and its domain id given again', () => {
    const down = sequence().write(0, [0n, 0n]).pasidCache(ONE).pageIotlb(ONE).deviceTlb().wait();
    const again = sequence().setUp({ domain: OTHER_SECOND, did: ONE });
    expect(judged([attach(NESTED), detach(), attach(OTHER_SECOND)], down, again)).toBe('did.clean/outcome');
  });

  test('the same domain id for another second stage needs the whole domain dropped', () => {
    const swap = () => sequence().store(0, { domain: OTHER_SECOND, did: ONE });
    const requests = [attach(SECOND), attach(OTHER_SECOND)];
    expect(judged(requests, drop(swap()))).toBe('iotlb/outcome');
    expect(judged(requests, swap().pasidCache(ONE).domainIotlb(ONE).deviceTlb().wait())).toBe('nothing');
  });

  test('the same domain id for another nested pair mixes both pairs', () => {
    const swap = sequence()
      .write(0, [0n, 0n])
      .pasidCache(ONE)
      .wait()
      .store(1, { domain: OTHER_NESTED, did: ONE })
      .store(0, { domain: OTHER_NESTED, did: ONE });
    const done = swap.pasidCache(ONE).domainIotlb(ONE).deviceTlb().wait();
    expect(judged([attach(NESTED), attach(OTHER_NESTED)], done)).toBe('did.clean/outcome');
  });

  test('the new entry is written over the old one without a sync between its quanta', () => {
    const entry = { domain: FIRST, did: TWO };
    const over = drop(sequence().store(1, entry).store(0, entry));
    expect(judged([attach(SECOND), attach(FIRST)], over)).toBe('entry.torn/memory');
  });

  test('IOTLB and Device-TLB are dropped before the entry is', () => {
    const early = sequence()
      .pasidIotlb(ONE)
      .wait()
      .deviceTlb()
      .wait()
      .write(0, [0n, 0n])
      .pasidCache(ONE)
      .wait();
    expect(judged([attach(FIRST), detach()], early)).toBe('order.pasid-cache/outcome');
  });

  test('each sync drops IOTLB and Device-TLB too, as the first version of the series did', () => {
    const entry = { domain: FIRST, did: TWO };
    const done = drop(drop(sequence().store(1, entry)).store(0, entry));
    const requests = [attach(SECOND), attach(FIRST)];
    expect(judged(requests, done)).toBe('nothing');
    const observation = { requests: [{ actions: start(SECOND) }, { actions: done.actions }] };
    expect(remarked(replaceCase(requests), observation)).toEqual(['cost.device-tlb']);
  });

  test('the PASID-cache is told the new domain id alone', () => {
    const swap = sequence().store(0, { domain: OTHER_SECOND, did: TWO });
    const done = swap.pasidCache(TWO).wait().domainIotlb(ONE).wait().deviceTlb().wait();
    expect(judged([attach(SECOND), attach(OTHER_SECOND)], done)).toBe('pasid-cache/outcome');
  });
});
