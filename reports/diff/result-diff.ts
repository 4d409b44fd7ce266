/**
 * Two results of `check --json` beside each other, rule by rule and aspect by aspect. What fails no more counts as
 * fixed only if its rule was exercised: a bug that nobody looked for is not gone.
 */
import type { Area, AreaResult, Aspect, FactCount, Finding, Level, Result } from '../../spec/schema.ts';

/** `unseen`: it failed before, and no case depended on its rule this time. */
export type Change = 'newly-failing' | 'fixed' | 'unseen' | 'still-failing';

/** A binding rule that is broken in one aspect in one of the results, or in both. */
export interface FailureDiff {
  readonly change: Change;
  readonly rule: string;
  readonly aspect: Aspect;
  readonly level: Level;
  readonly before?: Finding;
  readonly after?: Finding;
  /** Both were shrunk, and to the same case; left out where one was not shrunk. */
  readonly sameForm?: boolean;
}

/** A freedom that one result shows and the other never does. */
export interface FactDiff {
  readonly fact: string;
  readonly before: FactCount;
  readonly after: FactCount;
}

export interface AreaDiff {
  readonly area: Area;
  /** How many cases were judged; undefined where the area has no result. */
  readonly cases: readonly [before: number | undefined, after: number | undefined];
  readonly failures: readonly FailureDiff[];
  /** Remarks on what a `may` rule permits. */
  readonly remarks: { readonly appeared: readonly Finding[]; readonly went: readonly Finding[] };
  readonly exercised: { readonly newly: readonly string[]; readonly noLonger: readonly string[] };
  readonly facts: readonly FactDiff[];
}

export interface ResultDiff {
  readonly version: 1;
  readonly before: Pick<Result, 'implementation' | 'seed'>;
  readonly after: Pick<Result, 'implementation' | 'seed'>;
  /** Why differences may be chance, or no differences of the implementation. */
  readonly warnings: readonly string[];
  readonly areas: readonly AreaDiff[];
  /** A binding rule fails newly and nobody expects it, or an area has no result any more. */
  readonly isWorse: boolean;
}

/** With fewer chances than this a fact that was not seen says little. */
const ENOUGH = 8;

export function resultDiff(before: Result, after: Result): ResultDiff {
  const names = [...new Set([...before.areas, ...after.areas].map(({ area }) => area))];
  const areas = names.map((area) => areaDiff(area, resultOf(before, area), resultOf(after, area)));
  return {
    version: 1,
    before: { implementation: before.implementation, seed: before.seed },
    after: { implementation: after.implementation, seed: after.seed },
    warnings: warningsOf(before, after, areas),
    areas,
    isWorse: areas.some(isWorse),
  };
}

/** The result of an area that was run. */
function resultOf({ areas }: Result, area: Area): AreaResult | undefined {
  return areas.find((result) => result.area === area && result.claimed);
}

function areaDiff(area: Area, before: AreaResult | undefined, after: AreaResult | undefined): AreaDiff {
  const isRun = before !== undefined && after !== undefined;
  const newly = isRun ? exercisedIn(after).filter((id) => !exercisedIn(before).includes(id)) : [];
  const noLonger = isRun ? exercisedIn(before).filter((id) => !exercisedIn(after).includes(id)) : [];
  return {
    area,
    cases: [before?.cases, after?.cases],
    failures: failuresOf(before, after),
    remarks: {
      appeared: remarksOf(after).filter(
        (one) => !remarksOf(before).some((other) => isSameBreach(one, other)),
      ),
      went: remarksOf(before).filter((one) => !remarksOf(after).some((other) => isSameBreach(one, other))),
    },
    exercised: { newly, noLonger },
    facts: isRun ? factsOf(before, after) : [],
  };
}

function exercisedIn({ rules }: AreaResult): readonly string[] {
  return rules.filter(({ exercised }) => exercised > 0).map(({ id }) => id);
}

function remarksOf(result: AreaResult | undefined): readonly Finding[] {
  return (result?.findings ?? []).filter(({ level }) => level === 'may');
}

function isSameBreach(one: Finding, other: Finding): boolean {
  return one.rule === other.rule && one.aspect === other.aspect;
}

function failuresOf(before: AreaResult | undefined, after: AreaResult | undefined): readonly FailureDiff[] {
  const binding = (result: AreaResult | undefined) =>
    (result?.findings ?? []).filter(({ level }) => level !== 'may');
  const [old, now] = [binding(before), binding(after)];
  const kept = now.map((finding) => {
    const known = old.find((one) => isSameBreach(one, finding));
    return failureDiff(known === undefined ? 'newly-failing' : 'still-failing', known, finding);
  });
  const gone = old
    .filter((finding) => !now.some((one) => isSameBreach(one, finding)))
    .map((finding) => {
      const isExercised = after !== undefined && exercisedIn(after).includes(finding.rule);
      return failureDiff(isExercised ? 'fixed' : 'unseen', finding, undefined);
    });
  return [...kept, ...gone].flatMap((one) => one ?? []);
}

function failureDiff(
  change: Change,
  before: Finding | undefined,
  after: Finding | undefined,
): FailureDiff | undefined {
  const shown = after ?? before;
  if (shown === undefined) return undefined;
  const { rule, aspect, level } = shown;
  return {
    change,
    rule,
    aspect,
    level,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    ...(before && after && isShrunk(before) && isShrunk(after) ? { sameForm: before.id === after.id } : {}),
  };
}

/** What is expected keeps the case that it was drawn with, and what was recorded the one that it was recorded with. */
function isShrunk({ expectedFailure, recorded }: Finding): boolean {
  return expectedFailure === undefined && recorded === undefined;
}

function factsOf({ facts: old = [] }: AreaResult, { facts: now = [] }: AreaResult): readonly FactDiff[] {
  return old.flatMap((before) => {
    const after = now.find(({ fact }) => fact === before.fact);
    if (after === undefined || before.seen > 0 === after.seen > 0) return [];
    const unseen = before.seen > 0 ? after : before;
    return unseen.chances >= ENOUGH ? [{ fact: before.fact, before, after }] : [];
  });
}

function isWorse({ cases: [before, after], failures }: AreaDiff): boolean {
  const isLost = before !== undefined && after === undefined;
  return (
    isLost ||
    failures.some(
      (failure) => failure.change === 'newly-failing' && failure.after?.expectedFailure === undefined,
    )
  );
}

function warningsOf(before: Result, after: Result, areas: readonly AreaDiff[]): readonly string[] {
  const uneven = areas.filter(
    ({ cases: [old, now] }) => old !== undefined && now !== undefined && old !== now,
  );
  const counts = uneven.map(({ area, cases: [old, now] }) => `${area} ${old} and ${now}`);
  return [
    ...(before.seed === after.seed
      ? []
      : [`the seeds differ (${before.seed}, ${after.seed}): a difference may be chance`]),
    ...(counts.length === 0
      ? []
      : [`the numbers of cases differ (${counts.join('; ')}): a difference may be chance`]),
    ...(profilesOf(before) === profilesOf(after)
      ? []
      : ['the profiles differ: other cases were drawn, and the same rule may ask for something else']),
  ];
}

function profilesOf({ implementation: { profile } }: Result): string {
  if (profile === 'any') return profile;
  return profile.map(({ name, cap, ecap, haw, specRev }) => [name, cap, ecap, haw, specRev].join()).join(' ');
}
