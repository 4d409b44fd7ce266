/** Answers that are longer than the cases that ask for them. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { domainReplaceObservationSchema } from './domain-replace.ts';
import { smmuNestingObservationSchema } from './smmu-nesting.ts';

test('one call may issue the commands of several steps, which an error had kept in the queue', () => {
  const commands = Array.from({ length: 1000 }, () => ['0x46', '0x0']);
  const steps = [{ calls: [{ call: 'issue', unit: 0, commands }] }];
  expect(v.safeParse(smmuNestingObservationSchema, { steps }).issues).toBeUndefined();
});

test('a driver may flush page by page', () => {
  const wait = { do: 'wait' };
  const requests = [{ actions: Array.from({ length: 5000 }, () => wait) }];
  expect(v.safeParse(domainReplaceObservationSchema, { requests }).issues).toBeUndefined();
});
