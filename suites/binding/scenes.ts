/**
 * The plainest that a guest does with a device: it is plugged and translated, something changes, and the unit is told.
 * Shrinks begin here (core/common-starts.ts).
 */
import type { BindingCase, BindingStep, Profile } from '../../spec/schema.ts';
import {
  CONTEXT,
  caseOf,
  DIRECTORY,
  disable,
  ENTRY,
  enable,
  entryOf,
  invalidate,
  OTHER,
  PASIDE,
  plug,
  reset,
  root,
  type Scene,
  store,
  tables,
  track,
  unplug,
  untrack,
} from './scene.ts';

const FPD = 2n;
/** PASID table entries (9.6). */
const GONE = [0n];
const FIRST_STAGE = [0x41n];
const ELSEWHERE = [0x41n, 0n, 0x1000n];
const FAR = [0x41n, 0n, 1n << 32n];
const OTHER_DOMAIN = [0x41n, 1n];
const OTHER_IN_ALL = [0x41n, 1n, 0x1000n];
const PASS_THROUGH = [0x101n];
/** Of three and of four levels: no host table stands for them. */
const secondStages = [[0x85n], [0x89n]];
/** SRE, with WPE too, EAFE, five levels. */
const flags = [
  ['SRS', 0x1n],
  ['SRS', 0x11n],
  ['EAFS', 0x80n],
  ['FS5LP', 0x4n],
] as const;

/** Descriptors for domain 0 and PASID 0 (6.5.2). */
const ALL_PASIDS = 0x37n;
const pasidEvents = [ALL_PASIDS, 0x07n, 0x17n];
/** The last ones name a neighbour, and mask what tells the two apart. */
const contextEvents = [0x11n, 0x31n, 0x31n | (4n << 32n) | (1n << 48n), 0x31n | (7n << 32n) | (3n << 48n)];
const translationEvents = [0x26n, 0x22n, 0x12n];
const PAGE_OF_PASID = 0x36n;
/** A page, one whose upper levels stay, and two pages by an address with a bit within their size. */
const pages = [0n, 0x40n, 0x1001n];
const ofDomain = (descriptor: bigint, domain: bigint) => descriptor | (domain << 16n);
const ofPasid = (descriptor: bigint, pasid: number) => descriptor | (BigInt(pasid) << 32n);

const bound = [plug(), enable];
const first = tables(FIRST_STAGE);

/** Each has a parent table of its own. */
const apart = { devices: [{}, { iommufd: 1 }] };
/** Two devices: alike, of two address spaces, behind units that differ. */
const pairs: readonly Pick<Scene, 'devices' | 'units'>[] = [
  { devices: [{}, {}] },
  apart,
  { devices: [{}, { unit: 1 }], units: [{ coherent: true }, {}] },
  { devices: [{}, { unit: 1 }], units: [{ erratum772415: true }, {}] },
];
const plugging: readonly Scene[] = [
  { steps: [plug()] },
  { steps: [plug()], units: [{ erratum772415: true }] },
  { steps: [track, plug()] },
  { steps: [plug(), unplug] },
  { steps: [plug(), track] },
  { steps: [plug(), track, untrack] },
  { steps: [...bound, disable] },
  { steps: [...bound, reset] },
  ...pairs.map((pair) => ({ ...pair, steps: [plug(), plug(1)] })),
];

/** Entries that are there when translation is turned on. */
const present: readonly Scene[] = [
  { memory: first, steps: bound },
  { memory: tables(PASS_THROUGH), needs: ['PT'], steps: bound },
  ...secondStages.map((entry) => ({ memory: tables(entry), steps: bound })),
  ...[CONTEXT, DIRECTORY, ENTRY].map((place) => withoutFaults({ memory: first, steps: bound }, place)),
  ...flags.map(([name, flag]): Scene => ({ memory: tables([0x41n, 0n, flag]), needs: [name], steps: bound })),
  // One beside that of all others, the first of another table, the first that needs all bits of its device.
  ...[1, 64, 128].flatMap((pasid) =>
    [bound, [enable, plug()]].map((steps): Scene => ({ ...ofPasids(FIRST_STAGE, pasid), steps })),
  ),
  ...secondStages.map((entry) => withoutFaults({ ...ofPasids(entry, 1), steps: bound }, entryOf(1))),
  ...[CONTEXT, DIRECTORY, entryOf(1)].flatMap((place) =>
    [bound, [enable, plug()]].map((steps) => withoutFaults({ ...ofPasids(FIRST_STAGE, 1), steps }, place)),
  ),
];

