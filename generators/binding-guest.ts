/**
 * The guest of a binding case: root, context and PASID tables of its devices, and what it stores into them
 * later. It knows what it wrote, so that its invalidations can name the old and the new domain.
 */
import { insert } from '../spec/bits.ts';
import type { BindingStep } from '../spec/schema.ts';
import { type GuestDevice, NO_WORDS, type Slot, wordsOf } from './binding-slot.ts';
import type { Choices } from './choices.ts';
import { defectsOf } from './entry-defects.ts';
import { entryTarget } from './entry-target.ts';
import { type TableEntry, Tables } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

const PRESENT = 1n;
/** Faults are not recorded: whatever it is, an entry serves the same requests. */
const FPD = 2n;
const SCALABLE = 1n << 10n;
/** In word 1 of a context entry: requests without PASID are those of a supervisor. */
const RID_PRIV = 1n << 20n;
const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;
const NESTED = 3n;
const PASS_THROUGH = 4n;
const PASIDS_PER_TABLE = 64;
/** Page tables and domains that entries choose from: few, so that entries come to agree; one needs all bits. */
const PAGE_TABLES = 4;
const DOMAINS = [1n, 2n, 0xa5c3n] as const;
/** Reserved in root, context and PASID directory entries alike. */
const RESERVED_BIT = 8;

export class Guest {
  readonly slots: Slot[] = [];
  readonly contexts: TableEntry[] = [];
  readonly target: TranslationTarget;
  readonly #tables: Tables;
  readonly #roots: readonly number[];
  readonly #devices: readonly GuestDevice[];

  constructor(target: TranslationTarget, devices: readonly GuestDevice[], choices: Choices) {
    this.target = target;
    this.#devices = devices;
    this.#tables = new Tables(choices.one(target.blocks), 1 + 2 * choices.pick(256));
    // The second root table has nothing but the devices with an even index.
    this.#roots = [this.#tables.page(), this.#tables.page()];
    for (const device of devices.keys()) this.#serve(device, choices);
    if (choices.oneIn(8)) this.changePath(choices.one(this.slots), choices);
  }

  /** RTADDR for root table `index`. */
  rtaddr(index = 0): bigint {
    return BigInt(this.#roots[index] ?? 0) | SCALABLE;
  }

  memory() {
    return this.#tables.memory();
  }

  /** A new entry for `slot`: what the guest wants of its requests. */
  draw(slot: Slot, choices: Choices): bigint[] {
    const { capabilities, domainIds } = this.target;
    const did = choices.one(DOMAINS) & domainIds;
    const type = this.#type(choices);
    const first = type === FIRST_STAGE || type === NESTED;
    const flag = (has: number, bit: bigint) => (has === 1 && choices.oneIn(3) ? bit : 0n);
    const levels = capabilities.FS5LP === 1 && choices.oneIn(3) ? 1n << 2n : 0n;
    const flags = flag(capabilities.SRS, 1n) | flag(1, 1n << 4n) | flag(capabilities.EAFS, 1n << 7n) | levels;
    const low = PRESENT | (choices.oneIn(8) ? FPD : 0n) | (type << 6n) | this.#secondStage(type);
    const domain = did | flag(capabilities.SMPWCS, 1n << 23n);
    const words = [low, domain, first ? this.#pageTable(choices) | flags : 0n, 0n, 0n, 0n, 0n, 0n];
    if (choices.oneIn(5)) words[0] = (words[0] ?? 0n) & ~PRESENT;
    else if (choices.oneIn(8)) this.#spoil('pasid-table', words, choices);
    else if (choices.oneIn(2)) return this.#alike(slot, words, choices);
    return words;
  }

  /** One thing that an entry may have wrong on this unit, or that it may have and that does not count. */
  #spoil(format: 'pasid-table' | 'context-scalable', words: bigint[], choices: Choices): void {
    const target = entryTarget(this.target.profile, format);
    choices.one(defectsOf(target))(target, words, choices);
  }

  /** What `slot` holds or another one does, or it with one bit changed, or with the domain of `words`. */
  #alike({ entry }: Slot, [, domain = 0n]: readonly bigint[], choices: Choices): bigint[] {
    const { SRS, FS5LP, EAFS } = this.target.capabilities;
    const held = wordsOf(entry);
    switch (choices.pick(8)) {
      case 0:
        return held;
      case 1:
        return wordsOf(choices.one([entry, ...this.slots.map((slot) => slot.entry)]));
      case 2:
      case 3:
      case 4:
        return held.with(1, domain);
      default: {
        const first = held[2] ?? 0n;
        // WPE, which counts with SRE; a bit of FSPTPTR; and what the unit has of SRE, FSPM and EAFE.
        const highest = BigInt(this.target.profile.haw - 1);
        const pointer = choices.one([12n, highest, highest]);
        const flags = [
          ...((first & 1n) === 1n ? [4n, 4n, 4n, 4n] : [4n, pointer, pointer]),
          ...[...(SRS ? [0n] : []), ...(FS5LP ? [2n] : []), ...(EAFS ? [7n] : [])],
        ];
        return held.with(2, first ^ (1n << choices.one(flags)));
      }
    }
  }

