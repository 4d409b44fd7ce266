/**
 * Where the walk of a replay starts: the second stage that the tables in memory name for a device without
 * PASID (9.1 to 9.6). Only what is stated is answered: a doubt about an entry makes everything open.
 */
import { bits, extract } from '../../spec/bits.ts';
import { contextLegacy, contextScalable } from '../../spec/layouts/context.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { rootLegacy, rootScalableLower, rootScalableUpper } from '../../spec/layouts/root.ts';
import type { EntryFormat, Replay } from '../../spec/schema.ts';
import type { GuestMemory } from '../memory.ts';
import { checkEntry } from './entry.ts';
import type { Unit } from './unit.ts';

export type ReplayStart =
  | { readonly is: 'tables'; readonly top: bigint; readonly levels: number }
  /** No valid entry serves the device; `why` names the one that is met, and the conditions. */
  | { readonly is: 'none'; readonly why: string }
  /** Addresses are used as they are; the second-stage pointer is ignored (9.3, 9.6). */
  | { readonly is: 'pass-through' }
  /** Not described: first stage and nesting, requests that all are blocked, and what a revision does not state. */
  | { readonly is: 'open' };

const none = (why: string): ReplayStart => ({ is: 'none', why });
const passThrough: ReplayStart = { is: 'pass-through' };
const open: ReplayStart = { is: 'open' };

const LEGACY = 0n;
const SCALABLE = 1n;
/** PGTT (9.6). */
const SECOND_STAGE = 2n;
const PASS_THROUGH = 4n;
/** TT of a legacy context entry that translates by the second stage, without and with a Device-TLB. */
const TRANSLATED: readonly bigint[] = [0n, 1n];
const TT_PASS_THROUGH = 2n;
/** Bits of RTADDR_REG that must be zero, and SSIRWE (11.4.6). */
const NOT_DESCRIBED = bits(9, 0);

/** The start for the device of `replay`. */
export function replayStart(unit: Unit, memory: GuestMemory, replay: Replay): ReplayStart {
  const { rtaddr } = replay;
  const root = rtaddr & bits(63, 12);
  if ((rtaddr & NOT_DESCRIBED) !== 0n || root >> BigInt(unit.profile.haw) !== 0n) return open;
  switch (extract(rtaddr, 11, 10)) {
    case LEGACY:
      return legacyStart(unit, memory, root, replay.sourceId);
    case SCALABLE:
      return unit.capabilities.SMTS === 1
        ? scalableStart(unit, memory, root, replay.sourceId)
        : none('RTADDR.TTM');
    default:
      return none('RTADDR.TTM');
  }
}

function legacyStart(unit: Unit, memory: GuestMemory, rootTable: bigint, sourceId: number): ReplayStart {
  const root = validEntry(unit, memory, 'root-legacy', rootTable + 16n * BigInt(sourceId >> 8));
  if (!Array.isArray(root)) return root;
  const table = readField(fieldOf(rootLegacy, 'CTP'), root);
  const context = validEntry(unit, memory, 'context-legacy', table + 16n * BigInt(sourceId & 0xff));
  if (!Array.isArray(context)) return context;
  const type = readField(fieldOf(contextLegacy, 'TT'), context);
  if (type === TT_PASS_THROUGH) return passThrough;
  if (!TRANSLATED.includes(type)) return open;
  return {
    is: 'tables',
    top: readField(fieldOf(contextLegacy, 'SSPTPTR'), context),
    levels: 2 + Number(readField(fieldOf(contextLegacy, 'AW'), context)),
  };
}

function scalableStart(unit: Unit, memory: GuestMemory, rootTable: bigint, sourceId: number): ReplayStart {
  const upper = (sourceId & 0x80) !== 0;
  const format = upper ? 'root-scalable-upper' : 'root-scalable-lower';
  const root = validEntry(unit, memory, format, rootTable + 16n * BigInt(sourceId >> 8));
  if (!Array.isArray(root)) return root;
  const pointer = upper ? fieldOf(rootScalableUpper, 'UCTP') : fieldOf(rootScalableLower, 'LCTP');
  const contextAddress = readField(pointer, root) + 32n * BigInt(sourceId & 0x7f);
  const context = validEntry(unit, memory, 'context-scalable', contextAddress);
  if (!Array.isArray(context)) return context;

  // Requests without PASID are served by RID_PASID (9.4).
  const ridPasid =
    unit.capabilities.RPS === 1 ? readField(fieldOf(contextScalable, 'RID_PASID'), context) : 0n;
  const directoryTable = readField(fieldOf(contextScalable, 'PASIDDIRPTR'), context);
  const directory = validEntry(unit, memory, 'pasid-directory', directoryTable + 8n * (ridPasid >> 6n));
  if (!Array.isArray(directory)) return directory;
  const table = readField(fieldOf(pasidDirectory, 'SMPTBLPTR'), directory);
  const entry = validEntry(unit, memory, 'pasid-table', table + 64n * (ridPasid & 63n));
  if (!Array.isArray(entry)) return entry;
  const type = readField(fieldOf(pasidTable, 'PGTT'), entry);
  if (type === PASS_THROUGH) return passThrough;
  if (type !== SECOND_STAGE) return open;
  // Tables are named, but no request of a privileged requester gets to them (SPT.6).
  const privileged =
    unit.capabilities.RPRIVS === 1 && readField(fieldOf(contextScalable, 'RID_PRIV'), context) === 1n;
  if (privileged && readField(fieldOf(pasidTable, 'SRE'), entry) === 0n) return open;
  return {
    is: 'tables',
    top: readField(fieldOf(pasidTable, 'SSPTPTR'), entry),
    levels: 2 + Number(readField(fieldOf(pasidTable, 'AW'), entry)),
  };
}

function useless(format: EntryFormat, address: bigint, what: string): ReplayStart {
  return none(`${format} at 0x${address.toString(16)}, ${what}`);
}

/** The words of a valid entry; `none` when it is unreadable or faults, `open` when it may do either. */
function validEntry(
  { profile }: Unit,
  memory: GuestMemory,
  format: EntryFormat,
  address: bigint,
): bigint[] | ReplayStart {
  const words: bigint[] = [];
  for (let index = 0; index < entryLayouts[format].words; index++) {
    const word = memory.read(address + BigInt(8 * index));
    if (word === undefined) return useless(format, address, 'not readable');
    words.push(word);
  }
  const { conditions, mayBeValid } = checkEntry(format, words, profile);
  if (!mayBeValid) return useless(format, address, conditions.join(' or '));
  return conditions.length > 0 ? open : words;
}
