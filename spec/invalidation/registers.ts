/**
 * Registers that streams write and read: fields by name, with their section of VT-d 11.4. What a register has
 * beside them is reserved, or of interrupts: written it does nothing here, and read it is not compared.
 */
import { bit, bits } from '../bits.ts';

const field = (high: number, low = high) => ({ high, low, mask: bits(high, low) });
export type RegisterField = ReturnType<typeof field>;

/** GCMD_REG and GSTS_REG (11.4.4): a command and its status stand at the same bit. */
export const globalFields = {
  TE: bit(31),
  SRTP: bit(30),
  WBF: bit(27),
  QIE: bit(26),
  IRE: bit(25),
  SIRTP: bit(24),
  CFI: bit(23),
} as const;
/** Commands that stay set; the others are done and gone. */
export const lastingCommands = globalFields.TE | globalFields.QIE | globalFields.IRE | globalFields.CFI;

/** RTADDR_REG (11.4.5) */
export const rootFields = { RTA: field(63, 12), TTM: field(11, 10), SSIRWE: field(7) } as const;
/** CCMD_REG (11.4.6.1) */
export const contextCommandFields = {
  ICC: field(63),
  CIRG: field(62, 61),
  CAIG: field(60, 59),
  FM: field(33, 32),
  SID: field(31, 16),
  DID: field(15, 0),
} as const;
/** IOTLB_REG (11.4.6.3) */
export const iotlbFields = {
  IVT: field(63),
  IIRG: field(61, 60),
  IAIG: field(58, 57),
  DID: field(47, 32),
} as const;
/** IVA_REG (11.4.6.4) */
export const addressFields = { ADDR: field(63, 12), IH: field(6), AM: field(5, 0) } as const;
/** FSTS_REG (11.4.7.1): errors of the queue, each cleared by writing 1. */
export const faultStatusFields = { ITE: bit(6), ICE: bit(5), IQE: bit(4) } as const;
/** IQH_REG and IQT_REG (11.4.9.1, 11.4.9.2): a byte offset in the queue, 16-byte aligned. */
export const queueOffset = bits(18, 4);
/** IQA_REG (11.4.9.3) */
export const queueAddressFields = { IQA: field(63, 12), DW: field(11), QS: field(2, 0) } as const;
/** ICS_REG (11.4.9.4), cleared by writing 1 */
export const completionStatusFields = { IWC: bit(0) } as const;
/** IECTL_REG (11.4.9.5); IP is read-only. */
export const eventControlFields = { IM: bit(31), IP: bit(30) } as const;
/** IQERCD_REG (11.4.9.9) */
export const errorRecordFields = { IQEI: field(3, 0) } as const;
