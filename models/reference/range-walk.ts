/**
 * The walk over a range of second-stage tables (spec/rules/page-walk.ts; 3.7, 9.8), from the top table down,
 * entry by entry. Whoever asks hears of every entry and chooses among the calls that are allowed, so that the
 * reference answers with the likeliest and the judge follows what was observed.
 */
import type { GuestMemory } from '../memory.ts';
import { type Announcement, type Announcements, type Calls, endOf, type Span } from './announcements.ts';
import type { Unit } from './unit.ts';
import { type Rights, type WalkedEntry, walkedEntry } from './walked-entry.ts';

const ENTRIES = 512;
const pageRules: Readonly<Record<number, string>> = {
  1: 'page-walk.map.4k',
  2: 'page-walk.map.2m',
  3: 'page-walk.map.1g',
};

/** An entry that was read, and what became of it. */
export interface Visit extends Span {
  readonly level: number;
  readonly address: bigint;
  /** Undefined when memory did not answer. */
  readonly word: bigint | undefined;
  /** Undefined for a table that is followed. */
  readonly rule: string | undefined;
}

export interface Audience {
  /** Calls the hook with one of the alternatives and gives it back; undefined ends the walk. */
  call(announcement: Announcement): Calls | undefined;
  visit?(visit: Visit): void;
}

/** What was passed over: by reason, and entries that may count under either of two reasons. */
export interface Skipped {
  unreadable: number;
  reserved: number;
  noRight: number;
  unreadableOrReserved: number;
  reservedOrNoRight: number;
  /** Of `noRight`: those of a walk that remembers and was asked for unmapped ranges, which may not count. */
  dropped: number;
  /** Not passed over here: those that may count as reserved, if a later entry makes their calls. */
  perhapsReserved: number;
}

/** The range, clipped; not empty. */
export interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

export class RangeWalker {
  readonly skipped: Skipped = {
    unreadable: 0,
    reserved: 0,
    noRight: 0,
    unreadableOrReserved: 0,
    reservedOrNoRight: 0,
    dropped: 0,
    perhapsReserved: 0,
  };
  readonly rules = new Set<string>();
  tables = 0;
  entriesRead = 0;
  /** Something was met of which it is not stated what it means. */
  open = false;

  readonly #unit: Unit;
  readonly #memory: GuestMemory;
  readonly #range: Range;
  readonly #announcements: Announcements;
  readonly #audience: Audience;

  constructor(
    unit: Unit,
    memory: GuestMemory,
    range: Range,
    announcements: Announcements,
    audience: Audience,
  ) {
    this.#unit = unit;
    this.#memory = memory;
    this.#range = range;
    this.#announcements = announcements;
    this.#audience = audience;
  }

  /** Walks `table` of `level` for the input addresses from `base` on; false when it was ended early. */
  walk(table: bigint, level: number, base = 0n, parents: Rights = { read: true, write: true }): boolean {
    this.tables++;
    const { start, end } = this.#range;
    const size = 1n << BigInt(3 + 9 * level);
    const first = start > base ? Number((start - base) / size) : 0;
    const last = Math.min(Number((end - 1n - base) / size), ENTRIES - 1);
    let iova = base + BigInt(first) * size;
    // At one go; word by word only where memory does not answer everywhere in the table.
    const words = this.#memory.readWords(table + BigInt(8 * first), last - first + 1);
    for (let index = first; index <= last; index++, iova += size) {
      const word = words === undefined ? this.#memory.read(table + BigInt(8 * index)) : words[index - first];
      this.entriesRead++;
      const span = { iova, size };
      const entry = walkedEntry(this.#unit, level, word, parents);
      if (this.#audience.visit) {
        const address = table + BigInt(8 * index);
        this.#audience.visit({ ...span, level, address, word, rule: this.#ruleOf(entry, span, level) });
      }
      if (!this.#handle(entry, level, span)) return false;
    }
    return true;
  }

  #handle(entry: WalkedEntry, level: number, span: Span): boolean {
    switch (entry.is) {
      case 'unreadable':
        this.rules.add('page-walk.skip.unreadable');
        this.skipped.unreadable++;
        return true;
      case 'reserved':
        this.rules.add('page-walk.skip.reserved');
        this.skipped[entry.orUnreadable ? 'unreadableOrReserved' : 'reserved']++;
        return true;
      case 'unmapped':
        return this.#unmapped(entry, span);
      case 'open':
        this.open = true;
        return false;
      case 'table':
        this.#note(entry);
        return this.walk(entry.address, level - 1, span.iova, entry.rights);
      case 'page':
        this.#note(entry);
        return this.#page(entry.address, entry.rights, level, span);
    }
  }

  #page(target: bigint, rights: Rights, level: number, span: Span): boolean {
    const mapping = { ...span, target, ...rights };
    const { rule, alternatives } = this.#announcements.mapped(mapping, pageRule(level));
    const calls = this.#call({ rule, alternatives });
    if (calls === undefined) return false;
    const { start, end } = this.#range;
    if (span.iova < start || span.iova + span.size > end) this.rules.add('page-walk.map.whole');
    if (!(rights.read && rights.write)) this.rules.add('page-walk.permission');
    this.#announcements.announced(calls);
    return true;
  }

  #unmapped({ page, orReserved }: Extract<WalkedEntry, { is: 'unmapped' }>, span: Span): boolean {
    const { rule, alternatives } = this.#announcements.unmapped(span, page);
    const [likeliest = []] = alternatives;
    const optional = likeliest.length > 0 && (orReserved || this.#mayLeaveOut(rule));
    const leftOut = orReserved ? 'reservedOrNoRight' : 'noRight';
    const calls = optional
      ? this.#call({ rule, alternatives: [...alternatives, []], leftOut })
      : this.#call({ rule, alternatives });
    if (calls === undefined) return false;
    if (calls.length > 0) {
      this.#announcements.announced(calls);
      // What was announced for more than this entry, an entry behind it may take back.
      if (orReserved && calls.some((call) => endOf(call) > endOf(span))) this.skipped.perhapsReserved++;
      return true;
    }
    this.skipped[leftOut]++;
    if (rule === 'page-walk.remembered.never-announced') this.skipped.dropped++;
    return true;
  }

  /** Sources differ about tables without rights, unless a policy says which one holds. */
  #mayLeaveOut(rule: string): boolean {
    return rule === 'page-walk.unmap.table' && this.#unit.profile.policies.emptyTables !== 'announced';
  }

  #call(announcement: Announcement): Calls | undefined {
    this.rules.add(announcement.rule);
    const [only] = announcement.alternatives;
    return only?.length === 0 ? only : this.#audience.call(announcement);
  }

  #note({ decorated }: { readonly decorated: boolean }): void {
    if (decorated) this.rules.add('page-walk.ignored');
  }

  #ruleOf(entry: WalkedEntry, span: Span, level: number): string | undefined {
    switch (entry.is) {
      case 'unreadable':
        return 'page-walk.skip.unreadable';
      case 'reserved':
        return 'page-walk.skip.reserved';
      case 'unmapped':
        return this.#announcements.unmapped(span, entry.page).rule;
      case 'page':
        return this.#announcements.mapped(
          { ...span, target: entry.address, ...entry.rights },
          pageRule(level),
        ).rule;
      default:
        return undefined;
    }
  }
}

function pageRule(level: number): string {
  const rule = pageRules[level];
  if (rule === undefined) throw new RangeError(`no page at level ${level}`);
  return rule;
}
