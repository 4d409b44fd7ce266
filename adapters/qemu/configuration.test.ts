import { expect, test } from 'vitest';
import { configurationsFor, spelledFor } from './configuration.ts';

const of72 = new Set(['aw-bits', 'caching-mode', 'device-iotlb', 'x-scalable-mode']);
const of100 = new Set([...of72, 'x-flts']);
const of111 = new Set(['aw-bits', 'caching-mode', 'device-iotlb', 'scalable-mode', 'fsts']);

const firstStage = (options: ReadonlySet<string>) =>
  configurationsFor([], options).find(({ name }) => name === 'qemu-scalable-48-first-stage')?.unit;

test('a build without first stage lacks the configuration, and others have it under their name', () => {
  expect(firstStage(of72)).toBeUndefined();
  expect(firstStage(of100)).toBe('x-scalable-mode=on,x-flts=on,aw-bits=48');
  expect(firstStage(of111)).toBe('scalable-mode=on,fsts=on,aw-bits=48');
});

test('what a user gives is taken under its name of before and of today, and an unknown option as it is', () => {
  const given = ['x-scalable-mode=on', 'fsts=on', 'no-such=1=2'];
  const [ofToday] = configurationsFor(given, of111);
  expect(ofToday).toEqual({
    name: 'qemu-x-scalable-mode=on,fsts=on,no-such=1=2',
    unit: 'scalable-mode=on,fsts=on,no-such=1=2',
  });
  expect(spelledFor(of100, 'x-scalable-mode=on,fsts=on')).toBe('x-scalable-mode=on,x-flts=on');
  expect(spelledFor(new Set(), 'scalable-mode=on')).toBe('scalable-mode=on');
});
