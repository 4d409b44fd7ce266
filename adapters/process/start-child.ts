/** Starts a process and asks who it is. */
import { ImplementationFailure } from '../../spec/implementation.ts';
import { type Claims, claimsOf, inShort } from '../claims.ts';
import { Child } from './child.ts';
import type { Guard } from './guard.ts';
import type { Limits } from './limits.ts';
import { helloLine, type Reply } from './messages.ts';
import { printable, quoted } from './printable.ts';

export interface Started {
  readonly child: Child;
  readonly claims: Claims;
}

/** Rejects with an ImplementationFailure when it does not start, or says nothing that can be believed. */
export async function startChild(command: readonly string[], limits: Limits, guard: Guard): Promise<Started> {
  const child = new Child(command, limits, guard);
  const claims = claimsIn(await exchange(child, helloLine, limits.helloMs));
  if (!('problems' in claims)) return { child, claims };
  await child.bye();
  const problem = inShort(claims.problems);
  throw new ImplementationFailure('protocol', `the answer to hello is wrong: ${problem}`, child.stderr);
}

/** Sends one request and waits for its reply. Rejects with the ImplementationFailure of the process. */
export function exchange(
  child: Child,
  line: (id: number) => string,
  limitMs: number,
): Promise<Reply['body']> {
  return new Promise<Reply['body']>((resolve, reject) => {
    child.listener = { onReply: (_id, body) => resolve(body), onPause() {}, onFailure: reject };
    if (child.failure) reject(child.failure);
    else child.request(line, limitMs);
  }).finally(() => {
    child.listener = undefined;
  });
}

/** What the reply to hello claims, or what is wrong with it. */
export function claimsIn(body: Reply['body']): Claims | { readonly problems: readonly string[] } {
  if (typeof body['error'] === 'string') return { problems: [`it refuses: ${quoted(body['error'])}`] };
  try {
    const claims = claimsOf(body);
    return 'problems' in claims ? { problems: claims.problems.map(printable) } : claims;
  } catch {
    return { problems: ['nested too deeply'] };
  }
}
