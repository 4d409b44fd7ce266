/** Domain ids that go back dirty, and what drops more than it has to. */
import { describe, expect, test } from 'vitest';
import { deviceTlb, pasidIotlb } from '../../models/reference/domain-replace/queue.ts';
import { runDomainReplace } from '../../models/reference/domain-replace/run.ts';
import type { DomainReplaceCase, DriverAction } from '../../spec/schema.ts';
import { IOTLB, judged, PASID_IOTLB, replaced } from './edits.fixture.ts';
import {
  attach,
  blamed,
  detach,
  FIRST,
  OTHER_FIRST,
  OTHER_SECOND,
  replaceCase,
  SECOND,
  submit,
  wait,
} from './hand-made.fixture.ts';

describe('a domain id that was not cleaned', () => {
  test('serves the next owner from structures of the old tables', () => {
    const testCase = replaceCase([attach(SECOND), detach(), attach(OTHER_SECOND, 2)]);
    const { requests } = runDomainReplace(testCase);
    const lazy = [...replaced(IOTLB, pasidIotlb(1, 0))(requests[1]!.actions)];
    const observation = { requests: requests.with(1, { actions: lazy }) };
    expect(blamed(testCase, { requests: observation.requests.slice(0, 2) })).toBe('report/count');
    expect(blamed(testCase, observation)).toBe('did.clean/outcome');
  });
  test('serves it from first-stage structures that an invalidation with IH leaves, of each PASID', () => {
    const requests = [attach(FIRST, 0, 6), detach(0, 6)];
    const others = [attach(FIRST, 0, 5), detach(0, 5)];
    const testCase = replaceCase([...requests, ...others, attach(OTHER_FIRST, 0, 6)]);
    const { requests: reports } = runDomainReplace(testCase);
    // G = 3, AM = 45, IH.
    const leaves = [
      ...replaced(PASID_IOTLB, [0x0000_0006_0001_0036n, 45n | (1n << 6n)])(reports[1]!.actions),
    ];
    const observation = { requests: reports.with(1, { actions: leaves }) };
    expect(blamed(replaceCase(requests), observation)).toBe('nothing');
    expect(blamed(testCase, observation)).toBe('did.clean/outcome');
    expect(blamed(testCase, { requests: reports })).toBe('nothing');
  });
  test('harms nobody when the next owner has another one', () => {
    const testCase = replaceCase([attach(SECOND), detach(), attach(FIRST, 2)]);
    const { requests } = runDomainReplace(testCase);
    const lazy = [...replaced(IOTLB, pasidIotlb(1, 0))(requests[1]!.actions)];
    expect(blamed(testCase, { requests: requests.with(1, { actions: lazy }) })).toBe('nothing');
  });
});

describe('costs are remarked, not blamed', () => {
  const swap = replaceCase([attach(SECOND), attach(OTHER_SECOND)]);
  const change = replaceCase([attach(FIRST), attach(OTHER_FIRST)]);
  const come = replaceCase([attach(FIRST)]);
  const again = (testCase: DomainReplaceCase, more: DriverAction[]) =>
    judged(testCase, (actions) => [...actions, ...more]).remarks;
  test('what the reference does costs nothing', () => {
    expect(again(swap, [])).toEqual([]);
    expect(again(come, [])).toEqual([]);
  });
  test('a second Device-TLB invalidation', () => {
    expect(again(swap, [submit(deviceTlb(0x10, 0)), wait])).toEqual(['cost.device-tlb']);
  });
  test('a Device-TLB invalidation of what was blocked', () => {
    expect(again(come, [submit(deviceTlb(0x10, 0)), wait])).toEqual(['cost.device-tlb']);
  });
  test('an IOTLB invalidation of what was blocked', () => {
    expect(again(come, [submit(pasidIotlb(1, 0)), wait])).toEqual(['cost.iotlb']);
  });
  test('a Device-TLB invalidation without PASID right behind a PASID-based IOTLB invalidation', () => {
    const more = [submit(pasidIotlb(1, 0)), submit(deviceTlb(0x10, 0)), wait];
    expect(again(change, more)).toContain('order.rid-device-tlb');
    const fence = submit([0x45n, 0n]);
    expect(again(change, more.toSpliced(1, 0, fence))).not.toContain('order.rid-device-tlb');
    const status = submit([0x25n, 0x1000n]);
    expect(again(change, more.toSpliced(1, 0, status))).toContain('order.rid-device-tlb');
  });
});
