/**
 * The cases of a trace file, each as soon as its lines are read: whole cases of any area, and histories of area
 * `invalidation`, a header line and then one line a step. Bad input ends it with one sentence.
 */
import * as v from 'valibot';
import { caseProblem, stepProblem } from '../../spec/case-form.ts';
import { firstProblem } from '../../spec/problem.ts';
import {
  historyHeaderSchema,
  recordedCaseSchema,
  stepAnswerSchema,
  streamStepSchema,
} from '../../spec/schema/history.ts';
import { type Case, observationSchemas } from '../../spec/schema.ts';
import type { Recorded } from '../../suites/core/recorded.ts';
import { wrongUse } from '../exit.ts';
import { OpenHistory, type StepLine } from './open-history.ts';
import { type TraceLine, traceLines, wrongLine } from './trace-lines.ts';

/** Who was recorded, as the lines say; one for a whole file. */
export interface RecordedName {
  readonly name?: string;
  readonly version?: string;
}

export class RecordedCases {
  /** Known as far as the file was read. */
  named: RecordedName = {};
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async *read(): AsyncIterable<Recorded> {
    let open: OpenHistory | undefined;
    for await (const line of traceLines(this.#file)) {
      if ('step' in line.data) {
        if (open === undefined)
          throw this.#wrong(line, 'step: a step without the header of a history before it');
        const problem = open.add(this.#stepOf(line), line.line);
        if (problem !== undefined) throw this.#wrong(line, problem);
        continue;
      }
      if (open !== undefined) yield open.recorded();
      open = undefined;
      if ('case' in line.data) yield this.#caseOf(line);
      else open = this.#headerOf(line);
    }
    if (open !== undefined) yield open.recorded();
  }

  #stepOf(line: TraceLine): StepLine {
    const { answer, queue, ...data } = line.data;
    const step = this.#parsed(streamStepSchema, data, line);
    const problem = stepProblem(step);
    if (problem !== undefined) throw this.#wrong(line, `step${problem}`);
    if (answer === undefined && queue === undefined) return { step };
    return { step, ...this.#parsed(stepAnswerSchema, { answer, queue }, line) };
  }

  #headerOf(line: TraceLine): OpenHistory {
    const header = this.#parsed(historyHeaderSchema, line.data, line);
    this.#name({ name: header.implementation, ...versionOf(header) }, line);
    const { profile, rtaddr, translationEnabled, memory } = header;
    this.#checkForm(
      { area: 'invalidation', profile, rtaddr, translationEnabled, memory, steps: [] },
      line,
      '',
    );
    return new OpenHistory(header, line.line);
  }

  #caseOf(line: TraceLine): Recorded {
    const {
      implementation,
      version,
      case: testCase,
      observation,
    } = this.#parsed(recordedCaseSchema, line.data, line);
    if (implementation !== undefined) {
      this.#name({ name: implementation, ...(version === undefined ? {} : { version }) }, line);
    }
    this.#checkForm(testCase, line, 'case: ');
    const schema: v.GenericSchema<unknown, unknown> = observationSchemas[testCase.area];
    const parsed = v.safeParse(schema, observation);
    if (!parsed.success) throw this.#wrong(line, `observation.${firstProblem(parsed.issues)}`);
    return { testCase, observation: parsed.output, line: () => line.line };
  }

  #name(named: Required<Pick<RecordedName, 'name'>> & RecordedName, line: TraceLine): void {
    const { name } = this.named;
    if (name !== undefined && name !== named.name) {
      throw this.#wrong(
        line,
        `implementation: "${named.name}", but "${name}" before: a file is of one implementation`,
      );
    }
    this.named = { ...this.named, ...named };
  }

  #checkForm(testCase: Case, line: TraceLine, place: string): void {
    const problem = caseProblem(testCase);
    if (problem !== undefined) throw this.#wrong(line, `${place}${problem}`);
  }

  #parsed<S extends v.GenericSchema>(schema: S, data: unknown, line: TraceLine): v.InferOutput<S> {
    const parsed = v.safeParse(schema, data);
    if (parsed.success) return parsed.output;
    throw this.#wrong(line, firstProblem(parsed.issues));
  }

  #wrong({ line }: TraceLine, problem: string): Error {
    return wrongLine(this.#file, line, problem);
  }
}

function versionOf({ version }: { readonly version?: string | undefined }): Pick<RecordedName, 'version'> {
  return version === undefined ? {} : { version };
}

/** Refuses a file in which there is no case. */
export function emptyTrace(file: string) {
  return wrongUse(`trace ${file} has no case: expected a line with "case", or the header of a history`);
}
