/**
 * What several machines show of themselves may be pasted into one file. So each kind of dump in a file is a part of its
 * own, and where a unit comes again, or a log says otherwise than before, the next one begins. Parts are judged like
 * files that lie together: what points to each other is of one machine.
 */
import type { DumpKind, DumpRecord } from '../../spec/dumps.ts';
import { shortHex } from '../../spec/hex.ts';

/** Kinds that show each unit once; of interrupts there are two tables, and a log names a unit at every fault. */
const once: readonly (DumpKind | undefined)[] = [
  'iommu_regset',
  'dmar_translation_struct',
  'invalidation_queue',
];

/** Of what comes without a heading, or has none. */
const kinds: Readonly<Record<Exclude<DumpRecord['kind'], 'unit'>, DumpKind>> = {
  register: 'iommu_regset',
  root: 'dmar_translation_struct',
  context: 'dmar_translation_struct',
  table: 'dmar_translation_struct',
  disabled: 'dmar_translation_struct',
  device: 'domain_translation_struct',
  page: 'domain_translation_struct',
  queue: 'invalidation_queue',
  slot: 'invalidation_queue',
  boot: 'kernel log',
  'host-width': 'kernel log',
  fault: 'kernel log',
  'fault-entry': 'kernel log',
  'queue-error': 'kernel log',
  queued: 'kernel log',
};

/** The parts of one file, from its first record to its last. */
export class Parts {
  readonly #file: string;
  #name: string;
  #count = 1;
  #kind: DumpKind | undefined;
  readonly #units = new Set<string>();
  /** What a log says, by what it is about. */
  readonly #said = new Map<string, string>();

  constructor(file: string) {
    this.#file = file;
    this.#name = file;
  }

  /** The name of the part that the next record is of: that of the file, for the first one. */
  partOf(record: DumpRecord): string {
    if (record.kind === 'unit') this.#enter(record.dump, record.unit);
    else if (kinds[record.kind] !== this.#kind) this.#enter(kinds[record.kind], '');
    if (record.kind === 'boot') this.#say(record.unit, `${shortHex(record.cap)} ${shortHex(record.ecap)}`);
    if (record.kind === 'host-width') this.#say('width', `${record.haw}`);
    return this.#name;
  }

  #enter(kind: DumpKind, unit: string): void {
    if (this.#kind !== undefined && (kind !== this.#kind || this.#units.has(unit))) this.#begin();
    this.#kind = kind;
    if (once.includes(kind)) this.#units.add(unit);
  }

  #say(what: string, value: string): void {
    if ((this.#said.get(what) ?? value) !== value) this.#begin();
    this.#said.set(what, value);
  }

  #begin(): void {
    this.#count++;
    this.#name = `${this.#file}, part ${this.#count}`;
    this.#units.clear();
    this.#said.clear();
  }
}

/** The file that a part is of. */
export function fileOf(part: string): string {
  return part.replace(/, part \d+$/, '');
}
