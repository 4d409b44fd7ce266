/**
 * The kernel's log: units as they are found at boot, faults, and the entries that are printed after a fault.
 * Lines of anything else stand between them; time stamps and prefixes of a journal are passed over.
 */
import type { DumpRecord } from '../../spec/dumps.ts';
import { sourceIdOf, word } from './form.ts';

const boot =
  /(dmar\d+|IOMMU \d+): reg_base_addr [0-9a-f]+ ver \S+ cap ([0-9a-f]{1,16}) ecap ([0-9a-f]{1,16})\s*$/i;
const hostWidth = /DMAR: Host address width (\d{2})\s*$/i;
const device = String.raw`Request device \[(?:0x)?([0-9a-f]{2}):(?:0x)?([0-9a-f]{2})\.([0-7])\]`;
const reason = String.raw`\[fault reason (0x[0-9a-f]{1,2}|\d{1,3})\]`;
/** Up to 5.13 the PASID stands behind the device, and all ones tell that there is none. */
const fault = new RegExp(
  String.raw`\[([A-Z][A-Za-z -]*?)(?: (NO_PASID)| PASID (?:0x)?([0-9a-f]{1,8}))?\] ` +
    String.raw`${device}(?: PASID ([0-9a-f]{1,8}))? fault (?:addr|index) (?:0x)?([0-9a-f]{1,16})\s+${reason}`,
  'i',
);
const entries = [
  ['root-scalable', /scalable mode root entry: hi 0x([0-9a-f]{16}), low 0x([0-9a-f]{16})\s*$/i],
  ['root', /root entry: 0x([0-9a-f]{16})\s*$/i],
  ['context', /context entry: hi 0x([0-9a-f]{16}), low 0x([0-9a-f]{16})\s*$/i],
  ['pasid-directory', /pasid dir entry: 0x([0-9a-f]{16})\s*$/i],
] as const;
const pasidWord = /pasid table entry\[([0-7])\]: 0x([0-9a-f]{16})\s*$/i;
const paging = /pte level: ([1-5]), pte value: 0x([0-9a-f]{16})\s*$/i;
const tables = /Dump (\S+) table entries for IOVA 0x[0-9a-f]+\s*$/i;
const NO_PASID = 0xf_ffff;
const ofQueue = /Invalidation|QI |invalid/i;
const queueErrors = [
  ['IQE', /Invalidation Queue Error: Reason ([0-9a-f]{1,2})\b/i],
  ['ITE', /Invalidation Time-out Error: SID ([0-9a-f]{1,4})\b/i],
  ['ICE', /Invalidation Completion Error: SID ([0-9a-f]{1,4})\b/i],
] as const;
/**
 * `QI HEAD: Invalidation Wait qw0 = 0x200000025, qw1 = 0x1003a07fc`; before 5.18 `… invalid descriptor: …`. Of a message
 * as it was sent the sign is `=3D`.
 */
const queued =
  /\b(?:QI (?:HEAD|PRIOR)|invalid descriptor): .*?(?:qw0 ?|low)=(?:3D )? ?(?:0x)?([0-9a-f]{1,16}), (?:qw1 ?|high)=?(?:3D )? ?(?:0x)?([0-9a-f]{1,16})/i;

/** A line of a log that is not about the IOMMU, or says nothing that we use. */
export const otherLogLine =
  /^(?:<\d+>|\w+\s*:\w+\s*: |\[\s*\d+\.\d+\]|\[?(?:\w{3} )?\w{3}\s+\d+ [\d:]{8}[ .]|\d{4}-\d\d-\d\d[T ]|\s*(?:DMAR|DMAR-IR|dmar|iommu):)/;

/** What a line of the log says of a unit; undefined for every other line. */
export function logRecord(line: string): DumpRecord | undefined {
  // Most lines of a log are of something else.
  if (!/dmar|DMAR|iommu|IOMMU|Request device|Invalidation|QI |entry|pte level/.test(line)) return undefined;
  const [, unit, cap = '', ecap = ''] = boot.exec(line) ?? [];
  if (unit !== undefined) return { kind: 'boot', unit, cap: word(cap), ecap: word(ecap) };
  const [, haw] = hostWidth.exec(line) ?? [];
  if (haw !== undefined) return { kind: 'host-width', haw: Number(haw) };
  const [, printed] = tables.exec(line) ?? [];
  if (printed !== undefined) return { kind: 'unit', dump: 'kernel log', unit: printed };
  return faultRecord(line) ?? entryRecord(line) ?? queueRecord(line);
}

function queueRecord(line: string): DumpRecord | undefined {
  if (!ofQueue.test(line)) return undefined;
  for (const [error, form] of queueErrors) {
    const [, value] = form.exec(line) ?? [];
    if (value !== undefined) return { kind: 'queue-error', error, value: Number.parseInt(value, 16) };
  }
  const [, ...words] = queued.exec(line) ?? [];
  return words.length === 0 ? undefined : { kind: 'queued', words: words.map(word) };
}

function faultRecord(line: string): DumpRecord | undefined {
  const match = fault.exec(line);
  if (match === null) return undefined;
  const [, request = '', , prefixed, bus = '', slot = '', fn = '', behind, address = '', code = ''] = match;
  const sourceId = sourceIdOf(bus, slot, fn);
  if (sourceId === undefined) return undefined;
  const pasid = prefixed ?? behind;
  const value = pasid === undefined ? undefined : Number.parseInt(pasid, 16);
  return {
    kind: 'fault',
    sourceId,
    // In decimal up to 5.13.
    code: Number(code),
    request,
    pasid: value === undefined || value > NO_PASID ? undefined : value,
    address: word(address),
  };
}

function entryRecord(line: string): DumpRecord | undefined {
  for (const [entry, form] of entries) {
    const match = form.exec(line);
    if (match !== null)
      return { kind: 'fault-entry', entry, words: match.slice(1).map(word).reverse(), index: 0 };
  }
  const ofPasid = pasidWord.exec(line);
  const match = ofPasid ?? paging.exec(line);
  if (match === null) return undefined;
  const [, index, value = ''] = match;
  const entry = ofPasid === null ? 'paging' : 'pasid-word';
  return { kind: 'fault-entry', entry, words: [word(value)], index: Number(index) };
}