  /** What `slot` holds, under another domain. */
  changeDomain(slot: Slot, choices: Choices): BindingStep {
    const { domainIds } = this.target;
    const held = wordsOf(slot.entry);
    const high = held[1] ?? 0n;
    const others = DOMAINS.filter((did) => ((did ^ high) & domainIds) !== 0n);
    return this.store(slot, held.with(1, insert(high, 15, 0, choices.one(others) & domainIds)), choices);
  }

  /** A slot whose entry leads to page tables of first stage; any where there is none. */
  translatedSlot(choices: Choices): Slot {
    const translated = this.slots.filter(({ entry: { words } }) => {
      const low = words[0] ?? 0n;
      return (low & PRESENT) !== 0n && ((low >> 6n) & 7n) === FIRST_STAGE;
    });
    return choices.one(translated.length > 0 ? translated : this.slots);
  }

  /** Writes `words` to `slot` at once or in part. */
  store(slot: Slot, words: readonly bigint[], choices: Choices): BindingStep {
    slot.before = slot.entry.words[1] ?? 0n;
    const part = choices.oneIn(4) ? 2 : words.length;
    slot.entry.words = [...words.slice(0, part), ...slot.entry.words.slice(part)];
    return { step: 'store', address: BigInt(slot.entry.address), words: words.slice(0, part) };
  }

