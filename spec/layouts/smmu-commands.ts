/**
 * Commands of an SMMU queue (Arm IHI 0070, 4.1 to 4.7) that a guest with stage 1 only may give, or that a host makes
 * of them. Without range invalidation (RIL 0) the fields of a range are reserved.
 */
import { bits } from '../bits.ts';
import { type Field, type Layout, reserved, value } from './layout.ts';

export interface SmmuCommand {
  /** Without `CMD_`. */
  readonly name: string;
  readonly layout: Layout;
}

const ssec = value('SSec', [0, 10], 'for Secure streams: illegal in this queue');
const ssv = value('SSV', [0, 11], 'SubstreamID is given');
const substream = value('SubstreamID', [0, 31, 12], 'PASID of the stream');
const stream = value('StreamID', [0, 63, 32], 'which stream');
const vmid = value('VMID', [0, 47, 32], 'which virtual machine');
const asid = value('ASID', [0, 63, 48], 'which address space');
const leaf = value('Leaf', [1, 0], 'the last level of tables alone');
const page = value('Address', [1, 63, 12], 'page');

type Row = readonly [opcode: number, name: string, section: string, fields: readonly Field[]];

const rows: readonly Row[] = [
  [0x01, 'PREFETCH_CONFIG', '4.2', [ssec, ssv, stream, substream]],
  [
    0x02,
    'PREFETCH_ADDR',
    '4.2',
    [
      ...[ssec, ssv, stream, substream, page],
      value('Size', [1, 4, 0], 'log2 of the pages of a range'),
      value('Stride', [1, 9, 5], 'log2 of the pages between two'),
    ],
  ],
  [0x03, 'CFGI_STE', '4.3.1', [ssec, stream, leaf]],
  [
    0x04,
    'CFGI_STE_RANGE',
    '4.3.2',
    [ssec, stream, value('Range', [1, 4, 0], '2^(Range + 1) streams; 31: all')],
  ],
  [0x05, 'CFGI_CD', '4.3.3', [ssec, stream, substream, leaf]],
  [0x06, 'CFGI_CD_ALL', '4.3.4', [ssec, stream]],
  [0x10, 'TLBI_NH_ALL', '4.4', [vmid]],
  [0x11, 'TLBI_NH_ASID', '4.4', [vmid, asid]],
  [0x12, 'TLBI_NH_VA', '4.4', [vmid, asid, page, leaf]],
  [0x13, 'TLBI_NH_VAA', '4.4', [vmid, page, leaf]],
  [0x28, 'TLBI_S12_VMALL', '4.4', [vmid]],
  [0x30, 'TLBI_NSNH_ALL', '4.4', []],
  [
    0x40,
    'ATC_INV',
    '4.5.1',
    [
      ...[value('G', [0, 9], 'all PASIDs'), ssv, stream, substream, page],
      value('Size', [1, 5, 0], 'log2 of the pages; 52: all'),
    ],
  ],
  [
    0x41,
    'PRI_RESP',
    '4.5.2',
    [
      ...[ssv, stream, substream, value('PRGIndex', [1, 8, 0], 'group of page requests')],
      value('Resp', [1, 13, 12], 'answer', {
        encodings: { 0: 'failure', 1: 'invalid request', 2: 'success', 3: 'illegal' },
      }),
    ],
  ],
  [
    0x44,
    'RESUME',
    '4.6',
    [
      ...[ssec, stream, value('Ac', [0, 12], 'retry'), value('Ab', [0, 13], 'abort, unless it is retried')],
      value('STAG', [1, 15, 0], 'which stalled transaction'),
    ],
  ],
  [0x45, 'STALL_TERM', '4.6', [ssec, stream]],
  [
    0x46,
    'SYNC',
    '4.6',
    [
      value('CS', [0, 13, 12], 'signal', {
        encodings: { 0: 'none', 1: 'interrupt', 2: 'event', 3: 'reserved' },
      }),
      value('MSH', [0, 23, 22], 'shareability of the message'),
      value('MSIAttr', [0, 27, 24], 'memory type of the message'),
      value('MSIData', [0, 63, 32], 'message'),
      value('MSIAddress', [1, 55, 2], 'where the message goes; 0: nowhere'),
    ],
  ],
];

/** By opcode. Fields stand in the order in which they are told, the rest of each word after them. */
export const smmuCommands: ReadonlyMap<number, SmmuCommand> = new Map(
  rows.map(([opcode, name, section, fields]) => [opcode, { name, layout: layoutOf(name, section, fields) }]),
);

function layoutOf(name: string, section: string, own: readonly Field[]): Layout {
  const fields = [value('Opcode', [0, 7, 0], `CMD_${name}`), ...own];
  return {
    name: `smmu-${name.toLowerCase().replaceAll('_', '-')}`,
    title: `CMD_${name}`,
    section: `IHI 0070 ${section}`,
    words: 2,
    presentWhen: [],
    fields: [...fields, ...gaps(0, fields), ...gaps(1, fields)],
  };
}

/** What no field of `word` covers. */
function gaps(word: number, fields: readonly Field[]): readonly Field[] {
  const own = fields.filter((field) => field.word === word).toSorted((a, b) => a.low - b.low);
  const starts = [0, ...own.map(({ high }) => high + 1)];
  const ends = [...own.map(({ low }) => low - 1), 63];
  return starts.flatMap((low, index) => {
    const high = ends[index] as number;
    return high < low ? [] : [reserved([word, high, low])];
  });
}

/** Bits of `word` that mean something. */
export function meaningBits({ fields }: Layout, word: number): bigint {
  return fields
    .filter((field) => field.word === word && field.kind !== 'reserved')
    .reduce((mask, { high, low }) => mask | bits(high, low), 0n);
}
