/** A mutant that any suite worth its name notices at once: when it lives, nothing that this run says is true. */
import type { Planned } from './plan.ts';

/** P of a PASID table entry is not asked. */
const CANARY = {
  file: 'models/optimized/entry-faults.ts',
  within: 'pasidFault',
  before: 'if ((low & 1) === 0) return 0x59;',
  after: 'if (((low)) === 0) return 0x59;',
};

/** Finds it among all mutants of the optimized model. Throws when the model has changed there. */
export function canaryOf(all: readonly Planned[]): Planned {
  const found = all.find(({ mutant: { file, within, before, after } }) => {
    return (
      file === CANARY.file && within === CANARY.within && before === CANARY.before && after === CANARY.after
    );
  });
  if (found === undefined) throw new RangeError(`${CANARY.file} has no line any more: ${CANARY.before}`);
  return found;
}
