/** What a run request means to a thread that serves it. */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import type { Loader, RunRequest } from './run-request.ts';

/** `suite`, or its exhaustive mode where that is asked for. */
export function requestedSuite<A extends Area>(
  suite: AreaSuite<A>,
  { exhaustive }: RunRequest,
): AreaSuite<A> {
  return exhaustive === undefined ? suite : (suite.exhaustive?.(exhaustive) ?? suite);
}

export async function openRequested(request: RunRequest): Promise<Implementation> {
  const { openImplementation }: Loader = await import(request.loader);
  return openImplementation(request.spec, request);
}
