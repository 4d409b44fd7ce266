/** The three kinds of findings: surprises fail a run, expected failures and remarks do not. */
import type { Finding } from '../spec/schema.ts';

/** Breaks a binding rule, and no expectation file names it. */
export function isSurprise({ expectedFailure, level }: Finding): boolean {
  return expectedFailure === undefined && level !== 'may';
}

/** Does what a `may` rule permits: worth knowing, never a failure. */
export function isRemark({ expectedFailure, level }: Finding): boolean {
  return expectedFailure === undefined && level === 'may';
}
