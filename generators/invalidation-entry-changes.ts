/** Changes of root, context, PASID directory and PASID table entries, in stores as wide as software must make them. */
import type { Store } from '../spec/schema.ts';
import { type Choices, PLAIN } from './choices.ts';
import {
  afterContext,
  afterDirectory,
  afterEntry,
  afterRoot,
  type Changer,
  hasFirstStage,
  otherSpace,
  type Phase,
} from './invalidation-change.ts';
import { contextDomain, iotlbDomain, pasidDomain } from './invalidation-descriptors.ts';
import type { Place, Route, Stage } from './invalidation-stage.ts';
import { newSpace, type Space } from './invalidation-world.ts';
import type { TableEntry } from './tables.ts';
import { pasidWords } from './translation-pasid-entries.ts';

const PRESENT = 1n;
const POINTER = 0xf_ffff_ffff_f000n;
const SSADE = 1n << 9n;
const PAGE_SNOOP = 1n << 24n;
const FAULT_PROCESSING_DISABLE = 2n;
const PASID = 0xf_ffffn;

/** Rows 1 and 8. */
export const changeRoot: Changer = (stage, { route, space }, choices) => {
  const { root, half } = route;
  if (root === undefined) return [];
  const required = afterRoot(stage);
  const word = stage.word(root, half);
  const next = otherSpace(stage, space, choices);
  if (present(word) && next !== undefined && !choices.oneIn(3)) {
    const table = newContexts(stage, route, next);
    return [{ stores: [stage.change(root, half, (word & ~POINTER) | BigInt(table))], required }];
  }
  return [{ stores: [stage.change(root, half, word ^ PRESENT)], required }];
};

/** Row 9, or row 10 where the new tables have the old domain id. */
export const changeLegacyContext: Changer = (stage, { route, space }, choices) => {
  const { context } = route;
  if (context === undefined) return [];
  const word = stage.word(context, 0);
  const kind = choices.pick(6);
  if (present(word) && kind < 2) {
    const stores = [stage.change(context, 0, word & ~PRESENT)];
    return [{ stores, required: afterContext(stage, route, [space]) }];
  }
  if (kind === 5) {
    const twin = twinOf(stage, space, choices);
    const stores = stage
      .users(space)
      .map(({ context: entry }) => serveContext(stage, entry as TableEntry, twin));
    return [{ stores, required: [contextDomain(space.did), iotlbDomain(space.did)] }];
  }
  const next = otherSpace(stage, space, choices) ?? twinOf(stage, space, choices, stage.nextDid(choices));
  const required = afterContext(stage, route, present(word) ? [space] : [space, next]);
  return [{ stores: [serveContext(stage, context, next)], required }];
};

/** Row 2: not present, another directory, another RID_PASID, other flags. */
export const changeScalableContext: Changer = (stage, { route, space }, choices) => {
  const { context } = route;
  if (context === undefined) return [];
  const spaces = spacesBehind(stage, route);
  const required = afterContext(stage, route, spaces.length > 0 ? spaces : [space]);
  const word = stage.word(context, 0);
  const next = otherSpace(stage, space, choices);
  const kind = choices.pick(8);
  if (!present(word)) return [{ stores: [stage.change(context, 0, word | PRESENT)], required }];
  if (kind < 2) return [{ stores: [stage.change(context, 0, word & ~PRESENT)], required }];
  if (kind === 2 && stage.ground.target.capabilities.RPS === 1) {
    const pasids = stage.subjects.map(({ pasid }) => pasid ?? 0);
    const requester = BigInt(choices.one([...pasids, 0, 1]));
    const rest = stage.word(context, 1) & ~PASID;
    return [{ stores: [stage.change(context, 1, rest | requester)], required }];
  }
  if (kind === 3 && !stage.ground.target.emulated) {
    // DTE, PASIDE or PRE. QEMU does not look at them: what it answers then says nothing of its caches.
    return [{ stores: [stage.change(context, 0, word ^ (4n << BigInt(choices.pick(3))))], required }];
  }
  if (kind === 4) {
    // Half of the entry that no request needs, but for its reserved bits.
    const flag = stage.word(context, 2) ^ 1n;
    return [{ stores: [stage.change(context, 2, flag)], required }];
  }
  const directory = newDirectory(stage, route, next ?? space);
  return [{ stores: [stage.change(context, 0, (word & ~POINTER) | BigInt(directory))], required }];
};

