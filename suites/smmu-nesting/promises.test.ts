/** What the area promises of virtual SMMUs over physical ones, the rules that hold it, and that cases decide them. */
import { describe, expect, test } from 'vitest';
import { drawCases } from '../../generators/drawing.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { anySmmuNestingCase } from '../../generators/smmu-nesting.ts';
import { runSmmuNesting } from '../../models/optimized/smmu-nesting/run.ts';
import { smmuNestingRules } from '../../spec/rules/smmu-nesting.ts';
import { judgeSmmuNesting } from './judge.ts';

const promises: readonly (readonly [sentence: string, rules: readonly string[]])[] = [
  ['a StreamID of the guest leads to a device, and to its StreamID on the host', ['convert.stream', 'calls']],
  ['a StreamID without a device is no error', ['queue.unknown-stream']],
  ['a command for the stream table reads the entry again', ['event.cfgi-ste', 'queue.bad-entry']],
  ['ranges and all streams too', ['event.cfgi-range', 'event.cfgi-all', 'convert.range']],
  ['a nested table is found or made for the entry', ['stream.stage-1', 'table.legal']],
  ['tables may be shared by the devices of one SMMU, never of two', ['table.shared', 'table.unit']],
  ['the attachment of the device is replaced', ['table.replace', 'table.in-use', 'table.once', 'table.leak']],
  ['the host is given valid bits alone', ['table.mask']],
  ['each Config has its meaning', ['stream.stage-1', 'stream.bypass', 'stream.abort', 'stream.bad-entry']],
  ['so have SMMUEN and GBPA', ['event.enable', 'event.disable', 'event.gbpa']],
  ['devices come and go', ['event.plug', 'event.unplug']],
  ['commands are converted: VMID and StreamID', ['convert.vmid', 'convert.stream', 'convert.opcode']],
  [
    'they reach the host, in batches that keep the order of CMD_SYNC',
    ['forward.entry', 'forward.descriptors', 'forward.translations', 'forward.atc', 'forward.order'],
  ],
  ['of a batch that fails half-way the exact part is consumed', ['failure.exact']],
  ['the guest is told by an error that it knows', ['failure.error-code', 'queue.illegal', 'queue.legal']],
  ['CONS stands where the architecture puts it', ['queue.stopped', 'queue.resumed']],
  ['every call of the host may fail', ['failure.stream', 'failure.reported']],
];

const cases = drawCases(anySmmuNestingCase(ownProfiles), 11, 500);
const answered = cases.map((testCase) => ({ testCase, observation: runSmmuNesting(testCase) }));
const exercised = new Set(
  answered.flatMap(({ testCase, observation }) => judgeSmmuNesting(testCase, observation).exercised),
);

describe('Drawn cases decide that', () => {
  test.for(promises)('%s', ([, rules]) => {
    expect(rules.filter((rule) => !exercised.has(`smmu-nesting.${rule}`))).toEqual([]);
  });
});

test('every rule of the area is part of a promise', () => {
  const promised = new Set(promises.flatMap(([, rules]) => rules));
  const ids = smmuNestingRules.map(({ id }) => id.replace('smmu-nesting.', ''));
  expect([...promised].toSorted()).toEqual(ids.toSorted());
});

test('every kind of call fails somewhere, at once or half-way', () => {
  const failed = answered.flatMap(({ testCase, observation }) => {
    const calls = observation.steps.flatMap((step) => step.calls);
    return testCase.failing.flatMap(({ call, handled = 0 }) => {
      const made = calls[call];
      return made ? [made.call === 'issue' && handled > 0 ? 'issue half-way' : made.call] : [];
    });
  });
  expect([...new Set(failed)].toSorted()).toEqual(['attach', 'create', 'free', 'issue', 'issue half-way']);
});
