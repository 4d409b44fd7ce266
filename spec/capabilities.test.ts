import { expect, test } from 'vitest';
import { decodeCapabilities, encodeCapabilities } from './capabilities.ts';
import { namedProfiles } from './profiles.ts';

test('the registers of a QEMU 7.2 scalable unit decode to second stage, 48 bits, no first stage', () => {
  const caps = decodeCapabilities({ cap: 0x00d2_008c_222f_0606n, ecap: 0x0000_4800_80f0_0f4an });
  expect(caps).toMatchObject({
    ND: 6,
    SAGAW: 0b00110,
    MGAW: 47,
    SSLPS: 3,
    PSI: 1,
    MAMV: 18,
    NFR: 0,
    FRO: 0x22,
  });
  expect(caps).toMatchObject({
    QI: 1,
    IR: 1,
    PT: 1,
    SC: 0,
    SRS: 1,
    SMTS: 1,
    SSTS: 1,
    FSTS: 0,
    RPS: 0,
    DT: 0,
  });
});

test('encoding is the inverse of decoding', () => {
  for (const { cap, ecap } of namedProfiles) {
    expect(encodeCapabilities(decodeCapabilities({ cap, ecap }))).toEqual({ cap, ecap });
  }
});