/** Row 2: another directory and with it another RID_PASID, in one store: either alone leads elsewhere. */
export const changeRequester: Changer = (stage, place, choices) => {
  const { route, space } = place;
  const { context, subject } = route;
  const { RPS } = stage.ground.target.capabilities;
  if (context === undefined || subject.pasid !== undefined || RPS === 0)
    return changePasidEntry(stage, place, choices);
  const required = afterContext(stage, route, [space]);
  const pasid = route.pasid ^ choices.one([1, 2, 64]);
  const next = otherSpace(stage, space, choices) ?? space;
  const directory = BigInt(newDirectory(stage, { ...route, pasid }, next));
  const flags = stage.word(context, 0) & ~POINTER;
  const rest = stage.word(context, 1) & ~PASID;
  return [{ stores: [stage.change(context, 0, flags | directory, rest | BigInt(pasid))], required }];
};

/** Row 3. */
export const changeDirectory: Changer = (stage, { route, space }, choices) => {
  const { directory } = route;
  if (directory === undefined) return [];
  const routes = stage.subjects.map((subject) => stage.route(subject));
  const required = afterDirectory(routes.filter((candidate) => candidate.directory === directory));
  const word = stage.word(directory, 0);
  if (choices.oneIn(6))
    return [{ stores: [stage.change(directory, 0, word ^ FAULT_PROCESSING_DISABLE)], required }];
  const next = otherSpace(stage, space, choices);
  if (present(word) && next !== undefined && !choices.oneIn(3)) {
    const table = newPasidTable(stage, route, next);
    return [{ stores: [stage.change(directory, 0, (word & ~POINTER) | BigInt(table))], required }];
  }
  return [{ stores: [stage.change(directory, 0, word ^ PRESENT)], required }];
};

/** Rows 4a, 4b and 5. */
export const changePasidEntry: Changer = (stage, place, choices) => {
  const { route, space } = place;
  const { entry } = route;
  if (entry === undefined) return [];
  const word = stage.word(entry, 0);
  const kind = choices.pick(8);
  if (!present(word)) {
    const next = choices.oneIn(2) ? space : (otherSpace(stage, space, choices) ?? space);
    const stores = [...fill(stage, entry, next)];
    return [{ stores, required: afterEntry(route, next, false) }];
  }
  if (kind < 2) return [clearPresent(stage, route, space)];
  if (kind === 2) return [flagPhase(stage, place, entry, choices)];
  if (kind === 3) return reuse(stage, place, choices);
  const next = otherSpace(stage, space, choices) ?? twinOf(stage, space, choices, stage.nextDid(choices));
  // Neither entry uses the second 128 bits, or software does not care that they change at another moment.
  const atOnce = (!hasFirstStage(space) && !hasFirstStage(next)) || choices.oneIn(8);
  if (atOnce) return [{ stores: fill(stage, entry, next), required: afterEntry(route, space, false) }];
  return [
    clearPresent(stage, route, space),
    { stores: fill(stage, entry, next), required: afterEntry(route, next, false) },
  ];
};

/** Row 4b: PGSNP, which is all that completions under pass-through tell of an entry. */
export const changeSnoop: Changer = (stage, { route, space }) => {
  const { entry } = route;
  if (entry === undefined || stage.ground.target.capabilities.SC === 0) return [];
  const stores = [stage.change(entry, 1, stage.word(entry, 1) ^ PAGE_SNOOP)];
  return [{ stores, required: afterEntry(route, space, false) }];
};

/** Row 5, or 4b where a first-stage pointer changes alone: other tables under the same domain id. */
function reuse(stage: Stage, { route, space }: Place, choices: Choices): readonly Phase[] {
  const twin = twinOf(stage, space, choices);
  const users = stage.users(space);
  const stores = users.flatMap(({ entry }) => (entry === undefined ? [] : fill(stage, entry, twin)));
  const required = [pasidDomain(space.did), iotlbDomain(space.did)];
  const { kind } = space;
  if (kind === 1 && users.length === 1 && choices.oneIn(2)) {
    return [{ stores, required: afterEntry(route, space, false) }];
  }
  return [{ stores: stores.slice(0, 4), required }];
}

function clearPresent(stage: Stage, route: Route, space: Space): Phase {
  const entry = route.entry as TableEntry;
  const stores = [stage.change(entry, 0, stage.word(entry, 0) & ~PRESENT)];
  return { stores, required: afterEntry(route, space, true) };
}

