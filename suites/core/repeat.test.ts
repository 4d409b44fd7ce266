import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import { answersRuleId, repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { EntryCase, EntryObservation } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';

/** A toy area: the fault is the low byte of the only word; fields are not judged. */
const toy: AreaSuite<'entry'> = {
  area: 'entry',
  rules: [{ id: 'toy.byte', areas: ['entry'], level: 'must', statement: 'A toy.', clause: 'none' }],
  arbitrary: ([profile]) =>
    fc.nat(0xffff).map((word) => ({
      area: 'entry',
      profile: profile ?? namedProfiles[0]!,
      format: 'pasid-directory',
      words: [BigInt(word)],
    })),
  judge({ words: [word = 0n] }, { fault }) {
    const expected = Number(word & 0xffn);
    const mismatches =
      fault === expected
        ? []
        : [{ rule: 'toy.byte', aspect: 'outcome' as const, expected: `${expected}`, observed: `${fault}` }];
    return { exercised: ['toy.byte'], mismatches };
  },
  *simpler() {},
};

/** Answers rightly, but for what `change` makes of the answer to the case asked as number `asked`. */
function changed(
  change: (right: EntryObservation, asked: number, word: number) => EntryObservation,
): Implementation {
  let asked = 0;
  return {
    name: 'toy',
    profile: 'any',
    areas: ['entry'],
    run(testCase) {
      const word = Number((testCase as EntryCase).words[0]);
      return change({ fault: word & 0xff }, asked++, word);
    },
  };
}
const options = { seed: 'a', runs: 2000, profiles: namedProfiles };
const found = async (implementation: Implementation) =>
  (await search(toy, implementation, options)).findings.map(({ rule, level, observed }) => ({
    rule,
    level,
    observed,
  }));

test('what answers wrongly now and then is named as chance, once, and breaks no other rule', async () => {
  const byChance = changed((right, asked) => (asked % 97 === 5 ? { fault: 0xee } : right));
  const findings = await found(byChance);
  expect(findings).toEqual([
    {
      rule: repeatableRuleId('entry'),
      level: 'must',
      observed: expect.stringMatching(/broke toy\.byte\/outcome only sometimes: expected .*, observed 238/),
    },
  ]);
});

test('what is wrong three times out of four is chance all the same', async () => {
  const mostlyWrong = changed((right, asked) =>
    asked % 4 === 3 ? right : { fault: (right.fault ?? 0) ^ 1 },
  );
  expect((await found(mostlyWrong)).map(({ rule }) => rule)).toEqual([repeatableRuleId('entry')]);
});

test('what is wrong after other cases alone is named as that, when it can be started anew', async () => {
  let isSpoilt = false;
  const keeping = changed((right, _asked, word) => {
    const wasSpoilt = isSpoilt;
    isSpoilt ||= word > 0x8000;
    return wasSpoilt && (word & 0x20) !== 0 ? { fault: 0 } : right;
  });
  const renew = async () => {
    isSpoilt = false;
  };
  expect(await found({ ...keeping, renew })).toEqual([
    {
      rule: repeatableRuleId('entry'),
      level: 'must',
      observed: expect.stringMatching(/after other cases it broke toy\.byte\/outcome, and not when/),
    },
  ]);
});

test('what is always wrong about a case is no chance, whatever else is answered by chance', async () => {
  const both = changed((right, asked, word) =>
    (word & 0x300) === 0x300 || asked % 97 === 5 ? { fault: 0xee } : right,
  );
  expect((await found(both)).map(({ rule }) => rule)).toContain('toy.byte');
});

test('an answer that differs and is right both times is a remark that fails nothing', async () => {
  const wavering = changed((right, asked) => ({ ...right, fields: { CTP: BigInt(asked) } }));
  const { findings, rules } = await search(toy, wavering, options);
  expect(findings).toMatchObject([{ rule: sameAnswerRuleId('entry'), level: 'may' }]);
  expect(rules.every(({ status }) => status === 'pass')).toBe(true);
});

test('fields in another order are the same answer', async () => {
  const shuffled = changed((right, asked) => ({
    ...right,
    fields: asked % 2 === 0 ? { A: 1n, B: 2n } : { B: 2n, A: 1n },
  }));
  expect(await found(shuffled)).toEqual([]);
});

test('a second answer that is the first one again is not judged again', async () => {
  let judged = 0;
  const counting: AreaSuite<'entry'> = {
    ...toy,
    judge(testCase, observation) {
      judged++;
      return toy.judge(testCase, observation);
    },
  };
  await search(
    counting,
    changed((right) => right),
    { ...options, runs: 256 },
  );
  expect(judged).toBe(256);
});

test('a breach that is expected is not asked again, and a case in 64 is', async () => {
  let asked = 0;
  const wrong = changed((right) => {
    asked++;
    return { fault: (right.fault ?? 0) ^ 1 };
  });
  const expectedFailures = [
    { area: 'entry', rule: 'toy.byte', aspect: 'outcome', reason: 'known since long' },
  ] as const;
  const { rules } = await search(toy, wrong, {
    ...options,
    runs: 256,
    expectedFailures: [...expectedFailures],
  });
  expect(asked).toBe(256 + 4);
  expect(rules.find(({ id }) => id === repeatableRuleId('entry'))).toMatchObject({
    exercised: 4,
    status: 'pass',
  });
});

test('a crash in a batch that does not come again is chance, and the answer that followed is judged', async () => {
  const crash = new ImplementationFailure('crash', 'it died', 'last words');
  const right = changed((answer) => answer);
  const runBatch = async (cases: readonly EntryCase[]): Promise<BatchAnswer[]> =>
    cases.map((testCase, index) => ({
      observation: { fault: Number((testCase.words[0] ?? 0n) & 0xffn) },
      ...(index === 3 ? { unrepeated: crash } : {}),
    }));
  const { findings, rules } = await search(
    toy,
    { ...right, runBatch: (cases) => runBatch(cases as readonly EntryCase[]) },
    options,
  );
  expect(findings).toMatchObject(
    [{ rule: repeatableRuleId('entry'), observed: /^crash: it died; not again/, stderr: 'last words' }].map(
      (finding) => ({ ...finding, observed: expect.stringMatching(finding.observed) }),
    ),
  );
  expect(rules.find(({ id }) => id === 'toy.byte')?.exercised).toBe(2000);
});

test('what is passed over is counted by its reason, and decides no rule', async () => {
  const picky: Implementation = {
    ...changed((right) => right),
    run(testCase) {
      const word = Number((testCase as EntryCase).words[0]);
      if (word % 4 === 0) throw new CaseSkipped('a multiple of four');
      if (word % 4 === 1) throw new CaseSkipped(`not ${word}`);
      return { fault: word & 0xff };
    },
  };
  const { skipped = [], rules, findings } = await search(toy, picky, options);
  expect(findings).toEqual([]);
  expect(skipped).toHaveLength(9);
  expect(skipped.map(({ reason }) => reason)).toContain('other reasons');
  const total = skipped.reduce((sum, { cases }) => sum + cases, 0);
  for (const id of ['toy.byte', answersRuleId('entry')]) {
    expect(rules.find((rule) => rule.id === id)?.exercised).toBe(2000 - total);
  }
});

test('a remark that comes by chance stays a remark: a may rule fails no run', async () => {
  const lenient: AreaSuite<'entry'> = { ...toy, rules: toy.rules.map((rule) => ({ ...rule, level: 'may' })) };
  const moody = changed((right, asked) => (asked % 5 === 0 ? { fault: 0xff } : right));
  const { findings, rules } = await search(lenient, moody, options);
  expect(findings.map(({ level }) => level)).toEqual(findings.map(() => 'may'));
  expect(findings.map(({ rule }) => rule)).toContain(sameAnswerRuleId('entry'));
  expect(rules.filter(({ status }) => status === 'fail')).toEqual([]);
});
