/** A command of an SMMU queue in one line (IHI 0070 4.3 to 4.7). */
import { extract } from '../spec/bits.ts';
import { shortHex } from './hex.ts';

type Part = 'vmid' | 'asid' | 'address' | 'stream' | 'substream' | 'leaf' | 'range' | 'size';

const commands: Readonly<Record<number, readonly [name: string, ...parts: Part[]]>> = {
  1: ['PREFETCH_CONFIG', 'stream', 'substream'],
  2: ['PREFETCH_ADDR', 'stream', 'substream', 'address'],
  3: ['CFGI_STE', 'stream', 'leaf'],
  4: ['CFGI_STE_RANGE', 'stream', 'range'],
  5: ['CFGI_CD', 'stream', 'substream', 'leaf'],
  6: ['CFGI_CD_ALL', 'stream'],
  16: ['TLBI_NH_ALL', 'vmid'],
  17: ['TLBI_NH_ASID', 'vmid', 'asid'],
  18: ['TLBI_NH_VA', 'vmid', 'asid', 'address', 'leaf'],
  19: ['TLBI_NH_VAA', 'vmid', 'address', 'leaf'],
  40: ['TLBI_S12_VMALL', 'vmid'],
  48: ['TLBI_NSNH_ALL'],
  64: ['ATC_INV', 'stream', 'substream', 'address', 'size'],
  65: ['PRI_RESP', 'stream', 'substream'],
  68: ['RESUME', 'stream'],
  69: ['STALL_TERM', 'stream'],
  70: ['SYNC'],
};

/** Name and fields; the words where the opcode is not known, or Secure. */
export function smmuCommandLine([low = 0n, high = 0n]: readonly bigint[]): string {
  const known = commands[Number(extract(low, 7, 0))];
  const words = `${shortHex(high)}:${shortHex(low)}`;
  if (known === undefined) return `command ${words}`;
  const [name, ...parts] = known;
  const secure = !parts.includes('vmid') && extract(low, 10, 10) === 1n ? ` Secure (${words})` : '';
  return [name, ...parts.map((part) => partText(part, low, high))].join(' ') + secure;
}

function partText(part: Part, low: bigint, high: bigint): string {
  switch (part) {
    case 'vmid':
      return `VMID ${shortHex(extract(low, 47, 32))}`;
    case 'asid':
      return `ASID ${shortHex(extract(low, 63, 48))}`;
    case 'address':
      return shortHex(high & ~0xfffn);
    case 'stream':
      return `StreamID ${shortHex(low >> 32n)}`;
    case 'substream':
      return `SubstreamID ${shortHex(extract(low, 31, 12))}`;
    case 'leaf':
      return `Leaf ${high & 1n}`;
    case 'range':
      return `Range ${extract(high, 4, 0)}`;
    case 'size':
      return `Size ${extract(high, 5, 0)}`;
  }
}