/** FPD in the entry at `place`, which says nothing of where it leads (9.4 to 9.6). */
function withoutFaults(scene: Scene, place: bigint): Scene {
  const memory = scene.memory?.map(({ address, words }) => ({
    address,
    words: address === place ? words.map((word) => word | FPD) : words,
  }));
  return { ...scene, ...(memory === undefined ? {} : { memory }) };
}

function ofPasids(entry: readonly bigint[], pasid: number): Pick<Scene, 'needs' | 'memory' | 'devices'> {
  return { needs: ['PASID'], memory: tables(entry, pasid), devices: [{ pasidBits: 8 }] };
}

const afterwards: readonly Scene[] = [
  ...[disable, reset, unplug].map((step) => [...bound, step]),
  ...[disable, reset].map((step) => [...bound, step, enable]),
  [enable, plug()],
  [...bound, track],
  [plug(), track, enable],
  [plug(), track, enable, untrack],
  ...translationEvents.map((event) => [...bound, invalidate(event)]),
].map((steps) => ({ memory: first, steps }));

const ofOnePasid: Scene = { ...ofPasids(FIRST_STAGE, 1), steps: [...bound, disable] };

const ofPages = pages.map(
  (page): Scene => ({ memory: first, needs: ['PSI'], steps: [...bound, invalidate(PAGE_OF_PASID, page)] }),
);

/** `bound`, then each change with an event behind it. */
const told = (...changes: readonly (readonly [BindingStep, bigint])[]): readonly BindingStep[] => [
  ...bound,
  ...changes.flatMap(([change, event]) => [change, invalidate(event)]),
];

const entries: readonly Scene[] = pasidEvents.flatMap((event) => {
  const ofOther = event === ALL_PASIDS ? event : ofDomain(event, 1n);
  const change = (words: readonly bigint[], by = event) => [store(ENTRY, words), by] as const;
  return [
    ...[GONE, ELSEWHERE, FAR, OTHER_IN_ALL].map((words) => ({ memory: first, steps: told(change(words)) })),
    { memory: tables([]), steps: told(change(FIRST_STAGE)) },
    { memory: tables([]), steps: told(change(OTHER_DOMAIN, ofOther)) },
    { memory: first, steps: told(change(GONE), change(FIRST_STAGE)) },
    { memory: first, steps: told(change(secondStages[0] as bigint[])) },
    ...[ELSEWHERE, GONE].map((words) => ({
      ...ofPasids(FIRST_STAGE, 1),
      steps: told([store(entryOf(1), words), event === 0x17n ? ofPasid(event, 1) : event]),
    })),
  ];
});

/** After a change of the domain alone, translations go by the old one and by the new one. */
const ofOtherDomain: readonly Scene[] = [
  ...translationEvents.map((event): Scene => ({ steps: [invalidate(event)] })),
  ...[0x26n, 0x22n].map((event): Scene => ({ steps: [invalidate(ofDomain(event, 1n))] })),
  ...[0n, 1n].map((did): Scene => ({ needs: ['PSI'], steps: [invalidate(ofDomain(PAGE_OF_PASID, did))] })),
].map((scene) => ({
  ...scene,
  memory: first,
  steps: [...told([store(ENTRY, OTHER_DOMAIN), ALL_PASIDS]), ...scene.steps],
}));

/** What was met before is told once: with translation off nothing is met. */
const off: readonly Scene[] = secondStages.map((entry) => ({
  memory: tables(entry),
  steps: [...bound, disable, invalidate(ALL_PASIDS)],
}));

const contexts: readonly Scene[] = [
  { memory: first, steps: told([store(CONTEXT, GONE), 0x11n], [store(CONTEXT, [DIRECTORY | 1n]), 0x11n]) },
  ...contextEvents.map((event) => ({ memory: first, steps: told([store(CONTEXT, GONE), event]) })),
  ...[[root(OTHER)], [root(OTHER), root(0n)]].flatMap((roots) =>
    [[], ELSEWHERE].map((entry) => ({
      memory: [...first, ...(entry.length > 0 ? tables(entry, undefined, OTHER) : [])],
      steps: [...bound, ...roots],
    })),
  ),
];

/** The first PASID that the directory has no room for. */
const BEHIND = 8192;
const behind: Scene = {
  ...{ needs: ['PASID'], memory: tables(FIRST_STAGE, BEHIND), devices: [{ pasidBits: 14 }] },
  steps: [...bound, invalidate(ofPasid(0x17n, BEHIND))],
};

/** A PASID of 17 bits, whose directory entry lies beyond the first page; the context entry has `words` for it. */
const FAR_PASID = 0x1_0000;
const ofFarPasid = (entry: readonly bigint[], flags: bigint, ...words: bigint[]) =>
  tables(entry, FAR_PASID).map((run) =>
    run.address === CONTEXT ? { ...run, words: [DIRECTORY | (7n << 9n) | flags | 1n, ...words] } : run,
  );
