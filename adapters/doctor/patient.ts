/** A process that the doctor speaks with directly: each thing that is tried gets a fresh one, and one probe. */
import { ImplementationFailure } from '../../spec/implementation.ts';
import type { Case } from '../../spec/schema.ts';
import { Child } from '../process/child.ts';
import { Guard } from '../process/guard.ts';
import type { Limits } from '../process/limits.ts';
import { helloLine, type Reply, runLine } from '../process/messages.ts';
import { exchange } from '../process/start-child.ts';
import { adviceFor } from './advice.ts';
import type { Probe, Report } from './probe.ts';
import { shown } from './shown.ts';

export type Line = (id: number) => string;
/** What a probe says when the process fails in the middle of it. */
export type Context = Pick<Probe, 'subject' | 'sent' | 'expected'>;

export class Patient {
  readonly limits: Limits;
  readonly #command: readonly string[];
  readonly #report: Report;
  readonly #guard = new Guard();

  constructor(command: readonly string[], limits: Limits, report: Report) {
    this.#command = command;
    this.limits = limits;
    this.#report = report;
  }

  close(): void {
    this.#guard.close();
  }

  /** Starts a process, lets `action` speak with it, ends it. A failure is reported as `condition`. */
  async start(
    context: Context,
    action: (child: Child) => Promise<Probe | undefined>,
    condition: Probe['condition'] = 'ill',
  ): Promise<void> {
    const child = new Child(this.#command, this.limits, this.#guard);
    let probe: Probe | undefined;
    try {
      probe = await action(child);
    } catch (error) {
      if (!(error instanceof ImplementationFailure)) throw error;
      const { message, stderr } = error;
      probe = { condition, found: message, ...context, advice: adviceFor(error), stderr };
    }
    if (probe) this.#report(probe);
    await child.bye();
  }

  /** As `start`, with a process that has said hello. */
  greet(
    context: Context,
    action: (child: Child) => Promise<Probe>,
    condition?: Probe['condition'],
  ): Promise<void> {
    return this.start(
      context,
      async (child) => {
        await exchange(child, helloLine, this.limits.helloMs);
        return action(child);
      },
      condition,
    );
  }

  /** Asks once, within the time for a case. */
  ask(child: Child, line: Line, limitMs = this.limits.caseMs): Promise<Reply['body']> {
    return exchange(child, line, limitMs);
  }

  /** The reply to a case as it is written; undefined when there is none. */
  async reply(testCase: Case): Promise<string | undefined> {
    const child = new Child(this.#command, this.limits, this.#guard);
    try {
      await exchange(child, helloLine, this.limits.helloMs);
      const body = await exchange(child, (id) => runLine(id, testCase), this.limits.caseMs);
      return shown({ id: 2, ...body });
    } catch {
      return undefined;
    } finally {
      await child.bye();
    }
  }
}
