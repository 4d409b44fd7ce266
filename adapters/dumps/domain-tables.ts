/**
 * `domain_translation_struct`: the paging structures of a device, a row for every page. Before Linux 6.6 one
 * file holds all devices; since then each device, and each PASID of it, has its own, and columns after the page
 * are left out.
 */
import type { DumpRecord } from '../../spec/dumps.ts';
import { columnWord, type DumpForm, sourceIdOf, word } from './form.ts';

const requester = String.raw`(?:[0-9a-f]{4,8}:)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])`;
const device = new RegExp(
  String.raw`^\s*Device ${requester}(?: with pasid (-1|[0-9a-f]{1,8}))? @(?:0x)?([0-9a-f]{1,16})\s*$`,
  'i',
);
/** Devices of other buses have names of their own kind. */
const otherDevice = /^\s*Device (\S+)(?: with pasid -?[0-9a-f]+)? @(?:0x)?([0-9a-f]{1,16})\s*$/i;
const heading = /^\s*IOVA_PFN\s+PML5E\s+PML4E\s+PDPE\s+PDE\s+PTE\s*$/;
const row = /^\s*(?:0x)?([0-9a-f]{1,16}) ?\|((?:\s+(?:0x)?[0-9a-f]{16}){3,5})\s*$/i;
const LEVELS = 5;

function begins(line: string): DumpRecord | undefined {
  const [, bus, slot = '', fn = '', pasid, table = ''] = device.exec(line) ?? [];
  if (bus === undefined) {
    const other = otherDevice.exec(line)?.[2];
    return other === undefined ? undefined : deviceRecord(undefined, undefined, other);
  }
  return deviceRecord(sourceIdOf(bus, slot, fn), pasid, table);
}

function deviceRecord(sourceId: number | undefined, pasid: string | undefined, table: string): DumpRecord {
  return {
    kind: 'device',
    sourceId,
    // Up to 5.17: -1 where a domain has none.
    pasid: pasid === undefined || pasid === '-1' ? undefined : Number.parseInt(pasid, 16),
    table: word(table),
  };
}

function within(line: string): DumpRecord | 'passed' | undefined {
  const [, pageNumber, columns] = row.exec(line) ?? [];
  if (pageNumber === undefined || columns === undefined) return heading.test(line) ? 'passed' : undefined;
  const path = [0n, 0n, 0n, 0n, 0n];
  let level = LEVELS;
  for (const column of columns.trim().split(/\s+/)) path[--level] = columnWord(column);
  return { kind: 'page', pageNumber: word(pageNumber), path };
}

export const domainTables: DumpForm = { dump: 'domain_translation_struct', begins, within };
