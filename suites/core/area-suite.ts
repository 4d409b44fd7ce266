/** What every area brings: its rules, how cases are drawn, how an answer is judged, what is simpler. */
import type * as fc from 'fast-check';
import type { Rule } from '../../spec/rule.ts';
import type { Area, CaseOf, Mismatch, ObservationOf, Profile } from '../../spec/schema.ts';

/** What one answer showed. */
export interface Verdict {
  /** The rules that decided this case; each counts as exercised once, whether it was kept or broken. */
  readonly exercised: readonly string[];
  /** The rules that were broken, each with the aspect that differs; empty when the answer conforms. */
  readonly mismatches: readonly Mismatch[];
  /** Freedoms that this case gave, and whether they were taken: facts, not verdicts. */
  readonly facts?: readonly Fact[];
  /** In the exhaustive mode: the histories that the answer was judged in. */
  readonly interleavings?: Interleaved;
}

/** All histories of one program, as far as the mode goes. */
export interface Interleaved {
  readonly count: bigint;
  readonly states: number;
  /** There were more states than can be gone through: nothing is said of the rest. */
  readonly isCut: boolean;
}

/** `seen`: the implementation did what `fact` says, which it need not. */
export interface Fact {
  readonly fact: string;
  readonly seen: boolean;
}

export interface AreaSuite<A extends Area = Area> {
  readonly area: A;
  readonly rules: readonly Rule[];
  /** How many cases of a cheap area one of this area costs, roughly; left out: 1. */
  readonly cost?: number;
  /** Draws cases under the given profiles. Total: needs no filter, shrinks towards simpler cases. */
  arbitrary(profiles: readonly Profile[]): fc.Arbitrary<CaseOf[A]>;
  /** Compares an answer with what the reference model allows. Pure; looks only at what was observed. */
  judge(testCase: CaseOf[A], observation: ObservationOf[A]): Verdict;
  /**
   * Where judging is slow: a faster look. True only when `judge` finds nothing wrong; false says nothing. Of what a
   * case exercises it tells nothing either (judging.ts).
   */
  isPlainlyRight?(testCase: CaseOf[A], observation: ObservationOf[A]): boolean;
  /**
   * Everything that may be answered to the case, as data of a vector file (spec/vectors): what `judge` accepts,
   * and nothing else. Undefined when anything may be answered, or when data can't say exactly what may be. Left
   * out: the area has no vector files.
   */
  allowed?(testCase: CaseOf[A]): object | undefined;
  /** What `allowed` refers to by name; it stands once in a vector file. */
  formats?(): Readonly<Record<string, object>>;
  /**
   * Cases that are strictly simpler by a measure that cannot go on for ever: fewer words set, lower
   * values, fewer steps. Most drastic first. They bring a shrunk case to its one normal form.
   */
  simpler(testCase: CaseOf[A]): Iterable<CaseOf[A]>;
  /**
   * The most drastic of them, which are taken before the unit is made simpler too. Left out: all are taken together.
   */
  drastic?(testCase: CaseOf[A]): Iterable<CaseOf[A]>;
  /**
   * What tells more of a breach than the case that shows it: of each question the first case that breaks a binding
   * rule takes its place, if that is another rule (closer.ts). A case that is not shrunk yet may break several rules
   * by several bugs: of such a one only what it holds less is asked. Left out: a breach is named well enough.
   */
  questions?(
    testCase: CaseOf[A],
    breach: Pick<Mismatch, 'rule' | 'aspect'>,
    isShrunk: boolean,
  ): Iterable<readonly CaseOf[A][]>;
  /**
   * What a mistake looks like wherever it is made: breaches that look alike are told by the simplest of them
   * (alike.ts). Undefined, or left out: a breach is one of its own.
   */
  look?(breach: Mismatch): string | undefined;
  /** Whether `breach` may come from what `other` shows, in a case that was asked to find out. Left out: always. */
  mayName?(other: Mismatch, breach: Mismatch): boolean;
  /** The judge takes the answers of several implementations: that of a model alone tells nothing. */
  readonly comparesAnswers?: true;
  /** Rounds of cases that a shrink may begin with before the case found (common-starts.ts); left out: none. */
  readonly startRounds?: number;
  /** Draws those cases, where they can be drawn plainer than those of a search; left out: `arbitrary` does. */
  starts?(profiles: readonly Profile[]): fc.Arbitrary<CaseOf[A]>;
  /** With them: plain cases of a unit, which are tried before drawn ones. Undefined where a unit lacks what one needs. */
  scenes?(profile: Profile): readonly (CaseOf[A] | undefined)[];
  /** Those of `profiles` that cases are drawn under; left out: all. */
  fitting?(profiles: readonly Profile[]): readonly Profile[];
  /**
   * The same case under another profile, where more than `profile` has to change; undefined where a unit can't have
   * it. Left out: nothing has to, and any unit can.
   */
  under?(testCase: CaseOf[A], profile: Profile): CaseOf[A] | undefined;
  /**
   * The bounded exhaustive mode: short programs, each judged in all its interleavings with at most `most` actions
   * of the other side between two of the implementation. Left out: the area has none (exhaustive-areas.ts).
   */
  exhaustive?(most: number): AreaSuite<A>;
  /**
   * Where cases have many steps: the part up to the step that decided `breach`, with the answers to it. Undefined
   * when no single step did. Only for what can't be asked again; a case that can is shrunk.
   */
  until?(
    testCase: CaseOf[A],
    observation: ObservationOf[A],
    breach: Pick<Mismatch, 'rule' | 'aspect'>,
  ): Decided<A> | undefined;
}

/** The beginning of a case, and the number of its last step. */
export interface Decided<A extends Area = Area> {
  readonly testCase: CaseOf[A];
  readonly observation: ObservationOf[A];
  readonly step: number;
}
