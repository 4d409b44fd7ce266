/** Page requests that are on their way when a PASID is given back (7.10). */
import { expect, test } from 'vitest';
import { deviceTlb, PAGE_REQUEST_DRAIN } from '../../models/reference/domain-replace/queue.ts';
import { runDomainReplace as reference } from '../../models/reference/domain-replace/run.ts';
import type { DomainRequest, DriverAction } from '../../spec/schema.ts';
import {
  type Edit,
  is,
  judged,
  PASID_IOTLB,
  type Row,
  replaced,
  same,
  WAIT,
  without,
} from './edits.fixture.ts';
import {
  attach,
  blamed,
  detach,
  FIRST,
  PASS,
  release,
  replaceCase,
  SECOND,
  submit,
  unit,
  wait,
} from './hand-made.fixture.ts';

/** The entry is gone, then `more` and a drain come, then the rest without one. */
const drainedBehind =
  (more: readonly DriverAction[]): Edit =>
  (actions) => {
    const rest = without(WAIT)(actions);
    const at = rest.findIndex(is(PASID_IOTLB));
    return rest.toSpliced(at, 0, ...more, submit([...PAGE_REQUEST_DRAIN]), wait);
  };

const withPageRequests = (...requests: DomainRequest[]) => replaceCase(requests, unit(), [], true);

const table: Row[] = [
  ['a detach that drains page requests', withPageRequests(attach(FIRST), detach()), same, 'nothing'],
  [
    'a detach that does not',
    withPageRequests(attach(FIRST), detach()),
    without(WAIT),
    'page-requests.drain/order',
  ],
  [
    'a detach of what was released, drained then',
    withPageRequests(attach(FIRST), release(FIRST), detach()),
    same,
    'nothing',
  ],
  [
    'a detach of what was released, never drained',
    withPageRequests(attach(FIRST), release(FIRST), detach()),
    without(WAIT),
    'page-requests.drain/order',
  ],
  [
    'a drain before the Device-TLB is invalidated',
    withPageRequests(attach(FIRST), detach()),
    (actions) => [submit([...PAGE_REQUEST_DRAIN]), wait, ...without(WAIT)(actions)],
    'page-requests.drain/order',
  ],
  [
    'a drain before the Device-TLB is invalidated, of an entry that is gone',
    withPageRequests(attach(FIRST), detach()),
    drainedBehind([]),
    'page-requests.drain/order',
  ],
  [
    'a drain behind an invalidation of another device',
    withPageRequests(attach(FIRST), detach()),
    drainedBehind([submit(deviceTlb(0x20, 0))]),
    'page-requests.drain/order',
  ],
  [
    'a drain behind an invalidation of one page',
    withPageRequests(attach(FIRST), detach()),
    drainedBehind([submit([3n | (0x10n << 32n), 0n])]),
    'page-requests.drain/order',
  ],
  [
    'a drain while the entry may still be seen',
    withPageRequests(attach(FIRST), detach()),
    (actions) => {
      const [store, ...rest] = without(WAIT)(actions);
      return [store!, submit(deviceTlb(0x10, 0)), submit([...PAGE_REQUEST_DRAIN]), wait, ...rest];
    },
    'page-requests.drain/order',
  ],
  [
    'a wait without PD in its place',
    withPageRequests(attach(FIRST), detach()),
    replaced(WAIT, [0x45n, 0n]),
    'page-requests.drain/order',
  ],
  [
    'a drain that is not waited for',
    withPageRequests(attach(FIRST), detach()),
    (actions) => actions.slice(0, -1),
    'page-requests.drain/order',
  ],
  [
    'a device without page requests, which need no drain',
    replaceCase([attach(FIRST), detach()]),
    same,
    'nothing',
  ],
  [
    'a detach from pass-through, under which no page request was made',
    withPageRequests(attach(PASS), detach()),
    without(WAIT),
    'nothing',
  ],
  [
    'a detach from pass-through, which came in place of tables',
    withPageRequests(attach(FIRST), attach(PASS), detach()),
    without(WAIT),
    'page-requests.drain/order',
  ],
];

test.for(table)('$0: $3', ([, testCase, edit, expected]) => {
  expect(judged(testCase, edit).blamed).toBe(expected);
});

test('what was drained when pass-through came in its place need not be drained again', () => {
  const testCase = withPageRequests(attach(FIRST), attach(PASS), detach());
  const { requests } = reference(testCase);
  const [first, second, third] = requests.map(({ actions }) => actions);
  const drained = [...second!, submit(deviceTlb(0x10, 0)), submit([...PAGE_REQUEST_DRAIN]), wait];
  const reports = [first!, drained, without(WAIT)(third!)].map((actions) => ({ actions: [...actions] }));
  expect(blamed(testCase, { requests: reports })).toBe('nothing');
});

test('what a failed attach left blocked need not be drained at its detach', () => {
  const requests = [attach(FIRST), attach(SECOND), detach()];
  const { requests: reports } = reference(withPageRequests(attach(FIRST), release(FIRST), detach()));
  const observation = { requests: [reports[0]!, { ...reports[1]!, failed: true }, { actions: [] }] };
  expect(blamed({ ...withPageRequests(...requests), failing: [1] }, observation)).toBe('nothing');
});
