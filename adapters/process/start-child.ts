/** Starts a process and asks who it is. */
import { ImplementationFailure } from '../../spec/implementation.ts';
import { type Claims, claimsOf } from '../claims.ts';
import { Child } from './child.ts';
import type { Guard } from './guard.ts';
import type { Limits } from './limits.ts';
import type { Reply } from './messages.ts';
import { printable, quoted } from './printable.ts';

export interface Started {
  readonly child: Child;
  readonly claims: Claims;
}

/** Rejects with an ImplementationFailure when it does not start, or says nothing that can be believed. */
export async function startChild(command: readonly string[], limits: Limits, guard: Guard): Promise<Started> {
  const child = new Child(command, limits, guard);
  const body = await new Promise<Reply['body']>((resolve, reject) => {
    child.listener = { onReply: (_id, answer) => resolve(answer), onPause() {}, onFailure: reject };
    child.hello();
  });
  child.listener = undefined;
  const claims = claimsIn(body);
  if (typeof claims !== 'string') return { child, claims };
  await child.bye();
  throw new ImplementationFailure('protocol', `the answer to hello is wrong: ${claims}`, child.stderr);
}

function claimsIn(body: Reply['body']): Claims | string {
  if (typeof body['error'] === 'string') return `it refuses: ${quoted(body['error'])}`;
  try {
    const claims = claimsOf(body);
    return 'problem' in claims ? printable(claims.problem) : claims;
  } catch {
    return 'nested too deeply';
  }
}
