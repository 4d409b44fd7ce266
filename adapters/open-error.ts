/** `usage`: no such thing. `contract`: it is none of what it should be. `start`: it died while it started. */
type OpenErrorKind = 'usage' | 'contract' | 'start';

/** Why an implementation could not be opened: the caller asked for something wrong, or it did not start. */
export class OpenError extends Error {
  readonly kind: OpenErrorKind;

  constructor(kind: OpenErrorKind, message: string) {
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
