/** Lines that only `explain` takes: registers by name, parts of messages, and what others than Linux's VT-d driver log. */
import { dumpDrawing, namedRegister, scalableContext } from '../../reports/dump-drawing.ts';
import { reasonLines } from '../../reports/fault-drawing.ts';
import { faultRecordDrawing } from '../../reports/fault-record-drawing.ts';
import { pageRequestLines } from '../../reports/page-request-lines.ts';
import type { Palette } from '../../reports/palette.ts';
import { namedSmmuEvent } from '../../reports/smmu-event-lines.ts';
import { usedBitsDrawing } from '../../reports/used-bits-drawing.ts';
import { registerNamed } from '../../spec/registers.ts';
import type { Profile } from '../../spec/schema.ts';
import { amdDteUsed } from '../../spec/used-bits/amd-dte.ts';
import { faultRecordWords, qemuFault, qemuRecord } from './qemu-lines.ts';
import { xenRecord } from './xen-lines.ts';

export type Piece = (profile: Profile, palette: Palette) => readonly string[];

/** A row of `devtbl` of an AMD unit, the highest word first. */
const deviceTableLine =
  /^\s*(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]((?:\s+[0-9a-f]{16}){4})(?:\s+iommu\d+)?\s*$/i;
/** `GSTS: 0xc7000000`, `CAP_REG = d2008c40660462`, `cap d2008c40660462 ecap f050da`. */
const registerLine =
  /(?:^|[\s(,])(?:DMAR_)?([A-Za-z]{3,6})(?:_REG)?\s*[:= ]\s*(0x[0-9a-f]{1,16}|[0-9a-f]{2,16})(?=$|[\s,;)])/gi;
/** FRO is never 0: a lesser value is a capability of something else. */
const LEAST_CAP = 1n << 24n;
/** An AMD unit, whose capabilities have the names of VT-d registers too. */
const ofAmd = /AMD-Vi|\bIV(?:RS|HD)\b/;
const faultStatus = /handling fault status reg ([0-9a-f]{1,8})\s*$/i;
/** Where only the reason is shown; in decimal without prefix. */
const reasonAlone = /\bfault reason:? (0x[0-9a-f]{1,2}|\d{1,3})(?![0-9a-z])/i;

/** The first that knows the line has it. */
const readers: readonly ((line: string) => Piece | undefined)[] = [
  statusOf,
  reasonOf,
  faultRecordOf,
  qemuFaultOf,
  qemuRecordOf,
  xenEntryOf,
  pageRequestOf,
  smmuEventOf,
  deviceTableRowOf,
];

/** What the line shows; the registers among it are put into `registers`. */
export function otherLine(line: string, registers: Map<string, bigint>): readonly Piece[] {
  for (const reader of readers) {
    const piece = reader(line);
    if (piece !== undefined) return [piece];
  }
  return registersOf(line, registers);
}

function statusOf(line: string): Piece | undefined {
  const [, status] = faultStatus.exec(line) ?? [];
  return status === undefined ? undefined : (_, palette) => namedRegister('FSTS', hexOf(status), palette);
}

function reasonOf(line: string): Piece | undefined {
  const [, reason] = reasonAlone.exec(line) ?? [];
  return reason === undefined ? undefined : reasonPiece('', Number(reason));
}

function faultRecordOf(line: string): Piece | undefined {
  const words = faultRecordWords(line);
  return words === undefined ? undefined : (_, palette) => faultRecordDrawing(words, palette);
}

function qemuFaultOf(line: string): Piece | undefined {
  const fault = qemuFault(line);
  return fault === undefined ? undefined : reasonPiece(`${fault.name}, `, fault.code);
}

function reasonPiece(front: string, code: number): Piece {
  return (_, palette) => [`${front}fault 0x${code.toString(16)}`, ...reasonLines(code, palette)];
}

function qemuRecordOf(line: string): Piece | undefined {
  const found = qemuRecord(line);
  if (found === undefined) return undefined;
  const { record, scalable } = found;
  const words = 'words' in record ? record.words : [];
  return (profile, palette) =>
    scalable ? scalableContext(words, profile, palette) : dumpDrawing(record, profile, palette);
}

function xenEntryOf(line: string): Piece | undefined {
  const record = xenRecord(line);
  return record === undefined ? undefined : (profile, palette) => dumpDrawing(record, profile, palette);
}

function pageRequestOf(line: string): Piece | undefined {
  const told = pageRequestLines(line);
  return told === undefined ? undefined : () => told;
}

function smmuEventOf(line: string): Piece | undefined {
  const event = namedSmmuEvent(line);
  return event === undefined ? undefined : (_, palette) => event(palette);
}

function deviceTableRowOf(line: string): Piece | undefined {
  const [, entry] = deviceTableLine.exec(line) ?? [];
  if (entry === undefined) return undefined;
  const words = entry.trim().split(/\s+/).map(hexOf).reverse();
  return (_, palette) => usedBitsDrawing(amdDteUsed, words, palette);
}

function registersOf(line: string, registers: Map<string, bigint>): readonly Piece[] {
  if (ofAmd.test(line)) return [];
  return [...line.matchAll(registerLine)].flatMap(([, name = '', digits = '']): readonly Piece[] => {
    const register = registerNamed(name);
    const value = hexOf(digits);
    if (register === undefined || (register.name === 'CAP' && value < LEAST_CAP)) return [];
    registers.set(register.name, value);
    return [(_, palette) => namedRegister(register.name, value, palette)];
  });
}

/** Hex digits, with prefix or without. */
function hexOf(digits: string): bigint {
  return BigInt(`0x${digits.replace(/^0x/i, '')}`);
}