const ofRequester = (entry: readonly bigint[], flags = 0n) => ofFarPasid(entry, flags, BigInt(FAR_PASID));
const ofFar = (steps: Scene['steps']): Scene => ({
  ...{ needs: ['PASID'], devices: [{ pasidBits: 20 }], memory: ofFarPasid(FIRST_STAGE, PASIDE), steps },
});
const far: readonly Scene[] = [bound, [enable, plug()]].map(ofFar);
/** The same where the guest is told of none so wide. */
const untold: Scene = { ...ofFar(bound), mostPasidBits: 16 };
const requesters: readonly Scene[] = [
  ...[bound, [enable, plug()]].flatMap((steps) => [
    { needs: ['RPS'] as const, memory: ofRequester(FIRST_STAGE), steps },
    { needs: ['RPS', 'PT'] as const, memory: ofRequester(PASS_THROUGH), steps },
  ]),
  {
    ...{ needs: ['RPS', 'PASID'], devices: [{ pasidBits: 20 }], memory: ofRequester([], PASIDE) },
    steps: told([store(ENTRY, FIRST_STAGE), 0x11n]),
  },
];

/** A PASID that is bound becomes RID_PASID, and requests that carry it are refused; its entry may change as well. */
const refused = [[], [store(entryOf(1), ELSEWHERE)]].map(
  (changes): Scene => ({
    ...{ ...ofPasids(FIRST_STAGE, 1), needs: ['RPS', 'PASID'] },
    steps: [...bound, ...changes, ...told([store(CONTEXT + 8n, [1n]), 0x11n]).slice(bound.length)],
  }),
);

/** RID_PASID moves to an equal entry, and what is asked for is of that one. */
const moved = [
  { steps: [store(entryOf(1), ELSEWHERE), invalidate(ofPasid(0x17n, 1))] },
  { steps: [invalidate(ofPasid(0x26n, 1))] },
  { steps: [invalidate(ofPasid(PAGE_OF_PASID, 1))], needs: ['PSI'] as const },
].map(
  ({ steps, needs = [] }): Scene => ({
    needs: ['RPS', ...needs],
    memory: [...first, { address: entryOf(1), words: FIRST_STAGE }],
    steps: [...told([store(CONTEXT + 8n, [1n]), 0x11n]), ...steps],
  }),
);

const whole = [
  ...plugging,
  ...present,
  ...afterwards,
  ofOnePasid,
  behind,
  ...far,
  untold,
  ...requesters,
  ...refused,
  ...moved,
  ...ofPages,
  ...entries,
  ...ofOtherDomain,
  ...off,
  ...contexts,
];

/** Of two parent tables that have to track writes the second does not. */
export const trackingFails: Scene = { ...apart, steps: [plug(), plug(1), track], failing: [5] };

/** Requests with a PASID and without one. */
const onePasid = ofPasids(FIRST_STAGE, 1);
const twoServed = { ...onePasid, memory: [...(onePasid.memory ?? []), ...first.slice(-1)] };

/** A host refuses one call: of the first number to the last, which no shorter scene has refused. */
const failing: readonly Scene[] = (
  [
    [0, 1, { steps: [plug()] }],
    [0, 2, { steps: [track, plug()] }],
    [2, 2, { steps: [plug(), track] }],
    [1, 1, { steps: [track, plug(), track] }],
    [1, 1, { devices: [{}, {}], steps: [track, plug(), plug(1)] }],
    [2, 3, { memory: first, steps: bound }],
    [2, 5, { memory: first, steps: [...bound, track] }],
    [3, 5, { memory: first, steps: [track, plug(), enable] }],
    [2, 5, { memory: first, steps: [...bound, disable] }],
    [2, 5, { memory: first, steps: told([store(ENTRY, ELSEWHERE), ALL_PASIDS]) }],
    [0, 3, { ...twoServed, steps: [enable, plug()] }],
  ] as const
).flatMap(([from, to, scene]) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ ...scene, failing: [from + index] })),
);

/** A parent table that can neither track writes nor be freed. */
const stuck: Scene = { devices: [{}, {}], steps: [track, plug(), plug(1)], failing: [1, 2] };

const scenes: readonly Scene[] = [...whole, trackingFails, ...failing, stuck].toSorted(
  ({ steps: one }, { steps: other }) => one.length - other.length,
);

/** As many for every profile, the shortest first. */
export function bindingScenes(profile: Profile): readonly (BindingCase | undefined)[] {
  return scenes.map((scene) => caseOf(scene, profile));
}
