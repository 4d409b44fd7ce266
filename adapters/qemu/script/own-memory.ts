/** What the script's own memory holds before the machine starts: its tables, and the tokens of the edu buffers. */
import { shortHex } from '../../../spec/hex.ts';
import { tokenOf, tokenPage } from '../edu-buffers.ts';
import { writeHomeTables } from '../home-tables.ts';
import { SCRATCH } from '../layout.ts';
import { requesters } from '../pci.ts';
import type { Capabilities } from '../profile.ts';
import { EDU_BUFFER_SIZE } from '../registers.ts';

const LONGEST_PATTERN = 8;

/** Pairs of address and words, as Python. */
export function ownMemory(capabilities: Capabilities): readonly string[] {
  const written: string[] = [];
  const scratch = {
    write(offset: number, from: NodeJS.ArrayBufferView): void {
      const words = new BigUint64Array(from.buffer, from.byteOffset, from.byteLength / 8);
      written.push(`(${shortHex(SCRATCH.start + BigInt(offset))}, ${repeated([...words])}),`);
    },
    read: () => undefined,
  };
  writeHomeTables(scratch, capabilities);
  const tokens = requesters.map((_, index) => {
    const first = tokenOf(index, 0);
    const range = `range(${shortHex(first)}, ${shortHex(first + BigInt(EDU_BUFFER_SIZE))}, 8)`;
    return `(${shortHex(SCRATCH.start + BigInt(tokenPage(index)))}, ${range}),`;
  });
  return [...written, ...tokens];
}

function repeated(words: readonly bigint[]): string {
  const period = [1, 2, 4, LONGEST_PATTERN].find((length) =>
    words.every((word, index) => word === words[index % length]),
  );
  const shown = words.slice(0, period ?? words.length);
  const times = words.length / shown.length;
  return `[${shown.map(shortHex).join(', ')}]${times === 1 ? '' : ` * ${times}`}`;
}
