/** Requests of a stream: at the page that a change is about, and at its neighbours. */
import type { Request, Store } from '../spec/schema.ts';
import { type Choices, PLAIN } from './choices.ts';
import type { Place, Stage, Subject } from './invalidation-stage.ts';
import type { Page } from './invalidation-world.ts';
import { PAGE_BYTES } from './tables.ts';
import { drawPermitted } from './translation-host-permissions.ts';

const LAST_WORD_OF_PAGE = 0xff8;

/** A request by the subject of `place` to its page, or by another or to another once in a while. */
export function probe(stage: Stage, place: Place, choices: Choices, during?: Store[]): void {
  const { route, space, page } = place;
  const near = choices.pick(8);
  const subject = near === 7 ? choices.one(stage.subjects) : route.subject;
  const other = near === 6 ? choices.one(space.pages) : page;
  askAgain(stage, requestTo(stage, subject, other, choices), choices, during);
}

/** One that what the first one left may serve. */
function askAgain(stage: Stage, request: Request, choices: Choices, during?: Store[]): void {
  stage.request(request, during);
  if (choices.oneIn(request.kind === 'translation' ? 2 : 16)) stage.request(request);
}

/** A plain read of the very page by the very subject, at times any request to it. */
export function probeExactly(stage: Stage, { route: { subject }, page }: Place, choices: Choices): void {
  stage.request(requestTo(stage, subject, page, choices.oneIn(4) ? choices : PLAIN));
}

/** The same translation request twice: the second completion may come from what the first one left. */
export function probeCompletions(stage: Stage, { route: { subject }, page }: Place, choices: Choices): void {
  const { lastInGroup, ...request } = requestTo(stage, subject, page, choices);
  const asked = { ...request, kind: 'translation' } as const;
  for (let times = 0; times < 2; times++) stage.request(asked);
}

/** A translation request, of which the completion tells more than where the page is (4.2.3). */
export function probeCompletion(stage: Stage, { route: { subject }, page }: Place, choices: Choices): void {
  const { lastInGroup, ...request } = requestTo(stage, subject, page, choices);
  const isMade = stage.ground.target.kinds.includes('translation');
  stage.request(isMade ? { ...request, kind: 'translation' } : request);
}

/** A request for which answers from host permission tables are made (4.2.4). */
export function probePermission(
  stage: Stage,
  { route, page }: Place,
  choices: Choices,
  during?: Store[],
): void {
  const { entry, subject } = route;
  const frames = (entry && stage.permissions.get(entry)?.frames) ?? [];
  const frame = frames[drawPermitted(frames, choices)] ?? page.frame;
  const request = requestTo(stage, subject, { ...page, frame }, choices);
  const { noWrite, lastInGroup, ...plain } = request;
  stage.request(frames.length > 0 ? { ...plain, kind: 'translated' } : request, during);
}

function requestTo(stage: Stage, { sourceId, pasid }: Subject, page: Page, choices: Choices): Request {
  const { target } = stage.ground;
  const { SRS } = target.capabilities;
  const isAny = choices.oneIn(6) || !target.kinds.includes('untranslated');
  const kind = isAny ? choices.one(target.kinds) : 'untranslated';
  const inPage = page.level > 1 && !target.emulated && choices.oneIn(8) ? choices.pick(512) : 0;
  const offset = choices.one([0, 0, 0, LAST_WORD_OF_PAGE]);
  const frame = page.frame - (page.frame % 512) + (((page.frame % 512) + inPage) % 512);
  const shape = {
    sourceId,
    address: BigInt(frame) * BigInt(PAGE_BYTES) + BigInt(offset),
    op: choices.oneIn(4) ? choices.one(target.ops) : (target.ops[0] as Request['op']),
    ...(pasid === undefined
      ? {}
      : { pasid, ...(choices.oneIn(SRS === 1 ? 3 : 32) ? { privileged: true } : {}) }),
  };
  if (kind === 'untranslated') return shape;
  if (kind === 'translation') return { ...shape, kind, noWrite: choices.oneIn(2) };
  if (kind === 'page-request') return { ...shape, kind, lastInGroup: choices.oneIn(2) };
  return { ...shape, kind };
}
