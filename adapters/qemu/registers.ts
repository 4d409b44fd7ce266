/** The remapping unit of q35 and its registers (11.4). 32-bit registers are accessed by 4 bytes only. */

export const UNIT_BASE = 0xfed9_0000n;

export const register = {
  capability: UNIT_BASE + 0x08n,
  extendedCapability: UNIT_BASE + 0x10n,
  globalCommand: UNIT_BASE + 0x18n,
  rootTableAddress: UNIT_BASE + 0x20n,
  faultStatus: UNIT_BASE + 0x34n,
  globalStatus: UNIT_BASE + 0x1cn,
  contextCommand: UNIT_BASE + 0x28n,
  queueHead: UNIT_BASE + 0x80n,
  queueTail: UNIT_BASE + 0x88n,
  queueAddress: UNIT_BASE + 0x90n,
  completionStatus: UNIT_BASE + 0x9cn,
  eventControl: UNIT_BASE + 0xa0n,
} as const;

/** IVA_REG and behind it IOTLB_REG lie where ECAP.IRO says (11.4.3). */
export function iotlbRegisters(extendedCapability: bigint): {
  readonly address: bigint;
  readonly iotlb: bigint;
} {
  const address = UNIT_BASE + 16n * ((extendedCapability >> 8n) & 0x3ffn);
  return { address, iotlb: address + 8n };
}

/** ECAP: scalable mode translation support. */
export const SMTS = 1n << 43n;
/** ECAP: first-stage translation support. */
export const FSTS = 1n << 47n;

/** GCMD: translation enable, set root table pointer. */
export const TE = 1n << 31n;
export const SRTP = 1n << 30n;

/** GCMD, and GSTS in the same place: queued invalidation enable. */
export const QIE = 1n << 26n;
/** FSTS: IQE, ICE, ITE, and PFO; written as 1 to clear. */
export const INVALIDATION_ERRORS = 0x71;
/** ICS: IWC; written as 1 to clear. */
export const WAIT_COMPLETE = 1n;
/** IECTL: IM. */
export const EVENT_MASK = 1n << 31n;

/** FSTS: what software clears, primary fault overflow and invalidation queue error. */
export const FAULT_STATUS_CLEAR = 0x11n;
/** F of a fault recording register, in its uppermost 32 bits; written as 1 to clear. */
export const FAULT_CLEAR = 1n << 31n;

/** Addresses of the fault recording registers: CAP.NFR + 1 of 16 bytes, from CAP.FRO in the same unit. */
export function faultRecordingAddresses(capability: bigint): readonly bigint[] {
  const first = UNIT_BASE + 16n * ((capability >> 24n) & 0x3ffn);
  const count = Number((capability >> 40n) & 0xffn) + 1;
  return Array.from({ length: count }, (_, index) => first + BigInt(16 * index));
}

/** edu: BAR0 registers from 0x80 up take the whole 64 bits in one access. */
export const edu = { source: 0x80n, destination: 0x88n, count: 0x90n, command: 0x98n } as const;
/** Device address of edu's buffer, which only DMA can reach. */
export const EDU_BUFFER = 0x4_0000n;
/** Bytes of the buffer that every version takes: 7.2 aborts on a transfer that touches the last one. */
export const EDU_BUFFER_SIZE = 4088;
/** Commands: run, memory to buffer; run, buffer to memory. */
export const EDU_READ = 1n;
export const EDU_WRITE = 3n;
