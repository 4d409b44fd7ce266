/**
 * What a dump of a live VT-d unit says, one record a line: the files that Linux has below
 * /sys/kernel/debug/iommu/intel, and its log. Words of an entry stand lowest first, as everywhere here. What a
 * dump leaves out is absent: of a PASID table entry three of eight words are printed, of a scalable context
 * entry two of four.
 */

/** Kinds of dumps, by the names of their files. */
export type DumpKind =
  | 'iommu_regset'
  | 'dmar_translation_struct'
  | 'domain_translation_struct'
  | 'invalidation_queue'
  | 'ir_translation_struct'
  | 'kernel log';

/** A part of a dump begins: what follows is of this unit. */
export interface UnitRecord {
  readonly kind: 'unit';
  readonly dump: DumpKind;
  readonly unit: string;
  /** Address of the root table, where the line tells it. */
  readonly root?: bigint;
}

export interface RegisterRecord {
  readonly kind: 'register';
  readonly name: string;
  readonly value: bigint;
}

/** A root entry with a line of its own: kernels before 5.3. */
export interface RootRecord {
  readonly kind: 'root';
  readonly bus: number;
  readonly words: readonly bigint[];
}

/** A context entry with a line of its own: kernels before 5.3. */
export interface ContextRecord {
  readonly kind: 'context';
  readonly sourceId: number;
  readonly words: readonly bigint[];
}

/** The entries on the way to one present entry: root, context, and in scalable mode PASID table entry. */
export interface TableRecord {
  readonly kind: 'table';
  readonly sourceId: number;
  readonly root: readonly bigint[];
  readonly context: readonly bigint[];
  /** Undefined in legacy mode. */
  readonly pasid: number | undefined;
  readonly entry: readonly bigint[];
}

/** The paging structures of one device begin. */
export interface DeviceRecord {
  readonly kind: 'device';
  /** Undefined for a device that is no PCI device. */
  readonly sourceId: number | undefined;
  readonly pasid: number | undefined;
  /** Host-physical address of the top table. */
  readonly table: bigint;
}

/** A page and the entries on the way to it: index 0 is the page table entry, 4 the PML5 entry; 0 where none is. */
export interface PageRecord {
  readonly kind: 'page';
  /** Input address divided by 4096. */
  readonly pageNumber: bigint;
  readonly path: readonly bigint[];
}

/** Head and tail as slot numbers. */
export interface QueueRecord {
  readonly kind: 'queue';
  readonly base: bigint;
  readonly head: number;
  readonly tail: number;
}

export interface SlotRecord {
  readonly kind: 'slot';
  readonly index: number;
  /** 2 words, or 4 where the unit has scalable mode. */
  readonly words: readonly bigint[];
}

/** `DMA Remapping is not enabled on dmar0`: there is nothing to judge. */
export interface DisabledRecord {
  readonly kind: 'disabled';
  readonly unit: string;
}

/** The line with which a kernel reports a unit at boot. */
export interface BootRecord {
  readonly kind: 'boot';
  readonly unit: string;
  readonly cap: bigint;
  readonly ecap: bigint;
}

/** `Host address width 46`, from the ACPI table. */
export interface HostWidthRecord {
  readonly kind: 'host-width';
  readonly haw: number;
}

export interface FaultRecord {
  readonly kind: 'fault';
  readonly sourceId: number;
  readonly code: number;
  /** What the device wanted, as the log says it: `DMA Read`, `DMA Write`, `INTR-REMAP`. */
  readonly request: string;
  /** Undefined without one, and where the log does not say. */
  readonly pasid: number | undefined;
  /** Of DMA; an interrupt has an index. */
  readonly address: bigint;
}

/** An entry that the kernel printed after a fault; `word` tells which part of a PASID table entry it is. */
export interface FaultEntryRecord {
  readonly kind: 'fault-entry';
  readonly entry: 'root' | 'root-scalable' | 'context' | 'pasid-directory' | 'pasid-word' | 'paging';
  readonly words: readonly bigint[];
  /** Word of a PASID table entry, level of a paging entry. */
  readonly index: number;
}

/** An error of the invalidation queue, by its bit of FSTS. */
export interface QueueErrorRecord {
  readonly kind: 'queue-error';
  readonly error: 'IQE' | 'ITE' | 'ICE';
  /** Of IQE the reason, else the source id. */
  readonly value: number;
}

/** A descriptor that the kernel printed after such an error, where the queue stopped or before it. */
export interface QueuedRecord {
  readonly kind: 'queued';
  /** Of 256 bits the lower half is printed. */
  readonly words: readonly bigint[];
}

export type DumpRecord =
  | UnitRecord
  | RegisterRecord
  | RootRecord
  | ContextRecord
  | TableRecord
  | DeviceRecord
  | PageRecord
  | QueueRecord
  | SlotRecord
  | DisabledRecord
  | BootRecord
  | HostWidthRecord
  | FaultRecord
  | FaultEntryRecord
  | QueueErrorRecord
  | QueuedRecord;

/** A line of a file, numbered from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}
