/** What a descriptor asks for, once it is taken (6.5.2). */
import { expect, test } from 'vitest';
import type { Invalidation } from './effects.ts';
import { wideBench } from './queue.fixture.ts';

function asked(...slot: readonly bigint[]): Invalidation | undefined {
  const [effect] = wideBench().submit(slot).effects;
  return effect?.effect === 'accepted' ? effect.invalidation : undefined;
}

test('context: G, DID, SID, FM', () => {
  expect(asked(0x2_1234_0077_0031n, 0n)).toEqual({
    kind: 'context',
    granularity: 'device',
    did: 0x77,
    sourceId: 0x1234,
    functionMask: 2,
  });
});

test('PASID-cache: DID and PASID', () => {
  expect(asked(0xf_edcb_0042_0017n, 0n, 0n, 0n)).toEqual({
    kind: 'pasid',
    granularity: 'pasid',
    did: 0x42,
    pasid: 0xf_edcb,
  });
});

test('IOTLB: address below MGAW, AM and IH; of DID the bits that ND gives', () => {
  expect(asked(0xffab_00b2n, 0xffff_ffff_ffff_f049n)).toEqual({
    kind: 'iotlb',
    granularity: 'page',
    did: 0xab,
    address: 0x7f_ffff_f000n,
    addressMask: 9,
    hint: true,
    ignoring: 'invalidation.descriptor.domain-width',
  });
});

test('PASID-based IOTLB: the whole address', () => {
  expect(asked(0x5_0003_0036n, 0xffff_8000_0000_1000n, 0n, 0n)).toEqual({
    kind: 'pasid-iotlb',
    granularity: 'page',
    did: 3,
    pasid: 5,
    address: 0xffff_8000_0000_1000n,
    addressMask: 0,
    hint: false,
  });
});

test('HPT: address below HAW, and the levels', () => {
  expect(asked(0x9_003an, 0xffff_ffff_ffff_f0c0n, 0n, 0n)).toEqual({
    kind: 'host-permission',
    granularity: 'page',
    hptDid: 9,
    address: 0xff_ffff_f000n,
    addressMask: 0,
    levels: 3,
    ignoring: 'invalidation.descriptor.address-width',
  });
});

test.each([
  ['context', 0x11n, 'global'],
  ['context', 0x21n, 'domain'],
  ['context', 0x31n, 'device'],
  ['iotlb', 0x12n, 'global'],
  ['iotlb', 0x22n, 'domain'],
  ['iotlb', 0x32n, 'page'],
  ['pasid-iotlb', 0x26n, 'pasid'],
  ['pasid-iotlb', 0x36n, 'page'],
  ['pasid', 0x07n, 'domain'],
  ['pasid', 0x17n, 'pasid'],
  ['pasid', 0x37n, 'global'],
  ['host-permission', 0x1an, 'global'],
  ['host-permission', 0x2an, 'domain'],
  ['host-permission', 0x3an, 'page'],
])('%s: first word %i asks for granularity %s', (kind, word, granularity) => {
  expect(asked(word, 0n, 0n, 0n)).toMatchObject({ kind, granularity });
});

test('what this suite cannot see is accepted all the same', () => {
  const words = {
    'device-tlb': 3n,
    'pasid-device-tlb': 8n,
    'interrupt-entry': 4n,
    'page-group-response': 9n,
  };
  const kinds = Object.values(words).map((word) => asked(word, 0n, 0n, 0n)?.kind);
  expect(kinds).toEqual(Object.keys(words));
});
