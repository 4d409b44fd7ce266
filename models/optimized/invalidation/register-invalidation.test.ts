import { describe, expect, it } from 'vitest';
import { CONTEXT, profileOf, Stream } from './stream.fixture.ts';

const SECOND_TOP = 0x6000n;
const OLD = 0x50_0000n;
const NEW = 0x60_0000n;

describe('register-based invalidation (6.5.1)', () => {
  const legacy = (granularity = {}) => {
    const stream = new Stream(profileOf('legacy')).legacy(SECOND_TOP | 1n, 0x502n).queue(undefined);
    const leaf = stream.map(SECOND_TOP, 0n, OLD | 3n, 3n).get(1) ?? 0n;
    stream.request().store(leaf, NEW | 3n);
    return (value: bigint, page = 0n, register: 'IOTLB' | 'CCMD' = 'IOTLB') =>
      stream.write('IVA', page).write(register, value).read(register).request().shown(granularity).slice(1);
  };
  const command = (granularity: bigint, did = 0n) => (1n << 63n) | (granularity << 60n) | (did << 32n);
  const done = (asked: bigint, used: bigint, did = 0n) => (asked << 60n) | (used << 57n) | (did << 32n);

  it('tells the granularity that it used', () => {
    expect(legacy()(command(1n))).toEqual([done(1n, 1n), NEW]);
    expect(legacy()(command(2n, 5n))).toEqual([done(2n, 2n, 5n), NEW]);
    expect(legacy()(command(2n, 6n))).toEqual([done(2n, 2n, 6n), OLD]);
    expect(legacy()(command(3n, 5n), 0x3001n)).toEqual([done(3n, 3n, 5n), OLD]);
    expect(legacy()(command(3n, 5n), 0x1001n)).toEqual([done(3n, 3n, 5n), NEW]);
    expect(legacy({ granularity: 'global' })(command(2n, 6n))).toEqual([done(2n, 1n, 6n), NEW]);
  });

  it('refuses a reserved granularity and a mask beyond MAMV', () => {
    expect(legacy()(command(0n))).toEqual([done(0n, 0n), OLD]);
    expect(legacy()(command(3n, 5n), 19n)).toEqual([done(3n, 0n, 5n), OLD]);
  });

  it('does nothing without IVT', () => {
    expect(legacy()(done(1n, 0n))).toEqual([done(1n, 0n), OLD]);
  });

  it('serves context entries as well', () => {
    const run = (value: bigint) => {
      const stream = new Stream(profileOf('legacy')).legacy(9n, 0x502n).queue(undefined);
      stream.request().store(CONTEXT, 0n, 0n).write('CCMD', value).read('CCMD').request();
      return stream.shown({ passThrough: false }).slice(1);
    };
    const icc = 1n << 63n;
    expect(run(icc | (1n << 61n))).toEqual([0x2800_0000_0000_0000n, 2n]);
    expect(run(icc | (2n << 61n) | 5n)).toEqual([0x5000_0000_0000_0005n, 2n]);
    expect(run(icc | (2n << 61n) | 6n)).toEqual([0x5000_0000_0000_0006n, 0n]);
    expect(run(icc | (3n << 61n) | 5n)).toEqual([0x7800_0000_0000_0005n, 2n]);
    expect(run(icc | (3n << 61n) | (0x10n << 16n) | 5n)).toEqual([0x7800_0000_0000_0005n, 0n]);
    expect(run(icc)).toEqual([0n, 0n]);
    expect(run(1n << 61n)).toEqual([0x2000_0000_0000_0000n, 0n]);
  });

  it('is refused in scalable mode', () => {
    const stream = new Stream(profileOf('everything'));
    stream.queue(undefined).write('IOTLB', command(1n)).read('IOTLB');
    expect(stream.write('CCMD', 0xa000_0000_0000_0000n).read('CCMD').shown()).toEqual([
      done(1n, 0n),
      0x2000_0000_0000_0000n,
    ]);
  });
});
