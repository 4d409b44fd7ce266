/** Why an implementation could not be opened: the caller asked for something wrong, or it did not start. */
export class OpenError extends Error {
  /** `usage`: no such thing, or it breaks the contract. `start`: it exists but died while it started. */
  readonly kind: 'usage' | 'start';

  constructor(kind: 'usage' | 'start', message: string) {
    super(message);
    this.name = 'OpenError';
    this.kind = kind;
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split('\n', 1)[0] ?? text;
}