  /** The context entry of `device`: present or not, PASIDs on or off, another RID_PASID, RID_PRIV, or something wrong. */
  changeContext(device: number, choices: Choices): BindingStep {
    const entry = this.contexts[device] as TableEntry;
    const [low = 0n, high = 0n] = entry.words;
    const address = BigInt(entry.address);
    switch (choices.pick(5)) {
      case 0:
        entry.words[0] = low ^ PRESENT;
        break;
      case 1:
        entry.words[0] = this.target.capabilities.PASID === 1 ? low ^ 8n : low ^ PRESENT;
        break;
      case 2: {
        // The next store puts it right.
        const words = [...entry.words];
        this.#spoil('context-scalable', words, choices);
        return { step: 'store', address, words };
      }
      case 3:
        if (this.target.capabilities.RPRIVS === 1) entry.words[1] = high ^ RID_PRIV;
        else entry.words[0] = low ^ PRESENT;
        break;
      default:
        if (this.target.capabilities.RPS === 1) {
          entry.words[1] = insert(high, 19, 0, BigInt(this.#pasidInUse(device, choices)));
        } else entry.words[0] = low ^ PRESENT;
    }
    return { step: 'store', address, words: [...entry.words] };
  }

  /** A slot of the same device whose PASID is not RID_PASID; `slot` itself where there is none. */
  besideRequester(slot: Slot, choices: Choices): Slot {
    const own = this.#requesterPasid(slot.device);
    const others = this.slots.filter(({ device, pasid }) => device === slot.device && pasid !== own);
    return others.length > 0 ? choices.one(others) : slot;
  }

  #requesterPasid(device: number): number {
    return Number((this.contexts[device]?.words[1] ?? 0n) & 0xf_ffffn);
  }

  /** The PASID of `slot` becomes RID_PASID of its device, and its entry like the one of RID_PASID before. */
  moveRequesterPasid(slot: Slot): BindingStep[] {
    const context = this.contexts[slot.device] as TableEntry;
    const [low = 0n, high = 0n] = context.words;
    const own = this.#requesterPasid(slot.device);
    // Behind those of the second root table.
    const before = this.slots.findLast(({ device, pasid }) => device === slot.device && pasid === own);
    slot.before = slot.entry.words[1] ?? 0n;
    if (before !== undefined) slot.entry.words = wordsOf(before.entry);
    if (this.target.capabilities.RPS === 1)
      context.words = [low, insert(high, 19, 0, BigInt(slot.pasid)), 0n, 0n];
    return [slot.entry, context].map(({ address, words }) => ({
      step: 'store',
      address: BigInt(address),
      words: [...words],
    }));
  }

  /**
   * An entry on the way to `slot` with one bit changed: P, FPD, a reserved bit, or of a pointer to where no memory is.
   * The same choices change it back.
   */
  changePath({ device, directory }: Slot, choices: Choices): BindingStep {
    const { haw } = this.target.profile;
    const { sourceId } = this.#devices[device] as GuestDevice;
    const root = this.#tables.at((this.#roots[0] as number) + 16 * (sourceId >> 8)) as TableEntry;
    const half = (sourceId & 0x80) === 0 ? 0 : 1;
    const context = this.contexts[device] as TableEntry;
    const [entry, word] = choices.one([
      [directory, 0],
      [directory, 0],
      [context, 0],
      [root, half],
    ] as const);
    const bit = choices.one([0, 1, RESERVED_BIT, haw - 1, haw, 63]);
    entry.words[word] = (entry.words[word] ?? 0n) ^ (1n << BigInt(bit));
    return { step: 'store', address: BigInt(entry.address + 8 * word), words: [entry.words[word] ?? 0n] };
  }

  /** A PASID of `device` that has an entry, or one beside it. */
  #pasidInUse(device: number, choices: Choices): number {
    const { pasid } = choices.one(this.slots.filter((slot) => slot.device === device));
    return choices.oneIn(8) ? pasid ^ 1 : pasid;
  }

