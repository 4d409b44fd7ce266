/** Right and wrong units that a checker must tell apart: more telling than what changes at random make. */
import { invalidationVariants } from '../../models/correct/invalidation/variants.ts';
import { bugs } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { runEntrySync } from '../../models/reference/entry-sync.ts';
import { runPageWalk } from '../../models/reference/page-walk.ts';
import { safeBits, usedBits } from '../../models/reference/used-bits.ts';
import { type Writable, writableFormat } from '../../models/reference/writer-format.ts';
import { bit } from '../../spec/bits.ts';
import { answersRuleId } from '../../spec/rules/answers.ts';
import type {
  Area,
  Case,
  CaseOf,
  EntrySyncCase,
  Observation,
  PageWalkObservation,
  TraceEvent,
  UsedBitsCase,
} from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import { writerFormats } from '../../spec/writer-formats.ts';
import { type Mutant, mutants, mutantTrace } from '../../suites/entry-sync/mutant-writer.fixture.ts';

type Unit = (testCase: Case) => Observation;

/** Of the known bugs each third, without those that leave no answer: a checker of answers has none to look at. */
const faulty = await Promise.all(
  bugs
    .filter(({ area, rules }) => area === 'invalidation' && !rules.includes(answersRuleId('invalidation')))
    .filter((_, index) => index % 3 === 0)
    .map(loadFaulty),
);
const permitted = await Promise.all(invalidationVariants.map((variant) => variant.open()));

/** Units that do what the architecture leaves open otherwise than our models. */
export function rightUnits(area: Area): readonly Unit[] {
  switch (area) {
    case 'invalidation':
      return permitted.map(({ run }) => only('invalidation', (testCase) => run(testCase) as Observation));
    case 'page-walk':
      return [only('page-walk', (testCase) => runPageWalk(testCase, (alternatives) => alternatives.at(-1)))];
    default:
      return [];
  }
}

/** Units with one mistake each, which shows in some cases, and units at the border of what is allowed. */
export function otherUnits(area: Area): readonly Unit[] {
  switch (area) {
    case 'invalidation':
      return faulty.map(({ run }) => only('invalidation', (testCase) => run(testCase) as Observation));
    case 'entry-sync':
      return [
        only('entry-sync', (testCase) => written(testCase, undefined, narrowest(testCase))),
        only('entry-sync', (testCase) => withoutInvalidation(testCase)),
        ...mutants.map((mutant) => only('entry-sync', (testCase) => written(testCase, mutant))),
      ];
    case 'page-walk':
      return [
        only('page-walk', (testCase) =>
          countedOtherwise(runPageWalk(testCase, (alternatives) => alternatives.at(-1))),
        ),
      ];
    case 'used-bits':
      return [only('used-bits', (testCase) => withAllSafe(testCase))];
    default:
      return [];
  }
}

function only<A extends Area>(area: A, run: (testCase: CaseOf[A]) => Observation): Unit {
  return (testCase) => {
    if (testCase.area !== area) throw new RangeError(`a case of area ${testCase.area}, not ${area}`);
    return run(testCase as CaseOf[A]);
  };
}

function written(
  { format, layout, from, to }: EntrySyncCase,
  mutant?: Mutant,
  writable = writableFormat(format, layout),
): Observation {
  return { trace: mutantTrace(writable, bit(layout?.valid.bit ?? 0), from, to, mutant) };
}

/** Right only where no cache can hold a copy of the entry. */
function withoutInvalidation(testCase: EntrySyncCase): Observation {
  const trace = runEntrySync(testCase).trace.map((event): TraceEvent => {
    const { actions } = event.op === 'sync' ? event : {};
    return actions === undefined
      ? event
      : { op: 'sync', actions: actions.filter((action) => action === 'flush-entry') };
  });
  return { trace };
}

/** A writer that knows only the bits that all hardware looks at. */
function narrowest({ format, layout }: EntrySyncCase): Writable {
  const writable = writableFormat(format, layout);
  if (format === 'synthetic') return writable;
  const { certain } = writerFormats[format].knowledge;
  const used = (entry: readonly bigint[]): bigint[] => {
    const hardware = usedBits(certain, entry);
    return writable.used(entry).map((mask, word) => mask & (hardware[word] ?? 0n));
  };
  return { ...writable, used };
}

/** An entry that may count under either of two reasons, or under the other one. */
function countedOtherwise(walk: PageWalkObservation): PageWalkObservation {
  const { skipped } = walk;
  if (skipped === undefined || skipped.noRight === 0) return walk;
  return { ...walk, skipped: { ...skipped, noRight: skipped.noRight - 1, reserved: skipped.reserved + 1 } };
}

/** What the widest driver calls safe, in entries with and without what forbids it. */
function withAllSafe({ format, entry, target }: UsedBitsCase): Observation {
  const { layout, reviewed, safeAtMost } = usedBitsKnowledge[format];
  const used = usedBits(reviewed, entry);
  return target === undefined ? { used } : { used, safe: safeBits(layout, safeAtMost, entry, target) };
}
