/**
 * One way of a device's requests through the tables of the guest: root, context, PASID directory and PASID table
 * entry (3.4.3), and what was read on it.
 */
import { bits } from '../../../spec/bits.ts';
import { contextScalable } from '../../../spec/layouts/context.ts';
import { entryLayouts } from '../../../spec/layouts/index.ts';
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../../spec/layouts/pasid.ts';
import { readField } from '../../../spec/layouts/resolve.ts';
import { rootScalableLower, rootScalableUpper } from '../../../spec/layouts/root.ts';
import type { EntryFormat } from '../../../spec/schema.ts';
import type { GuestMemory } from '../../memory.ts';
import { checkOfUnit } from '../entry.ts';
import type { Unit } from '../unit.ts';
import { asksHostPermissions, blocked, serviceOf } from './served.ts';
import type { Context, View } from './view.ts';

const LCTP = fieldOf(rootScalableLower, 'LCTP');
const UCTP = fieldOf(rootScalableUpper, 'UCTP');
const PASIDDIRPTR = fieldOf(contextScalable, 'PASIDDIRPTR');
const PASIDE = fieldOf(contextScalable, 'PASIDE');
const PDTS = fieldOf(contextScalable, 'PDTS');
const RID_PASID = fieldOf(contextScalable, 'RID_PASID');
const RID_PRIV = fieldOf(contextScalable, 'RID_PRIV');
const SMPTBLPTR = fieldOf(pasidDirectory, 'SMPTBLPTR');
const DID = fieldOf(pasidTable, 'DID');
const SRE = fieldOf(pasidTable, 'SRE');

/** An entry that was read: no page boundary cuts it. */
export interface ReadEntry {
  readonly address: bigint;
  /** Undefined where memory does not answer. */
  readonly words: readonly bigint[] | undefined;
  /** Number of its 4 KiB page. */
  readonly page: number;
}

export class TableWalk {
  readonly read: ReadEntry[] = [];
  readonly #unit: Unit;
  readonly #memory: GuestMemory;
  #isDoubtful = false;

  constructor(unit: Unit, memory: GuestMemory) {
    this.#unit = unit;
    this.#memory = memory;
  }

  /** To the context entry of `sourceId`, under the root table of `rtaddr`. */
  context(rtaddr: bigint, sourceId: number): Context {
    const upper = (sourceId & 0x80) !== 0;
    const root = this.#entry(
      upper ? 'root-scalable-upper' : 'root-scalable-lower',
      (rtaddr & bits(63, 12)) + 16n * BigInt(sourceId >> 8),
    );
    const table = root && readField(upper ? UCTP : LCTP, root);
    const entry =
      table === undefined
        ? undefined
        : this.#entry('context-scalable', table + 32n * BigInt(sourceId & 0x7f));
    const open = entry !== undefined && asksHostPermissions(entry);
    return { entry, open, isDoubtful: this.#isDoubtful, words: this.#words() };
  }

  /** From the context entry on, of requests with PASID `requested` or without. */
  behind(context: Context, requested: number | undefined): View {
    const { entry } = context;
    this.#isDoubtful = context.isDoubtful;
    if (entry === undefined) return this.#view(context, requested ?? 0, undefined);
    const { capabilities } = this.#unit;
    const ridPasid = capabilities.RPS === 1 ? readField(RID_PASID, entry) : 0n;
    const pasid = requested === undefined ? ridPasid : BigInt(requested);
    if (requested !== undefined && refusesPasid(entry, requested, capabilities.PSS + 1)) {
      return this.#view(context, requested, undefined);
    }
    if (requested !== undefined && pasid === ridPasid) {
      // Requests with the PASID of those without are refused (SCT.9); whether also without RID_PASID is D20.
      if (capabilities.RPS === 1) return this.#view(context, requested, undefined);
      this.#isDoubtful = true;
    }
    const served = this.#pasidEntry(entry, pasid);
    if (requested === undefined && served && this.#refusesSupervisors(entry, served)) this.#isDoubtful = true;
    return this.#view(context, Number(pasid), served);
  }

  /** SPT.6: no entry takes requests without PASID of a supervisor unless SRE is set. The host is not told of RID_PRIV. */
  #refusesSupervisors(context: readonly bigint[], entry: readonly bigint[]): boolean {
    const { RPRIVS } = this.#unit.capabilities;
    return RPRIVS === 1 && readField(RID_PRIV, context) === 1n && readField(SRE, entry) === 0n;
  }

  #pasidEntry(context: readonly bigint[], pasid: bigint): readonly bigint[] | undefined {
    const directory = this.#entry('pasid-directory', readField(PASIDDIRPTR, context) + 8n * (pasid >> 6n));
    if (directory === undefined) return undefined;
    return this.#entry('pasid-table', readField(SMPTBLPTR, directory) + 64n * (pasid & 63n));
  }

  #view(context: Context, pasid: number, entry: readonly bigint[] | undefined): View {
    const service = entry && serviceOf(entry);
    const served = service === undefined ? [blocked] : this.#isDoubtful ? [service, blocked] : [service];
    return {
      served,
      unsupported: entry !== undefined && service === undefined && !this.#isDoubtful,
      pasid,
      domain: entry === undefined ? undefined : Number(readField(DID, entry)),
      context,
      words: this.#words(),
    };
  }

  #words(): readonly (bigint | undefined)[] {
    const words: (bigint | undefined)[] = [];
    for (const entry of this.read) {
      if (entry.words === undefined) words.push(undefined);
      else words.push(...entry.words);
    }
    return words;
  }

  /** The words of a valid entry; doubts are remembered. */
  #entry(format: EntryFormat, address: bigint): readonly bigint[] | undefined {
    const words = this.#memory.readWords(address, entryLayouts[format].words);
    this.read.push({ address, words, page: Number(address >> 12n) });
    if (words === undefined) return undefined;
    const { conditions, mayBeValid } = checkOfUnit(this.#unit, format, words);
    if (!mayBeValid) return undefined;
    this.#isDoubtful ||= conditions.length > 0;
    return words;
  }
}

/** SCT.6, SCT.7, SGN.10: PASIDs are off, beyond the directory, or wider than the unit takes. */
function refusesPasid(context: readonly bigint[], pasid: number, width: number): boolean {
  return (
    readField(PASIDE, context) === 0n ||
    BigInt(pasid) >> (readField(PDTS, context) + 13n) !== 0n ||
    pasid >> width !== 0
  );
}
