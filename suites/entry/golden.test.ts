/** Entries whose words and verdicts are known from outside of the models: a driver's own, and by hand. */
import { describe, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { checkEntry } from '../../models/reference/entry.ts';
import { reference } from '../../models/reference/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import { type EntryFormat, type EntryObservation, entryFormats, type Profile } from '../../spec/schema.ts';

const profile = (name: string): Profile => {
  const found = namedProfile(name);
  if (found === undefined) throw new RangeError(name);
  return found;
};
const nested = profile('nested-48');
const everything = profile('everything');
const legacy = profile('legacy-48');

function padded(format: EntryFormat, words: readonly bigint[]): bigint[] {
  return [...words, ...Array.from({ length: entryFormats[format] - words.length }, () => 0n)];
}

describe.each([reference, optimized])('the $name model', ({ run }) => {
  const answer = (unit: Profile, format: EntryFormat, ...words: readonly bigint[]): EntryObservation =>
    run({ area: 'entry', profile: unit, format, words: padded(format, words) }) as EntryObservation;
  const fault = (unit: Profile, format: EntryFormat, ...words: readonly bigint[]) =>
    answer(unit, format, ...words).fault;

  // The entries that Linux writes: first stage, second stage, nested and pass-through.
  test.each([
    ['first stage', [0x49n, 0x80_0005n, 0x11_1000n], { PGTT: 1n, DID: 5n, PWSNP: 1n, FSPTPTR: 0x11_1000n }],
    ['second stage', [0xa_aa089n, 0x80_0007n], { PGTT: 2n, AW: 2n, DID: 7n, SSPTPTR: 0xaa_a000n }],
    [
      'nested',
      [0xa_aa0c9n, 0x80_0009n, 0x44_4000n],
      { PGTT: 3n, AW: 2n, DID: 9n, SSPTPTR: 0xaa_a000n, FSPTPTR: 0x44_4000n },
    ],
    ['pass-through', [0x109n, 0x80_0001n], { PGTT: 4n, DID: 1n }],
  ] as const)('accepts the %s entry that a driver writes', (_name, words, fields) => {
    expect(answer(nested, 'pasid-table', ...words)).toMatchObject({ fault: null, fpd: false, fields });
  });

  test('refuses PGSNP without snoop control as reserved', () => {
    const unit = profile('second-stage-no-snoop');
    expect(fault(unit, 'pasid-table', 0x1085n, 0x1n)).toBeNull();
    expect(fault(unit, 'pasid-table', 0x1085n, 0x100_0001n)).toBe(0x5a);
  });

  test('evaluates FPD of an entry that is not present', () => {
    for (const format of ['context-legacy', 'context-scalable', 'pasid-directory', 'pasid-table'] as const) {
      expect(answer(everything, format, 0x2n).fpd).toBe(true);
      expect(answer(everything, format, 0xffff_ffff_ffff_fffcn).fpd).toBe(false);
    }
    expect(answer(everything, 'root-legacy', 0x2n).fpd).toBeUndefined();
  });

  test.each([
    ['root-legacy', 0x01, 0x0a],
    ['root-scalable-lower', 0x39, 0x3a],
    ['context-legacy', 0x02, 0x0b],
    ['context-scalable', 0x41, 0x42],
    ['pasid-directory', 0x51, 0x52],
    ['pasid-table', 0x59, 0x5a],
  ] as const)('%s: not present is %i, a pointer at 2^HAW is %i', (format, notPresent, reserved) => {
    expect(fault(nested, format, 0x0n)).toBe(notPresent);
    expect(fault(nested, format, 1n | (1n << 46n))).toBe(reserved);
  });

  test('takes the upper half of a scalable root entry from the second word', () => {
    expect(answer(nested, 'root-scalable-upper', 0n, 0x5001n).fields).toEqual({ UCTP: 0x5000n });
    expect(fault(nested, 'root-scalable-upper', 0x5001n, 0n)).toBe(0x39);
  });

  test('refuses an address width that SAGAW does not report', () => {
    expect(fault(legacy, 'context-legacy', 0x1n, 0x1n)).toBeNull();
    expect(fault(legacy, 'context-legacy', 0x1n, 0x3n)).toBe(0x03);
    expect(fault(nested, 'pasid-table', 0x85n, 0x1n)).toBeNull();
    expect(fault(nested, 'pasid-table', 0x8dn, 0x1n)).toBe(0x5b);
  });

  test('refuses page requests without a Device-TLB, and PASIDs beyond the directory', () => {
    expect(fault(everything, 'context-scalable', 0x15n)).toBeNull();
    expect(fault(everything, 'context-scalable', 0x11n)).toBe(0x43);
    expect(fault(everything, 'context-scalable', 0x1n, 0x1fffn)).toBeNull();
    expect(fault(everything, 'context-scalable', 0x1n, 0x2000n)).toBe(0x43);
    expect(fault(everything, 'context-scalable', 0x201n, 0x2000n)).toBeNull();
    expect(fault(everything, 'context-scalable', 0x41n)).toBe(0x43);
    expect(fault(everything, 'context-scalable', 0x49n)).toBeNull();
  });

  test('refuses a nested first-stage pointer beyond the second-stage width', () => {
    const withWidth39 = 0xc5n;
    expect(fault(everything, 'pasid-table', withWidth39, 0x1n, (1n << 39n) - 0x1000n)).toBeNull();
    expect(fault(everything, 'pasid-table', withWidth39, 0x1n, 1n << 39n)).toBe(0x5b);
  });

  test('refuses five levels of first stage without FS5LP', () => {
    expect(fault(everything, 'pasid-table', 0x41n, 0x1n, 0x4n)).toBeNull();
    expect(fault(everything, 'pasid-table', 0x41n, 0x1n, 0x8n)).toBe(0x5b);
    expect(fault(nested, 'pasid-table', 0x41n, 0x1n, 0x4n)).toBe(0x5b);
  });

  test('throws for a wrong number of words', () => {
    const short = { area: 'entry', profile: nested, format: 'pasid-table', words: [1n] } as const;
    expect(() => run({ ...short, words: [...short.words] })).toThrow(RangeError);
  });
});

describe('what the sources leave open', () => {
  const check = (unit: Profile, format: EntryFormat, ...words: readonly bigint[]) =>
    checkEntry(format, padded(format, words), unit);

  test('D2: a malformed half that is not used may fault', () => {
    expect(check(nested, 'root-scalable-lower', 0x1001n, 0x3n)).toMatchObject({
      conditions: ['SRT.3'],
      mayBeValid: true,
    });
    expect(check(nested, 'root-scalable-lower', 0x1001n, 0x2n)).toMatchObject({ conditions: [] });
  });

  test('D7: reserved memory types of PAT may fault', () => {
    const expected = { conditions: ['SPT.3'], mayBeValid: true };
    expect(check(everything, 'pasid-table', 0x101n, 0x2_0000_0001n)).toMatchObject(expected);
    expect(check(everything, 'pasid-table', 0x101n, 0x8_0000_0001n)).toMatchObject(expected);
    expect(check(everything, 'pasid-table', 0x101n, 0x7654_1000_0000_0001n)).toMatchObject({
      conditions: [],
    });
  });

  test('D9: an unsupported FSPM may fault without first stage', () => {
    expect(check(everything, 'pasid-table', 0x101n, 0x1n, 0x8n)).toMatchObject({
      conditions: ['SPT.4.3'],
      mayBeValid: true,
    });
  });

  test('D1: reserved bits and wrong fields have no order', () => {
    expect(check(nested, 'pasid-table', 0x21n)).toMatchObject({
      conditions: ['SPT.3', 'SPT.4.2'],
      mayBeValid: false,
    });
  });

  test('under pass-through an unsupported AW and a pointer above HAW may fault', () => {
    expect(check(legacy, 'context-legacy', 0x9n, 0x3n)).toMatchObject({
      conditions: ['LCT.4.1'],
      mayBeValid: true,
    });
    expect(check(legacy, 'context-legacy', 0x9n | (1n << 46n), 0x2n)).toMatchObject({
      conditions: ['LCT.3'],
      mayBeValid: true,
    });
  });

  test('an unsupported TT may be called reserved', () => {
    expect(check(legacy, 'context-legacy', 0xdn, 0x2n)).toMatchObject({
      conditions: ['LCT.4.2', 'LCT.3'],
      certain: ['LCT.4.2'],
    });
  });

  test('before revision 5.0 a RID_PASID beyond the directory may fault', () => {
    const older: Profile = { ...everything, specRev: '4.1' };
    expect(check(older, 'context-scalable', 0x1n, 0x2000n)).toMatchObject({
      conditions: ['SCT.4.2'],
      mayBeValid: true,
    });
  });

  test('without RPS a RID_PASID beyond the directory may be found before it is found reserved', () => {
    const without: Profile = { ...everything, ecap: everything.ecap & ~(1n << 49n) };
    expect(check(without, 'context-scalable', 0x1n, 0x2000n)).toMatchObject({
      conditions: ['SCT.3', 'SCT.4.2'],
      certain: ['SCT.3'],
    });
    expect(check(without, 'context-scalable', 0x1n, 0x1n)).toMatchObject({ conditions: ['SCT.3'] });
  });

  test('before revision 4.1 the bits of execute requests are not tested', () => {
    const older: Profile = { ...nested, specRev: '3.4' };
    expect(check(older, 'pasid-table', 0x101n, 0x1n, 0x2n)).toMatchObject({
      conditions: ['SPT.3'],
      mayBeValid: true,
    });
  });
});