  #serve(index: number, choices: Choices): void {
    const { capabilities } = this.target;
    const { sourceId, pasidBits } = this.#devices[index] as GuestDevice;
    const half = (sourceId & 0x80) === 0 ? 0 : 1;
    const widest = Math.max(0, Math.min(7, pasidBits - 13));
    // Often the directory has no room for all that the device can carry.
    const size = choices.oneIn(3) ? widest : choices.pick(widest + 1);
    const pasids = [0];
    for (let count = 1 + choices.pick(3); count > 0; count--) {
      const pasid = this.#pasid(pasidBits, size, choices);
      if (!pasids.includes(pasid)) pasids.push(pasid);
    }
    const contextTable = this.#rootEntry(0, sourceId, half);
    const directory = this.#tables.page();
    const pasidEnable = capabilities.PASID === 1 && pasidBits > 0 ? 8n : 0n;
    const context = this.#tables.entry('context-scalable', contextTable + 32 * (sourceId & 0x7f), [
      PRESENT | BigInt(directory) | (BigInt(size) << 9n) | pasidEnable,
      capabilities.RPS === 1 && choices.oneIn(4) ? BigInt(choices.one([1, ...pasids])) : 0n,
      0n,
      0n,
    ]);
    this.contexts.push(context);
    if (index % 2 === 0) {
      const other = this.#rootEntry(1, sourceId, half);
      const moved = this.#tables.page();
      const [low = 0n, high = 0n] = context.words;
      const words = [(low & 0xfffn) | BigInt(moved), high, 0n, 0n];
      this.#tables.entry('context-scalable', other + 32 * (sourceId & 0x7f), words);
      this.#addSlots(index, moved, [0], choices);
    }
    this.#addSlots(index, directory, pasids, choices);
  }

  #rootEntry(root: number, sourceId: number, half: number): number {
    const address = (this.#roots[root] as number) + 16 * (sourceId >> 8);
    const format = half === 0 ? 'root-scalable-lower' : 'root-scalable-upper';
    const entry = this.#tables.at(address) ?? this.#tables.entry(format, address, [0n, 0n]);
    if (entry.words[half] === 0n) entry.words[half] = PRESENT | BigInt(this.#tables.page());
    return Number((entry.words[half] ?? 0n) & ~PRESENT);
  }

  #addSlots(device: number, directory: number, pasids: readonly number[], choices: Choices): void {
    for (const pasid of pasids) {
      const at = directory + 8 * Math.floor(pasid / PASIDS_PER_TABLE);
      // A long directory reaches into pages that hold something else.
      const known = this.#tables.at(at);
      if (known !== undefined && known.structure !== 'pasid-directory') continue;
      const entry =
        known ?? this.#tables.entry('pasid-directory', at, [PRESENT | BigInt(this.#tables.page())]);
      const table = Number((entry.words[0] ?? 0n) & ~0xfffn);
      const address = table + 64 * (pasid % PASIDS_PER_TABLE);
      const slot: Slot = {
        device,
        pasid,
        directory: entry,
        entry: this.#tables.entry('pasid-table', address, [...NO_WORDS]),
        before: 0n,
      };
      if (!choices.oneIn(4)) slot.entry.words = this.draw(slot, choices);
      this.slots.push(slot);
    }
  }

  #pasid(pasidBits: number, size: number, choices: Choices): number {
    const limit = 2 ** pasidBits;
    const beyond = 2 ** (13 + size);
    const behind = beyond < limit ? [beyond, beyond, beyond, beyond] : [];
    // The first that is wider than the guest was told of (SGN.10).
    const untold = 2 ** (this.target.capabilities.PSS + 1);
    const wider = untold < limit ? [untold, untold] : [];
    return choices.one([1, 63, 64, limit - 1, limit, ...behind, ...wider, choices.pick(limit)]) % 0x10_0000;
  }

  #type(choices: Choices): bigint {
    const { PT, SSTS, NEST, FSTS } = this.target.capabilities;
    const type = BigInt(choices.pick(8));
    if (!choices.oneIn(3)) return FSTS === 1 ? FIRST_STAGE : PASS_THROUGH;
    return choices.one([
      ...(PT === 1 ? [PASS_THROUGH, PASS_THROUGH] : []),
      ...(SSTS === 1 ? [SECOND_STAGE] : []),
      ...(NEST === 1 ? [NESTED] : []),
      type,
    ]);
  }

  #secondStage(type: bigint): bigint {
    if (type !== SECOND_STAGE && type !== NESTED) return 0n;
    const [width = 2] = this.target.addressWidths;
    return (BigInt(width) << 2n) | BigInt(this.target.blocks[1] ?? 0);
  }

  /** Only the host reads it: there need be no memory. */
  #pageTable(choices: Choices): bigint {
    const low = (this.target.blocks[1] ?? 0) + 0x1000 * (1 + choices.pick(PAGE_TABLES));
    return (
      BigInt(low) | (choices.oneIn(8) ? 1n << BigInt(choices.one([31, this.target.profile.haw - 1])) : 0n)
    );
  }
}