/** SSADE, PGSNP, SRE or WPE of a present entry. */
function flagPhase(stage: Stage, { route, space }: Place, entry: TableEntry, choices: Choices): Phase {
  const { SSADS, SC, SRS } = stage.ground.target.capabilities;
  const second = space.domain?.second !== undefined && space.domain.snooped;
  if (SSADS === 1 && second && choices.oneIn(2)) {
    const stores = [stage.change(entry, 0, stage.word(entry, 0) ^ SSADE)];
    return { stores, required: afterEntry(route, space, true) };
  }
  const required = afterEntry(route, space, false);
  if (SC === 1 && !choices.oneIn(3)) {
    return { stores: [stage.change(entry, 1, stage.word(entry, 1) ^ PAGE_SNOOP)], required };
  }
  // QEMU does not look at WPE, whose answers then say nothing of its caches.
  const { emulated } = stage.ground.target;
  if (emulated && SRS === 0) return clearPresent(stage, route, space);
  const flag = SRS === 1 && (emulated || choices.oneIn(2)) ? 1n : 0x10n;
  return { stores: [stage.change(entry, 2, stage.word(entry, 2) ^ flag)], required };
}

/** Makes `entry` one of `space`: what P does not guard first, then the 128 bits with P. */
function fill(stage: Stage, entry: TableEntry, space: Space): Store[] {
  const words = entryWords(stage, space);
  const [low = 0n, high = 0n, first = 0n] = words;
  stage.served.set(entry, space);
  const stores: Store[] = [];
  if (stage.word(entry, 2) !== first) stores.push(stage.change(entry, 2, first, 0n));
  stores.push(stage.change(entry, 0, low, high));
  return stores;
}

/** A PASID table entry for `space`, without host permissions. */
export function entryWords(stage: Stage, { did, domain }: Space): bigint[] {
  const words = pasidWords(stage.ground.target, domain, undefined, PLAIN);
  const known = BigInt(did) & stage.ground.target.domainIds;
  words[1] = ((words[1] ?? 0n) & ~stage.ground.target.domainIds) | known;
  return words;
}

/** A legacy context entry for `space`; TT is 1 where the unit has Device-TLBs. */
export function contextWords(stage: Stage, { did, domain }: Space): bigint[] {
  const { capabilities, addressWidths, domainIds } = stage.ground.target;
  const type = domain === undefined ? 2n : capabilities.DT === 1 ? 1n : 0n;
  const width = BigInt(domain?.aw ?? Math.max(...addressWidths));
  const id = BigInt(did) & domainIds;
  return [PRESENT | (type << 2n) | BigInt(domain?.second?.top ?? 0), width | (id << 8n)];
}

function serveContext(stage: Stage, context: TableEntry, space: Space): Store {
  stage.served.set(context, space);
  return stage.change(context, 0, ...contextWords(stage, space));
}

/** Other tables for the same pages, under the same domain id unless another is given. */
function twinOf(stage: Stage, space: Space, choices: Choices, did: number = space.did): Space {
  const twin = newSpace(stage.ground, stage.frames, did, space, choices);
  stage.spaces.push(twin);
  return twin;
}

function spacesBehind(stage: Stage, { context }: Route): readonly Space[] {
  const routes = stage.subjects.map((subject) => stage.route(subject));
  const spaces = routes.flatMap((route) => (route.context === context && route.space ? [route.space] : []));
  return [...new Set(spaces)];
}

/** A context table in which the requester is served by `space`. */
function newContexts(stage: Stage, route: Route, space: Space): number {
  const { legacy, tables } = stage.ground;
  const { sourceId } = route.subject;
  const table = tables.page();
  if (legacy) {
    const entry = tables.entry('context-legacy', table + 16 * (sourceId & 0xff), contextWords(stage, space));
    stage.served.set(entry, space);
    return table;
  }
  const old = route.context;
  const words = [0, 1, 2, 3].map((word) => (old ? stage.word(old, word) : 0n));
  const directory = newDirectory(stage, route, space);
  words[0] = ((words[0] ?? 0n) & ~POINTER) | BigInt(directory) | PRESENT;
  tables.entry('context-scalable', table + 32 * (sourceId & 0x7f), words);
  return table;
}

/** A PASID directory through which the PASID of `route` is served by `space`. */
function newDirectory(stage: Stage, route: Route, space: Space): number {
  const { tables } = stage.ground;
  const directory = tables.page();
  const words = [BigInt(newPasidTable(stage, route, space)) | PRESENT];
  tables.entry('pasid-directory', directory + 8 * ((route.pasid >> 6) % 512), words);
  return directory;
}

function newPasidTable(stage: Stage, { pasid }: Route, space: Space): number {
  const { tables } = stage.ground;
  const table = tables.page();
  const entry = tables.entry('pasid-table', table + 64 * (pasid & 63), entryWords(stage, space));
  stage.served.set(entry, space);
  return table;
}

function present(word: bigint): boolean {
  return (word & PRESENT) !== 0n;
}
