/** What the registers of a unit say of each other, by name of the register: its status, its capabilities, its queues. */
import { bit, bits, extract } from '../../spec/bits.ts';
import { capabilityFields } from '../../spec/capabilities.ts';
import { shortHex } from '../../spec/hex.ts';
import { translationTableModes } from '../../spec/invalidation/modes.ts';
import { globalFields, queueAddressFields, rootFields } from '../../spec/invalidation/registers.ts';
import { impliedZeros } from '../../spec/lattice.ts';
import type { KnownUnit } from './units.ts';

/** The register that is wrong, and how. */
export type Said = readonly [register: string, detail: string];

/** What has to be there before something is on: by name, a bit of GSTS, and what it needs. */
const needs = [
  ['TES', globalFields.TE, 'RTPS', globalFields.SRTP],
  ['IRES', globalFields.IRE, 'IRTPS', globalFields.SIRTP],
] as const;
const WRITE_BUFFER_FLUSH = bit(27);
/** Of PMEN: protection is asked for, and on. */
const PROTECTED = bit(31) | bit(0);
/** Of PRS: requests wait, and one was lost. */
const [PENDING, LOST] = [bit(0), bit(1)];
/** An ND without meaning; SSLPS has each size with all smaller ones, of which older revisions had four. */
const RESERVED_ND = 7;
const largePages: readonly bigint[] = [0n, 1n, 3n, 7n, 15n];
/** Bits 0 and 4 had a width in old revisions, which units of scalable mode are not of. */
const RESERVED_WIDTHS = 0b10001;
/** Of the address of a message, in 32 bits (5.1.6). */
const INTERRUPT_RANGE = 0xfeen;
/** Where a message goes, and where it is masked. */
const events = [
  ['FEADDR', 'FECTL'],
  ['PEADDR', 'PECTL'],
] as const;
const MASKED = bit(31);

/** What is on without what it needs. */
export function statusOf({ unit, registers }: KnownUnit): readonly Said[] {
  const status = registers.get('GSTS') ?? 0n;
  const { QI, IR, RWBF, PLMR, PHMR, PRS } = unit.capabilities;
  const is = (mask: bigint): boolean => (status & mask) !== 0n;
  const has = (register: string, mask: bigint): boolean => ((registers.get(register) ?? 0n) & mask) !== 0n;
  return [
    ...needs.flatMap(([on, mask, needed, other]) =>
      is(mask) && !is(other) ? [['GSTS', `${on} 1, ${needed} 0`] as const] : [],
    ),
    ...said(is(globalFields.QIE) && QI === 0, 'GSTS', 'QIES 1, and ECAP has QI 0'),
    ...said(is(globalFields.IRE) && IR === 0, 'GSTS', 'IRES 1, and ECAP has IR 0'),
    ...said(is(WRITE_BUFFER_FLUSH) && RWBF === 0, 'GSTS', 'WBFS 1, and CAP has RWBF 0'),
    ...said(
      has('PMEN', PROTECTED) && PLMR + PHMR === 0,
      'PMEN',
      'protection is on, and CAP has neither PLMR nor PHMR',
    ),
    ...said(has('PRS', PENDING | LOST) && PRS === 0, 'PRS', 'page requests, and ECAP has PRS 0'),
    ...tablesOf(registers, status),
  ];
}

/** What is on without a table. */
function tablesOf(registers: KnownUnit['registers'], status: bigint): readonly Said[] {
  const { RTA, TTM } = rootFields;
  const rtaddr = registers.get('RTADDR');
  const mode = translationTableModes[Number(extract(rtaddr ?? 0n, TTM.high, TTM.low))];
  const on = [
    ['TES', globalFields.TE, 'RTADDR', mode === 'abort' ? undefined : rtaddr, RTA.mask],
    ['IRES', globalFields.IRE, 'IRTA', registers.get('IRTA'), bits(63, 12)],
    ['QIES', globalFields.QIE, 'IQA', registers.get('IQA'), queueAddressFields.IQA.mask],
  ] as const;
  return on.flatMap(([name, mask, register, value, address]) =>
    said(
      (status & mask) !== 0n && value !== undefined && (value & address) === 0n,
      register,
      `${name} 1, and the table lies at 0`,
    ),
  );
}

export function capabilitiesOf({ unit, registers, knowsHostWidth }: KnownUnit): readonly Said[] {
  const { ND, MGAW, SAGAW, SMTS } = unit.capabilities;
  const { haw } = unit.profile;
  const sizes = extract(registers.get('CAP') ?? 0n, 37, 34);
  const isOfScalableMode = SMTS === 1;
  return [
    ...said(ND === RESERVED_ND, 'CAP', 'ND 7 is reserved'),
    ...said(!largePages.includes(sizes), 'CAP', `SSLPS ${shortHex(sizes)} leaves out a smaller size`),
    ...said(MGAW === 0, 'CAP', 'MGAW 0'),
    ...said(MGAW !== 0 && knowsHostWidth && MGAW + 1 < haw, 'CAP', `MGAW ${MGAW + 1} bits, HAW ${haw}`),
    ...said(isOfScalableMode && (SAGAW & RESERVED_WIDTHS) !== 0, 'CAP', `SAGAW ${shortHex(BigInt(SAGAW))}`),
    ...(isOfScalableMode ? impliedZeros(unit.capabilities) : []).map(
      ({ name, because }) => [registerOf(name), `${name} is not 0, and ${because}`] as const,
    ),
  ];
}

/** The queue of page requests. */
export function pageRequestsOf({ unit, registers }: KnownUnit): readonly Said[] {
  const pqa = registers.get('PQA');
  if (unit.capabilities.PRS === 0) return [];
  const lost = said(((registers.get('PRS') ?? 0n) & LOST) !== 0n, 'PRS', 'PRO 1: a page request was lost');
  if (pqa === undefined || pqa >> 12n === 0n) return lost;
  const bytes = 1n << (extract(pqa, 2, 0) + 12n);
  return [
    ...lost,
    ...['PQH', 'PQT'].flatMap((register) => {
      const offset = (registers.get(register) ?? 0n) & bits(18, 5);
      return said(offset >= bytes, register, `${shortHex(offset)} of ${shortHex(bytes)} bytes`);
    }),
  ];
}

/** Messages that are not masked; nobody has written an address of 0. */
export function eventsOf({ unit, registers }: KnownUnit): readonly Said[] {
  return events.flatMap(([address, control]) => {
    const [to, masked] = [registers.get(address) ?? 0n, registers.get(control)];
    const isOn =
      masked !== undefined &&
      (masked & MASKED) === 0n &&
      (address === 'FEADDR' || unit.capabilities.PRS === 1);
    return said(
      isOn && to !== 0n && extract(to, 31, 20) !== INTERRUPT_RANGE,
      address,
      `a message to ${shortHex(to)}`,
    );
  });
}

function registerOf(name: keyof typeof capabilityFields): 'CAP' | 'ECAP' {
  return capabilityFields[name].register === 'cap' ? 'CAP' : 'ECAP';
}

function said(isWrong: boolean, register: string, detail: string): readonly Said[] {
  return isWrong ? [[register, detail]] : [];
}
