/** Right and wrong units that a checker must tell apart: more telling than what changes at random make. */
import { runPageWalk } from '../../models/reference/page-walk.ts';
import { writableFormat } from '../../models/reference/writer-format.ts';
import { bit } from '../../spec/bits.ts';
import type { Area, Case, CaseOf, EntrySyncCase, Observation } from '../../spec/schema.ts';
import { type Mutant, mutants, mutantTrace } from '../../suites/entry-sync/mutant-writer.fixture.ts';
import { permittedUnits } from '../../suites/invalidation/permitted-units.fixture.ts';
import { planted } from '../../suites/invalidation/planted.fixture.ts';

type Unit = (testCase: Case) => Observation;

/** Units that do what the architecture leaves open otherwise than our models. */
export function rightUnits(area: Area): readonly Unit[] {
  switch (area) {
    case 'invalidation':
      return permittedUnits.map(({ unit }) => only('invalidation', unit.run));
    case 'page-walk':
      return [only('page-walk', (testCase) => runPageWalk(testCase, (alternatives) => alternatives.at(-1)))];
    default:
      return [];
  }
}

/** Units with one mistake each. */
export function wrongUnits(area: Area): readonly Unit[] {
  switch (area) {
    case 'invalidation':
      return planted.map(({ run }) => only('invalidation', run));
    case 'entry-sync':
      return mutants.map((mutant) => only('entry-sync', (testCase) => written(testCase, mutant)));
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

function written({ format, layout, from, to }: EntrySyncCase, mutant: Mutant): Observation {
  const valid = bit(layout?.valid.bit ?? 0);
  return { trace: mutantTrace(writableFormat(format, layout), valid, from, to, mutant) };
}
