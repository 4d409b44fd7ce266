/** A descriptor of the invalidation queue in one line, in the words of those who write drivers. */
import { extract } from '../spec/bits.ts';
import {
  type DescriptorFormat,
  type DescriptorName,
  formatOfType,
} from '../spec/invalidation/descriptors.ts';
import type { Field } from '../spec/layouts/layout.ts';
import { readField } from '../spec/layouts/resolve.ts';
import { requester, shortHex } from './hex.ts';

/** Names of the architecture's own tables, as drivers have them. */
const shortNames: Readonly<Record<DescriptorName, string>> = {
  context: 'cc_inv',
  iotlb: 'iotlb_inv',
  'device-tlb': 'dev_tlb_inv',
  'interrupt-entry': 'iec_inv',
  wait: 'inv_wait',
  'pasid-iotlb': 'p_iotlb_inv',
  pasid: 'pc_inv',
  'pasid-device-tlb': 'p_dev_tlb_inv',
  'page-group-response': 'page_grp_resp',
  'host-permission': 'hpt_inv',
};

/** Such as `iotlb_inv page DID 2 ADDR 0x5000`; words alone where the type is unknown. */
export function descriptorLine(words: readonly bigint[]): string {
  const [first = 0n] = words;
  const format = formatOfType(Number((extract(first, 11, 9) << 4n) | extract(first, 3, 0)));
  if (format === undefined) return `unknown type ${words.map(shortHex).join(' ')}`;
  const parts = format.layout.fields.map((field) => part(field, words));
  const stray = format.layout.fields.some(
    (field) => field.kind === 'reserved' && readField(field, words) !== 0n,
  );
  return [
    shortNames[format.name],
    granularity(format, words),
    ...parts,
    ...(stray ? [`with reserved bits set: ${words.map(shortHex).join(' ')}`] : []),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function granularity({ layout }: DescriptorFormat, words: readonly bigint[]): string {
  const field = layout.fields.find(({ name }) => name === 'G');
  if (field === undefined) return '';
  const value = Number(readField(field, words));
  return field.encodings?.[value] ?? `reserved granularity ${value}`;
}

const unnamed: readonly string[] = ['TYPE_LOW', 'TYPE_HIGH', 'G'];
/** Shown as addresses, where they stand in their word. */
const addresses: readonly string[] = ['ADDR', 'STATUS'];
const requesters: readonly string[] = ['SID', 'RID'];

/** A field that is not zero. */
function part(field: Field, words: readonly bigint[]): string {
  const { name, kind, high, low, word, mask } = field;
  const value = readField(field, words);
  if (kind !== 'value' || unnamed.includes(name) || value === 0n) return '';
  if (addresses.includes(name)) return `${name} ${shortHex((words[word] ?? 0n) & mask)}`;
  if (requesters.includes(name)) return `${name} ${requester(Number(value))}`;
  if (high === low) return name;
  return `${name} ${name === 'DID' || name === 'AM' ? value : shortHex(value)}`;
}
