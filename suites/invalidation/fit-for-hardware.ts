/** Whether a stream can be run on an emulator: it has only its devices, and requests must reach data. */
import type { StepExpectation } from '../../models/reference/invalidation/expectation.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import type { InvalidationCase } from '../../spec/schema.ts';
import { pageOf } from '../translation/simpler-places.ts';
import { pagesOf } from './simpler-pages.ts';

export function isFitForHardware(testCase: InvalidationCase): boolean {
  const { sourceIds, backed } = testCase.profile;
  if (sourceIds === undefined) return true;
  const taken = pagesOf(testCase);
  const isData = (address: bigint): boolean =>
    !taken.has(pageOf(address)) && backed.some(({ start, end }) => address >= start && address < end);
  const model = new StreamModel(testCase);
  return testCase.steps.every((step) => {
    const expectation = model.next();
    return step.step !== 'request' || reaches(expectation, isData);
  });
}

/** True when every answer that is allowed goes to a page for which `isData` holds. */
function reaches(expectation: StepExpectation, isData: (address: bigint) => boolean): boolean {
  if (expectation.kind !== 'request') return false;
  return expectation.options.every(
    ({ answer }) =>
      answer.outcome !== 'translated' || (answer.address !== undefined && isData(answer.address)),
  );
}
