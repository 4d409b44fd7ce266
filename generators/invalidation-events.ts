/**
 * Episodes about what drops entries without a descriptor: a root table set, translation turned off, a page
 * request (VT-d 6.6, 11.4.4, Table 27). And the queue turned off, moved and on again, which drops nothing.
 */
import type { Choices } from './choices.ts';
import { encodeWait, pasidGlobal } from './invalidation-descriptors.ts';
import { changeSnoop } from './invalidation-entry-changes.ts';
import { changeLeaf, changeTable } from './invalidation-paging-changes.ts';
import { drawPlace } from './invalidation-place.ts';
import { probe, probeCompletion, probeExactly } from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place, Stage } from './invalidation-stage.ts';
import { PASS_THROUGH } from './invalidation-world.ts';

type Event = (software: Software, place: Place, choices: Choices) => void;

const events: readonly Event[] = [setRoot, setRoot, restart, restart, requestPage, requestPage, restartQueue];

/** A page that moves, one of the events, and a request that shows whether it is still where it was. */
export function eventEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  const event = choices.one(
    stage.ground.target.kinds.includes('page-request') ? events : events.filter((one) => one !== requestPage),
  );
  if (!choices.oneIn(3)) probe(stage, place, choices);
  const snoop = event === requestPage && (place.space.kind === PASS_THROUGH || choices.oneIn(8));
  const change = snoop ? changeSnoop : choices.oneIn(4) ? changeTable : changeLeaf;
  for (const { stores } of change(stage, place, choices)) for (const store of stores) stage.store(store);
  // Of an entry of the PASID-cache a page request drops nothing.
  if (snoop) software.invalidate([pasidGlobal()], true, choices);
  event(software, place, choices);
  if (snoop) probeCompletion(stage, place, choices);
  else probeExactly(stage, place, choices);
}

/** SRTP with the same root table or a copy; seldom in another mode. */
function setRoot(software: Software, place: Place, choices: Choices): void {
  const { stage } = software;
  if (choices.oneIn(3)) stage.root = copyOfRoot(stage, place);
  const mode =
    choices.oneIn(24) && !stage.ground.target.emulated ? choices.pick(4) : stage.ground.legacy ? 0 : 1;
  software.setRoot(BigInt(stage.root + mode * 0x400));
  if (choices.oneIn(4)) stage.read(choices.one(['GSTS', 'RTADDR']));
}

/** Another root table with the entry of this requester alone. */
function copyOfRoot(stage: Stage, { route }: Place): number {
  const { root } = route;
  if (root === undefined) return stage.root;
  const table = stage.ground.tables.page();
  const words = [stage.word(root, 0), stage.word(root, 1)];
  stage.ground.tables.entry(root.structure, table + (root.address % 0x1000), words);
  return table;
}

/** TE off, requests that go through, the root table set again, and TE on. */
function restart(software: Software, place: Place, choices: Choices): void {
  const { stage } = software;
  software.setTranslation(!software.translation);
  if (choices.oneIn(2)) probe(stage, place, choices);
  if (choices.oneIn(4)) stage.read('GSTS');
  if (software.translation) return;
  if (!choices.oneIn(24)) software.setRoot(software.rtaddr);
  software.setTranslation(true);
}

function requestPage({ stage }: Software, { route, page }: Place, choices: Choices): void {
  const { sourceId, pasid } = route.subject;
  stage.request({
    sourceId,
    address: BigInt(page.frame) * 0x1000n,
    op: choices.one(['read', 'write']),
    kind: 'page-request',
    lastInGroup: choices.oneIn(2),
    ...(pasid === undefined ? {} : { pasid }),
  });
}

/** The queue off after a wait, at times moved or with other slots, and on again. */
function restartQueue(software: Software, place: Place, choices: Choices): void {
  const { stage } = software;
  if (software.queue) {
    // Once in a while although the last descriptor was no wait.
    if (!choices.oneIn(12)) software.submit([encodeWait({ status: software.status() })]);
    software.setQueue(false);
    if (choices.oneIn(3)) stage.read(choices.one(['IQH', 'GSTS', 'IQT']));
  }
  if (choices.oneIn(3)) probe(stage, place, choices);
  if (choices.oneIn(6)) return;
  if (choices.oneIn(2) || software.iqa === 0n) software.placeQueue(software.otherQueue(choices));
  else software.setTail(0);
  software.setQueue(true);
  if (choices.oneIn(2)) software.submit([software.wait(choices)]);
}
