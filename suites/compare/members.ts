/**
 * Several implementations asked the same as if they were one: its answer to a case is the answers of all. So the
 * one search of all areas draws, paces, repeats and shrinks for them too.
 */
import {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from '../../spec/implementation.ts';
import type { Area, Case, Observation, Profile } from '../../spec/schema.ts';
import { askAll } from '../core/answer.ts';
import type { Ground } from './grounds.ts';

/** One of the implementations that are compared. */
export interface Member {
  /** Its name, unlike that of any other member. */
  readonly label: string;
  readonly implementation: Implementation;
}

/** What each member answered, in their order; stands where a single implementation has its observation. */
export interface Answers {
  readonly answers: readonly BatchAnswer[];
}

export class Members {
  readonly all: readonly Member[];
  readonly grounds: readonly Ground[];
  readonly #groundOf: ReadonlyMap<Profile, Ground>;

  constructor(all: readonly Member[], grounds: readonly Ground[]) {
    this.all = all;
    this.grounds = grounds;
    this.#groundOf = new Map(grounds.map((ground) => [ground.drawn, ground]));
  }

  /** `testCase` as member number `member` is asked it and judged by it: under a profile of its own. */
  caseOf<C extends Case>(member: number, testCase: C): C {
    const profile = this.#groundOf.get(testCase.profile)?.own[member] ?? testCase.profile;
    return profile === testCase.profile ? testCase : { ...testCase, profile };
  }

  /** All as one implementation of `area`. A case that fewer than two answer compares nothing: it is skipped. */
  asOne(area: Area): Implementation {
    const runBatch = async (cases: readonly Case[]): Promise<readonly BatchAnswer[]> => {
      const columns = await Promise.all(
        this.all.map(({ implementation }, member) =>
          askAll(
            implementation,
            cases.map((testCase) => this.caseOf(member, testCase)),
          ),
        ),
      );
      return cases.map((_testCase, index) => this.#joined(columns.map((column) => column[index]!)));
    };
    return {
      name: this.all.map(({ label }) => label).join(', '),
      profile: this.grounds.map(({ drawn }) => drawn),
      areas: [area],
      run: async (testCase) => {
        const [answer] = await runBatch([testCase]);
        if (answer === undefined || 'error' in answer) throw answer?.error;
        if ('skip' in answer) throw new CaseSkipped(answer.skip);
        return answer.observation;
      },
      runBatch,
      renew: async () => {
        await Promise.all(this.all.map(({ implementation }) => implementation.renew?.()));
      },
      ...(this.all.some(({ implementation }) => implementation.costlyAlone) ? { costlyAlone: true } : {}),
    };
  }

  #joined(answers: readonly BatchAnswer[]): BatchAnswer {
    const labels = this.all.map(({ label }) => label);
    for (const [member, answer] of answers.entries()) {
      // A hang stays one for the search, which gives up after a few: each costs a time limit.
      if (!('error' in answer) || !isHang(answer.error)) continue;
      const { message, stderr } = answer.error;
      return { error: new ImplementationFailure('hang', `${labels[member]}: ${message}`, stderr) };
    }
    const skips = answers.flatMap((answer, member) =>
      'skip' in answer ? [`${labels[member]}: ${answer.skip}`] : [],
    );
    if (answers.length - skips.length < 2) return { skip: skips.join('; ') };
    const joined: Answers = { answers };
    // The search hands an observation on to the judge without a look at it.
    return { observation: joined as unknown as Observation };
  }
}

function isHang(error: Error): error is ImplementationFailure {
  return error instanceof ImplementationFailure && error.kind === 'hang';
}
