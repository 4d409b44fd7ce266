/** A unit that consumes what it should refuse has its other mistakes told apart from that. */
import { expect, test } from 'vitest';
import { ownProfiles } from '../../generators/profiles.ts';
import {
  cfgiSte,
  commands,
  nesting,
  on,
  plug,
  reserved,
  stage1,
  store,
  sync,
} from '../../models/faulty/smmu-nesting/cases.ts';
import { reference } from '../../models/reference/implementation.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';
import { search } from '../core/search.ts';
import { smmuNestingSuite } from './suite.ts';

const PREFETCH = 0x1n;
const passedOver = new Set([0n, 3n]);

/** Does nothing at CMD_CFGI_STE, and at opcode 0, as Xen's vsmmu-v3.c of 2023 at what it does not know. */
const careless: Implementation = {
  name: 'careless',
  profile: 'any',
  areas: ['smmu-nesting'],
  run(testCase) {
    const steps = (testCase as SmmuNestingCase).steps.map((step): SmmuStep => {
      if (!('commands' in step) || step.commands === undefined) return step;
      const seen = step.commands.map((command) =>
        passedOver.has(command[0]! & 0xffn) ? [PREFETCH, 0n] : command,
      );
      return { ...step, commands: seen };
    });
    return reference.run({ ...testCase, steps } as SmmuNestingCase);
  },
};

test('each of two mistakes has a cause of its own', async () => {
  const given = [
    nesting(stage1(), [plug(), on, store([0n]), commands(cfgiSte, sync)]),
    nesting(stage1(), [commands(reserved)]),
  ];
  const { findings } = await search(smmuNestingSuite, careless, {
    seed: 'a',
    runs: 0,
    given,
    profiles: ownProfiles,
  });
  const causes = new Map(findings.map(({ rule, cause }) => [rule, cause]));
  expect([...causes.keys()]).toContain('smmu-nesting.queue.illegal');
  expect(new Set(causes.values()).size).toBe(causes.size);
});
