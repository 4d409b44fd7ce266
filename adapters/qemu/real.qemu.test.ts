/**
 * The adapter against every QEMU binary that is found. Not part of `npm test`: `npm run test:qemu` runs it,
 * and fails when there is none, so that CI can't skip it without being told.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Implementation } from '../../spec/implementation.ts';
import { latticeBreaches } from '../../spec/lattice.ts';
import type { Profile, RequestResult, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { findQemuBinaries } from './binaries.ts';
import { openQemu } from './open-qemu.ts';

const binaries = await findQemuBinaries();

test('there is a QEMU to check', () => {
  expect(binaries).not.toEqual([]);
});

const root = 0x20_0000n;
const context = 0x20_1000n;
const directory = 0x20_2000n;
const pasidTable = 0x20_3000n;
const top = 0x20_4000n;
const data = 0x40_0000n;

const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;
const isFirstStage = ({ name }: Profile): boolean => name.endsWith('first-stage');

/**
 * A requester whose first page is mapped to `data`, readable and writable, and whose second is read-only. The
 * flags of a first stage are set already: they could not be set otherwise, as its walks are not snooped.
 */
function mappedCase(profile: Profile, sourceId: number): TranslationCase {
  const scalable = profile.name.includes('scalable');
  const levels = profile.haw === 39 ? 3 : 4;
  const addressWidth = BigInt(levels - 2);
  const [bus, devfn] = [BigInt(sourceId >> 8), BigInt(sourceId & 0xff)];
  const upperHalf = scalable && devfn >= 128n;
  const firstStage = isFirstStage(profile);
  const pasidEntry = firstStage
    ? [(FIRST_STAGE << 6n) | (addressWidth << 2n) | 1n, 1n, top]
    : [top | (SECOND_STAGE << 6n) | (addressWidth << 2n) | 1n, 1n];
  // R, or P, U/S and A; W or R/W, and D.
  const [read, write] = firstStage ? [0x25n, 0x42n] : [1n, 2n];
  const rootEntry = { address: root + 16n * bus + (upperHalf ? 8n : 0n), words: [context | 1n] };
  const device = scalable
    ? [
        { address: context + 32n * (devfn & 127n), words: [directory | 1n] },
        { address: directory, words: [pasidTable | 1n] },
        { address: pasidTable, words: pasidEntry },
      ]
    : [{ address: context + 16n * devfn, words: [top | 1n, addressWidth | 0x100n] }];
  const tables = Array.from({ length: levels - 1 }, (_, level) => ({
    address: top + BigInt(level) * 0x1000n,
    words: [(top + BigInt(level + 1) * 0x1000n) | read | write],
  }));
  const last = {
    address: top + BigInt(levels - 1) * 0x1000n,
    words: [data | read | write, (data + 0x5000n) | read],
  };
  const requests = [
    { sourceId, address: 0x10n, op: 'write' },
    { sourceId, address: 0xff8n, op: 'read' },
    { sourceId, address: 0x1000n, op: 'read' },
    { sourceId, address: 0x2000n, op: 'read' },
    { sourceId, address: 0x2_0000_0000_0000n, op: 'write' },
  ] as const;
  return {
    area: 'translation',
    profile,
    rtaddr: root | (scalable ? 0x400n : 0n),
    memory: [rootEntry, ...device, ...tables, last],
    requests: [...requests],
  };
}

const resultsOf = async (
  qemu: Implementation,
  testCase: TranslationCase,
): Promise<readonly RequestResult[]> => ((await qemu.run(testCase)) as TranslationObservation).results;

