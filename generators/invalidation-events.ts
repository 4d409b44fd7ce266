/**
 * Episodes about what drops entries without a descriptor: a root table set, translation turned off, a page
 * request (VT-d 6.6, 11.4.4, Table 27). And the queue turned off, moved and on again, which drops nothing.
 */
import type { Choices } from './choices.ts';
import type { Phase } from './invalidation-change.ts';
import { encodeWait, iotlbGlobal, pasidGlobal } from './invalidation-descriptors.ts';
import { changeSnoop } from './invalidation-entry-changes.ts';
import { changeLeaf, changeTable } from './invalidation-paging-changes.ts';
import { changePermission } from './invalidation-permission-changes.ts';
import { drawPlace, isChecked, placeOn } from './invalidation-place.ts';
import {
  probe,
  probeCompletion,
  probeCompletions,
  probeExactly,
  probePermission,
} from './invalidation-probes.ts';
import type { Software } from './invalidation-software.ts';
import type { Place, Stage } from './invalidation-stage.ts';
import { PASS_THROUGH } from './invalidation-world.ts';

type Event = (software: Software, place: Place, choices: Choices) => void;

const events: readonly Event[] = [setRoot, setRoot, restart, restart, restartQueue];

/** A page that moves, one of the events, and a request that shows whether it is still where it was. */
export function eventEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  if (stage.ground.target.kinds.includes('page-request') && !choices.oneIn(3)) {
    pageRequestEpisode(software, choices);
    return;
  }
  const place = drawPlace(stage, choices);
  if (place === undefined) return;
  if (stage.ground.target.kinds.includes('translation') && choices.oneIn(4)) {
    completionEpisode(software, place, choices);
    return;
  }
  // What a device may reach with translated requests goes with everything else (6.6).
  const isOfPermissions = isChecked(stage, place) && choices.oneIn(2);
  const [before, after] = isOfPermissions ? [probePermission, probePermission] : [probe, probeExactly];
  if (!choices.oneIn(3)) before(stage, place, choices);
  const changePaging = choices.oneIn(4) ? changeTable : changeLeaf;
  const change = isOfPermissions ? changePermission : changePaging;
  perform(stage, change(stage, place, choices));
  choices.one(events)(software, place, choices);
  after(stage, place, choices);
}

function perform(stage: Stage, phases: readonly Phase[]): void {
  for (const { stores } of phases) for (const store of stores) stage.store(store);
}

/** A page request between a change and the request that shows it; pass-through has only PGSNP to change. */
function pageRequestEpisode(software: Software, choices: Choices): void {
  const { stage } = software;
  const routes = stage.subjects.map((subject) => stage.route(subject));
  const direct = routes.find(({ space }) => space?.kind === PASS_THROUGH);
  const isDirect = direct?.space !== undefined && !choices.oneIn(8);
  const place = isDirect ? placeOn(direct, choices) : drawPlace(stage, choices);
  if (place === undefined) return;
  const snoop = place.space.kind === PASS_THROUGH || choices.oneIn(8);
  if (snoop || !choices.oneIn(3)) probeExactly(stage, place, choices);
  // Of the PASID-cache a page request drops nothing: it is emptied ahead of the change, or behind it.
  // A unit that fills its caches at any time may fill it again before the change.
  const ahead = choices.oneIn(6);
  if (snoop && ahead) software.invalidate([pasidGlobal()], true, choices);
  const change = snoop ? changeSnoop : choices.oneIn(4) ? changeTable : changeLeaf;
  perform(stage, change(stage, place, choices));
  if (snoop && !ahead) software.invalidate([pasidGlobal()], true, choices);
  requestPage(stage, place, choices);
  if (snoop) probeCompletion(stage, place, choices);
  else probeExactly(stage, place, choices);
}

/** What completions tell beside the page, before and after a change of PGSNP, from tables and from the IOTLB. */
function completionEpisode(software: Software, place: Place, choices: Choices): void {
  const { stage } = software;
  probeCompletions(stage, place, choices);
  perform(stage, changeSnoop(stage, place, choices));
  if (choices.oneIn(2)) software.invalidate([pasidGlobal(), iotlbGlobal()], true, choices);
  probeCompletions(stage, place, choices);
}

/** SRTP with the same root table or a copy; seldom in another mode. */
function setRoot(software: Software, place: Place, choices: Choices): void {
  const { stage } = software;
  if (choices.oneIn(3)) stage.root = copyOfRoot(stage, place);
  if (choices.oneIn(8)) loseRoot(software, place, choices);
  // What is written counts when it is set, and not before.
  if (choices.oneIn(6)) writeRoot(software, place, choices);
  const mode =
    choices.oneIn(24) && !stage.ground.target.emulated ? choices.pick(4) : stage.ground.legacy ? 0 : 1;
  software.setRoot(BigInt(stage.root + mode * 0x400));
  if (choices.oneIn(4)) stage.read(choices.one(['GSTS', 'RTADDR']));
}

/** Another root table, of which nothing is set yet. */
function writeRoot({ stage, rtaddr }: Software, place: Place, choices: Choices): void {
  const other = stage.ground.tables.page();
  stage.write('RTADDR', BigInt(other) | (rtaddr & 0xc80n));
  if (choices.oneIn(2)) stage.read('RTADDR');
  probeExactly(stage, place, choices);
}

/** A root table where no memory is. */
function loseRoot(software: Software, place: Place, choices: Choices): void {
  const { stage, rtaddr } = software;
  const { holes, emulated } = stage.ground.target;
  if (holes.length === 0 || emulated) return;
  software.setRoot(BigInt(choices.one(holes)) | (rtaddr & 0xc80n));
  probeExactly(stage, place, choices);
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

function requestPage(stage: Stage, { route, page }: Place, choices: Choices): void {
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
