/** A Vitest reporter that prints nothing and collects what the conformance files report as task meta. */
import path from 'node:path';
import * as v from 'valibot';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';
import type { AreaOutcome } from '../../reports/result-json.ts';
import { type Area, areaResultSchema } from '../../spec/schema.ts';

export interface AreaEvents {
  onStart(area: Area): void;
  onEnd(outcome: AreaOutcome): void;
}

type UserConsoleLog = Parameters<NonNullable<Reporter['onUserConsoleLog']>>[0];
type RunEnd = Parameters<NonNullable<Reporter['onTestRunEnd']>>;

export class AreaCollector implements Reporter {
  readonly #events: AreaEvents;
  readonly #outcomes = new Map<Area, AreaOutcome>();
  readonly #strayErrors: string[] = [];

  constructor(events: AreaEvents) {
    this.#events = events;
  }

  outcomes(): readonly AreaOutcome[] {
    return [...this.#outcomes.values()];
  }

  /** Errors outside of any test: a rejected promise that nobody waited for, a thread that ended. */
  strayErrors(): readonly string[] {
    return this.#strayErrors;
  }

  /** Every area of the run is here from the start: one that never reports still has its line. */
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId } of specifications) {
      const area = areaOf(moduleId);
      this.#outcomes.set(area, { area, problem: 'did not run' });
    }
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#events.onStart(areaOf(moduleId));
  }

  onTestCaseResult(testCase: TestCase): void {
    const { areaResult, openFailure } = testCase.meta();
    const area = areaOf(testCase.module.moduleId);
    if (areaResult !== undefined) {
      this.#outcomes.set(area, { area, result: v.parse(areaResultSchema, JSON.parse(areaResult)) });
    } else if (openFailure !== undefined) {
      this.#outcomes.set(area, { area, problem: openFailure });
    }
  }

  onTestModuleEnd(module: TestModule): void {
    const area = areaOf(module.moduleId);
    const [error] = module.errors();
    if (error !== undefined && this.#outcomes.get(area)?.result === undefined) {
      this.#outcomes.set(area, { area, problem: firstLine(error.message) });
    }
    this.#events.onEnd(this.#outcomes.get(area) ?? { area, problem: 'did not run' });
  }

  /** What an implementation under test prints belongs to its owner, beside the report. */
  onUserConsoleLog({ content }: UserConsoleLog): void {
    process.stderr.write(content);
  }

  onTestRunEnd(_modules: RunEnd[0], unhandledErrors: RunEnd[1]): void {
    for (const { message } of unhandledErrors) this.#strayErrors.push(firstLine(message));
  }
}

function areaOf(moduleId: string): Area {
  return path.basename(path.dirname(moduleId)) as Area;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
