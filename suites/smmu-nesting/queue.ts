/** The command queue of the guest: how much of it a step consumes, and where an error stops it. */
import { decode, type GuestCommand, meant, type Words } from '../../models/reference/smmu-nesting/command.ts';
import type { Mismatch, SmmuStep, VirtualSmmu } from '../../spec/schema.ts';
import { smmuCommandLine } from '../../spec/smmu-command-line.ts';
import { CERROR_ATC_INV_SYNC, CERROR_ILL, smmuQueueErrors } from '../../spec/smmu-queue-errors.ts';
import { broken } from './broken.ts';
import type { StepReport } from './step-facts.ts';

export interface Queued {
  readonly words: Words;
  readonly command: GuestCommand;
}

/** `open`: nothing can be said of the rest. */
type Advance = { readonly consumed: readonly Queued[] } | { readonly wrong: Mismatch } | 'open';

export class CommandQueue {
  /** CMDQ_CONS.ERR while an error is active. */
  error: number | null = null;
  /** The error is that of an illegal command: no failure of the host stopped the queue before it. */
  isAtIllegal = false;
  readonly #smmu: VirtualSmmu;
  readonly #exercised: Set<string>;
  #waiting: Queued[] = [];

  constructor(smmu: VirtualSmmu, exercised: Set<string>) {
    this.#smmu = smmu;
    this.#exercised = exercised;
  }

  /** `blame` names the rule that a legal command breaks when it is not consumed. */
  advance(
    step: SmmuStep,
    report: StepReport,
    failures: number,
    blame: (command: GuestCommand) => string,
  ): Advance {
    if (step.step === 'commands') this.#waiting.push(...this.#decoded(step.commands));
    if (step.step === 'acknowledge') {
      if (this.error !== null) this.#exercise('queue.resumed');
      if (step.commands) this.#waiting = this.#decoded(step.commands);
      this.error = null;
    } else if (step.step !== 'commands' || this.error !== null) {
      return this.stay(report);
    }
    return this.#work(report, failures, blame);
  }

  #decoded(commands: readonly Words[]): Queued[] {
    return commands.map((words) => ({ words, command: decode(words, this.#smmu) }));
  }

  /** Nothing is consumed and the error stays. */
  stay({ consumed = 0, error = this.error }: StepReport): Exclude<Advance, 'open'> {
    if (this.error !== null) this.#exercise('queue.stopped');
    if (consumed === 0 && error === this.error) return { consumed: [] };
    const expected = `nothing consumed, ${describeError(this.error)}`;
    const observed = `${consumed} consumed, ${describeError(error)}`;
    return { wrong: broken('queue.stopped', consumed === 0 ? 'outcome' : 'count', expected, observed) };
  }

  #work(report: StepReport, failures: number, blame: (command: GuestCommand) => string): Advance {
    const { consumed: reached, error: shown } = report;
    const first = this.#waiting.findIndex(({ command }) => command.is === 'illegal');
    const before = this.#waiting.slice(0, first < 0 ? undefined : first);
    const isOpen = before.some(({ command }) => command.is === 'open');
    if ((isOpen || failures > 0) && (reached === undefined || shown === undefined)) return 'open';
    const isRefused = shown === CERROR_ILL && before[reached ?? -1]?.command.is === 'open';
    const illegal = isRefused ? (reached ?? 0) : first;
    const limit = illegal < 0 ? this.#waiting.length : illegal;
    const due = illegal < 0 ? null : CERROR_ILL;
    const { consumed = limit, error = consumed === limit ? due : CERROR_ILL } = report;
    if (limit > 0) this.#exercise('queue.legal');
    if (illegal >= 0) this.#exercise('queue.illegal').add('queue.stopped');
    const wrong = this.#misplaced(consumed, error, limit, due, failures, blame);
    if (wrong) return { wrong };
    this.error = error;
    this.isAtIllegal = consumed === first;
    return { consumed: this.#waiting.splice(0, consumed).map(taken) };
  }

  #misplaced(
    consumed: number,
    error: number | null,
    limit: number,
    due: number | null,
    failures: number,
    blame: (command: GuestCommand) => string,
  ): Mismatch | undefined {
    const observed = `${consumed} consumed, ${describeError(error)}`;
    const expected = `${limit} consumed, ${describeError(due)}`;
    if (consumed > limit) {
      const rule = due === null ? 'queue.stopped' : 'queue.illegal';
      return broken(rule, 'count', expected, observed);
    }
    const head = this.#waiting[consumed];
    if (consumed === limit) {
      if (error === due) return undefined;
      const rule = due === null ? 'queue.stopped' : 'queue.illegal';
      return broken(rule, 'outcome', expected, observed);
    }
    if (head === undefined) return broken('queue.stopped', 'count', expected, observed);
    if (failures === 0 || error === null) {
      const where = `${observed}, at ${smmuCommandLine(head.words)}`;
      return broken(blame(head.command), error === null ? 'count' : 'outcome', expected, where);
    }
    this.#exercise('failure.error-code');
    const codes = head.command.is === 'sync' ? [CERROR_ILL, CERROR_ATC_INV_SYNC] : [CERROR_ILL];
    if (codes.includes(error)) return undefined;
    return broken(
      'failure.error-code',
      'outcome',
      codes.map(describeError).join(' or '),
      describeError(error),
    );
  }

  #exercise(rule: string): Set<string> {
    return this.#exercised.add(rule);
  }
}

/** A command that might have been refused and was not. */
function taken({ words, command }: Queued): Queued {
  return command.is === 'open' ? { words: meant(words), command: command.otherwise } : { words, command };
}

function describeError(error: number | null): string {
  return error === null ? 'no error' : (smmuQueueErrors[error]?.name ?? `error ${error}`);
}
