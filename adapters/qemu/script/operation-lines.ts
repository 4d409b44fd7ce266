/** Operations (operations.ts) as lines of Python: a call each, registers by name. */
import { requester, shortHex } from '../../../spec/hex.ts';
import type { Operation } from '../operations.ts';
import { requesters } from '../pci.ts';
import type { Capabilities } from '../profile.ts';
import { EDU_READ, edu, faultRecordingAddresses, iotlbRegisters, register } from '../registers.ts';

type Of<Op extends Operation['op']> = Extract<Operation, { op: Op }>;

/** Of a request; the script's own transfers move whole buffers. */
const REQUEST_BYTES = 8n;
const registerNames: readonly (readonly [string, bigint])[] = [
  ['GCMD', register.globalCommand],
  ['GSTS', register.globalStatus],
  ['RTADDR', register.rootTableAddress],
  ['CCMD', register.contextCommand],
  ['FSTS', register.faultStatus],
  ['IQH', register.queueHead],
  ['IQT', register.queueTail],
  ['IQA', register.queueAddress],
  ['ICS', register.completionStatus],
  ['IECTL', register.eventControl],
];

/** Names of the unit's registers and their addresses, as the script defines them. */
export function namedRegisters({ ecap }: Pick<Capabilities, 'ecap'>): readonly (readonly [string, bigint])[] {
  const { address, iotlb } = iotlbRegisters(ecap);
  return [...registerNames, ['IVA', address], ['IOTLB', iotlb]];
}

/** One call an operation, but for what the adapter always does together: a DMA, and a look at the fault records. */
export function operationLines(
  operations: readonly Operation[],
  capabilities: Capabilities,
): readonly string[] {
  const names = new Map(namedRegisters(capabilities).map(([name, address]) => [address, name]));
  const records = faultRecordingAddresses(capabilities.cap);
  const lines: string[] = [];
  for (let at = 0; at < operations.length; ) {
    const dma = dmaLine(operations.slice(at, at + 5));
    const isLook = records.every((address, index) =>
      [0n, 8n].every((half, part) => isRead(operations[at + 2 * index + part], address + half)),
    );
    const isOwnLook = records.every((address, index) => isRead(operations[at + index], address + 8n));
    if (dma !== undefined) {
      lines.push(dma);
      at += 5;
    } else if (isLook) {
      lines.push('fault_records()');
      at += 2 * records.length;
    } else if (isOwnLook) {
      lines.push('no_fault()');
      at += records.length;
    } else {
      lines.push(line(operations[at] as Operation, names));
      at++;
    }
  }
  return lines;
}

function isRead(operation: Operation | undefined, address: bigint): boolean {
  return operation?.op === 'read64' && operation.address === address;
}

/** Source, destination, count, command, and the wait for its end. */
function dmaLine(operations: readonly Operation[]): string | undefined {
  const [source, destination, count, command, wait] = operations;
  const found = requesters.find(({ bar }) => source?.op === 'write64' && source.address === bar + edu.source);
  if (found === undefined || wait?.op !== 'wait') return undefined;
  const [from = 0n, to = 0n, bytes = 0n, run = 0n] = [source, destination, count, command].map(
    (one) => (one as Of<'write64'>).value,
  );
  const isRead = run === EDU_READ;
  const what =
    bytes === REQUEST_BYTES
      ? `the request: a ${isRead ? 'read' : 'write'}`
      : `its buffer ${isRead ? 'is filled' : 'is emptied'}`;
  return `dma("${requester(found.sourceId)}", ${[from, to, bytes, run].map(shortHex).join(', ')})  # ${what}`;
}

function line(operation: Operation, names: ReadonlyMap<bigint, string>): string {
  const { address } = operation;
  const place = names.get(address) ?? shortHex(address);
  switch (operation.op) {
    case 'write64':
      return `writeq(${place}, ${shortHex(operation.value)})`;
    case 'write32':
      return `writel(${place}, ${shortHex(operation.value)})`;
    case 'read64':
      return `readq(${place})`;
    case 'read32':
      return `readl(${place})`;
    case 'wait':
      return `wait(${place})`;
    case 'words':
      return `store(${place}, ${operation.words.map(shortHex).join(', ')})`;
    case 'mark':
      return `mark(${place}, ${operation.count})`;
    case 'feed':
      return `feed(${operation.slotSize}, ${operation.words.map(shortHex).join(', ')})`;
  }
}
