/** Bindings in words of the field. */
import type { Served } from '../../models/reference/binding/served.ts';

export function describeServed(served: Served): string {
  if (served.is === 'blocked') return 'blocked';
  if (served.is === 'parent') return 'attached to the parent table';
  const { pageTable, addressWidth, supervisorRequests, writeProtect, extendedAccessed } = served.table;
  const flags = [
    ...(supervisorRequests ? ['SRE'] : []),
    ...(writeProtect ? ['WPE'] : []),
    ...(extendedAccessed ? ['EAFE'] : []),
  ];
  const width = `${addressWidth} bits`;
  return `first stage at 0x${pageTable.toString(16)} (${[width, ...flags].join(', ')})`;
}

export function describeAny(allowed: readonly Served[]): string {
  return [...new Set(allowed.map(describeServed))].join(' or ');
}
