/**
 * What may be answered at each step of a stream, as data. The model is asked without being told any answer, so
 * that it follows every way to the end; what belongs together is kept by the number of the way.
 */
import type { StepExpectation, ValueOption, Way } from '../../models/reference/invalidation/expectation.ts';
import { isQueued } from '../../models/reference/invalidation/request-options.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import { toJson } from '../../spec/json.ts';
import type { InvalidationCase, ReadableRegister, StreamStep } from '../../spec/schema.ts';
import type {
  AllowedInvalidation,
  AllowedRequestOption,
  AllowedValue,
} from '../../spec/vectors/invalidation.ts';
import { alternativeData, recordData } from '../translation/allowed-request.ts';
import { isAnswered } from './judge.ts';

type Answer = AllowedInvalidation['answers'][number];

/**
 * Undefined when anything may be answered, and when the answers themselves decide what may follow: where one way
 * leads to what is not said and another does not, and after a page request that may be queued or not.
 */
export function allowedInvalidation(testCase: InvalidationCase): AllowedInvalidation | undefined {
  const { steps } = testCase;
  const model = new StreamModel(testCase);
  const followed: Followed[] = [];
  for (const [index, step] of steps.entries()) {
    const expectation = model.next();
    if (isUnsaid(expectation) && model.ways.length > 1) return undefined;
    if (expectation.kind === 'undefined') break;
    if (decidesWhatFollows(step, expectation)) return undefined;
    followed.push({ index, step, expectation, ...registersOf(model, expectation) });
  }
  const answers = followed.filter(({ step }) => isAnswered(step));
  if (answers.every(({ expectation }) => isUnsaid(expectation))) return undefined;
  const names = new WayNames(model);
  return {
    ways: model.ways.length,
    answers: answers.map((one) => answerOf(testCase, one, names)),
    queue: queueOf(followed, names),
    until: followed.length,
  };
}

/** One step with everything that the model says of it. */
interface Followed {
  readonly index: number;
  readonly step: StreamStep;
  readonly expectation: StepExpectation;
  /** Only where nothing is answered. */
  readonly registers?: Readonly<Record<'FSTS' | 'IQH', readonly ValueOption[]>>;
}

function isUnsaid({ kind }: StepExpectation): boolean {
  return kind === 'open' || kind === 'undefined';
}

/** What the unit drops for a page request depends on whether it was queued (Table 27). */
function decidesWhatFollows(step: StreamStep, expectation: StepExpectation): boolean {
  if (step.step !== 'request' || step.request.kind !== 'page-request') return false;
  if (expectation.kind !== 'request') return false;
  return expectation.options.some(isQueued) && !expectation.options.every(isQueued);
}

function registersOf(model: StreamModel, { kind }: StepExpectation): Pick<Followed, 'registers'> {
  const of = (register: ReadableRegister) => model.valuesOf(register);
  return kind === 'silent' ? { registers: { FSTS: of('FSTS'), IQH: of('IQH') } } : {};
}

function answerOf(
  testCase: InvalidationCase,
  { index, step, expectation }: Followed,
  names: WayNames,
): Answer {
  if (expectation.kind === 'value') return { values: valuesOf(expectation.options, index, names) };
  if (expectation.kind !== 'request' || step.step !== 'request') return null;
  const options = expectation.options.map(({ way, answer }) => ({ way, data: alternativeData(answer) }));
  return {
    options: merged(options, index, names).map(
      ({ data, ...ways }): AllowedRequestOption => ({ answer: data, ...ways }),
    ),
    record: recordData(testCase.profile, step.request),
  };
}

function valuesOf(options: readonly ValueOption[], step: number, names: WayNames): AllowedValue[] {
  const each = options.map(({ way, value, mask, rules }) => ({
    way,
    data: { value: value & mask, mask, rules: [...rules] },
  }));
  return merged(each, step, names).map(({ data, ...ways }) => ({ ...data, ...ways }));
}

/** What the registers of the queue hold, where it is no longer what they held before. */
function queueOf(followed: readonly Followed[], names: WayNames): AllowedInvalidation['queue'] {
  const queue: AllowedInvalidation['queue'] = [];
  let latest = '';
  for (const { index, registers } of followed) {
    if (registers === undefined) continue;
    const [faultStatus, head] = [registers.FSTS, registers.IQH].map((options) =>
      valuesOf(options, index, names),
    ) as [AllowedValue[], AllowedValue[]];
    const text = toJson([faultStatus, head]);
    if (text !== latest) queue.push({ step: index, faultStatus, head });
    latest = text;
  }
  return queue;
}

interface OfWay<T> {
  readonly way: Way;
  readonly data: T;
}

/** Equal data once, with the ways that it belongs to; without them when these are all. */
function merged<T>(
  options: readonly OfWay<T>[],
  step: number,
  names: WayNames,
): readonly { readonly data: T; readonly ways?: number[] }[] {
  const known = new Map<string, { readonly data: T; readonly ways: Set<number> }>();
  for (const { way, data } of options) {
    const text = toJson(data);
    const one = known.get(text) ?? { data, ways: new Set<number>() };
    for (const name of names.of(way, step)) one.ways.add(name);
    known.set(text, one);
  }
  return [...known.values()].map(({ data, ways }) =>
    ways.size === names.count ? { data } : { data, ways: [...ways].sort((a, b) => a - b) },
  );
}

/** Numbers the ways that are open at the end; each was one with others before it parted from them. */
class WayNames {
  readonly #model: StreamModel;
  readonly #ends: readonly Way[];

  constructor(model: StreamModel) {
    this.#model = model;
    this.#ends = model.ways;
  }

  get count(): number {
    return this.#ends.length;
  }

  /** The numbers of those that were `way` at `step`. */
  of(way: Way, step: number): readonly number[] {
    return this.#ends.flatMap((end, name) => (this.#at(end, step) === way ? [name] : []));
  }

  #at(end: Way, step: number): Way {
    let way = end;
    for (let fork = this.#model.forkOf(way); fork !== undefined && fork.step > step; ) {
      way = fork.from;
      fork = this.#model.forkOf(way);
    }
    return way;
  }
}