describe.each(binaries)('QEMU $version at $path', (binary) => {
  let qemu: Implementation;
  let profiles: readonly Profile[];
  beforeAll(async () => {
    qemu = await openQemu({ binary: binary.path });
    profiles = qemu.profile === 'any' ? [] : qemu.profile;
  });
  afterAll(() => qemu.close?.());

  test('its units are legal configurations', () => {
    const names = ['qemu-legacy-39', 'qemu-legacy-48', 'qemu-scalable-39', 'qemu-scalable-48'];
    names.push('qemu-scalable-48-caching-mode');
    if (['fsts', 'x-flts'].some((name) => binary.unitOptions.has(name)))
      names.push('qemu-scalable-48-first-stage');
    expect(profiles.map(({ name }) => name)).toEqual(names);
    expect(profiles.flatMap(latticeBreaches)).toEqual([]);
  });

  test('every requester is translated in every configuration, and its faults bear its name', async () => {
    for (const profile of profiles) {
      for (const sourceId of profile.sourceIds ?? []) {
        const results = await resultsOf(qemu, mappedCase(profile, sourceId));
        expect(results.slice(0, 3)).toEqual([
          { outcome: 'translated', address: data + 0x10n },
          { outcome: 'translated', address: data + 0xff8n },
          { outcome: 'translated', address: data + 0x5000n },
        ]);
        expect(results[3]).toMatchObject({
          outcome: 'blocked',
          record: { sourceId, address: 0x2000n, op: 'read' },
        });
        const code = isFirstStage(profile) ? 0x80 : 4;
        expect(results[4]).toMatchObject({ outcome: 'blocked', record: { sourceId, code, op: 'write' } });
      }
    }
  });

  test('flags that a first stage sets in the tables of a case are seen, and in no other tables', async () => {
    for (const profile of profiles) {
      const full = mappedCase(profile, profile.sourceIds?.[0] as number);
      const flags = isFirstStage(profile) ? 0x60n : 0n;
      const pages = full.memory.filter(({ address }) => address >= top);
      const rest = full.memory.filter(({ address }) => address < top);
      const cleared = pages.map(({ address, words }) => ({
        address,
        words: words.map((word) => word & ~flags),
      }));
      const { memory } = (await qemu.run({
        ...full,
        memory: [...rest, ...cleared],
      })) as TranslationObservation;
      const levels = pages.map(({ address, words }, level) => ({
        address,
        value: (words[0] as bigint) & ~(level < pages.length - 1 ? 0x40n : 0n),
      }));
      const last = { address: (pages.at(-1)?.address as bigint) + 8n, value: (data + 0x5000n) | 0x25n };
      expect(memory).toEqual(isFirstStage(profile) ? [...levels, last] : undefined);
    }
  });

  test('a case leaves nothing behind for the next', async () => {
    for (const profile of profiles) {
      const [sourceId] = profile.sourceIds ?? [];
      const full = mappedCase(profile, sourceId as number);
      const empty: TranslationCase = { ...full, memory: [] };
      const batch = await qemu.runBatch?.([full, empty, full]);
      const outcomes = batch?.map((answer) =>
        'observation' in answer
          ? (answer.observation as TranslationObservation).results.map(({ outcome }) => outcome)
          : answer,
      );
      const mapped = ['translated', 'translated', 'translated', 'blocked', 'blocked'];
      expect(outcomes).toEqual([mapped, mapped.map(() => 'blocked'), mapped]);
    }
  });

  test.each([
    ['SIGKILL', 'crash'],
    ['SIGSTOP', 'hang'],
  ] as const)(
    'after %s a case has no answer, a %s, and the next case gets another QEMU',
    async (signal, kind) => {
      const folder = mkdtempSync(join(tmpdir(), 'real-qemu-'));
      const wrapper = join(folder, 'qemu');
      writeFileSync(wrapper, `#!/bin/sh\necho $$ >"${folder}/pid"\nexec "${binary.path}" "$@"\n`);
      chmodSync(wrapper, 0o755);
      const fragile = await openQemu({ binary: wrapper, deviceArgs: ['aw-bits=39'] });
      try {
        const testCase = mappedCase((fragile.profile as readonly Profile[])[0] as Profile, 0x20);
        const answer = await fragile.run(testCase);
        process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), signal);
        await expect(fragile.run(testCase)).rejects.toMatchObject({ name: 'ImplementationFailure', kind });
        expect(await fragile.run(testCase)).toEqual(answer);
      } finally {
        await fragile.close?.();
        rmSync(folder, { recursive: true });
      }
    },
  );
});
