/** Exit statuses, and the error that carries one: a sentence for stderr, never a stack trace. */
export const exitStatus = {
  conforms: 0,
  findings: 1,
  wrongUse: 2,
  implementationFailed: 3,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

export class CommandError extends Error {
  readonly status: ExitStatus;

  constructor(status: ExitStatus, message: string) {
    super(message);
    this.name = 'CommandError';
    this.status = status;
  }
}

/** What the user asked for makes no sense; `message` names the place and the value. */
export function wrongUse(message: string): CommandError {
  return new CommandError(exitStatus.wrongUse, message);
}
