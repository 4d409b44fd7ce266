/** Values of fields that a unit does not have, or that contradict other fields or the request. */
import { extract, insert } from '../spec/bits.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import { fieldOf } from '../spec/layouts/layout.ts';
import type { Choices } from './choices.ts';
import { isPage, isPaging, type TableEntry } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

const PAGE_SIZE = 0x80n;
const READ_WRITE = 3n;

/** P, LP and UP, R and W, AV; at times of a page one right alone, of others all. */
export function clearPresent(_: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const { structure } = entry;
  if (!isPaging(entry) && choices.oneIn(4)) {
    entry.words.fill(0n);
    return;
  }
  const rights = choices.one([0, 0, 1, 2]);
  const mask =
    structure === 'second-stage'
      ? ([READ_WRITE, 1n, 2n][rights] ?? 0n)
      : structure === 'first-stage'
        ? ([1n, 2n, 4n][rights] ?? 0n)
        : 1n;
  for (const [index, word] of entry.words.entries()) {
    const has = structure === 'host-permission' ? index === 1 : index === 0;
    if (has || structure.startsWith('root-scalable')) entry.words[index] = word & ~mask;
  }
}

/** Gives `entry` a value that the unit does not have, or that others contradict. */
export function unsupportedValue(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const { capabilities, emulated } = target;
  switch (entry.structure) {
    case 'context-legacy':
      if (choices.oneIn(2)) setField(entry, 'TT', choices.one([3, ...(capabilities.DT ? [] : [1])]));
      else setField(entry, 'AW', addressWidth(target, choices));
      return;
    case 'pasid-table':
      pasidValue(target, entry, choices);
      return;
    case 'context-scalable':
      contextValue(target, entry, choices);
      return;
    case 'first-stage':
    case 'second-stage': {
      const size = !emulated || isPage(entry) || entry.level > 3;
      entry.words[0] = (entry.words[0] ?? 0n) ^ (size ? PAGE_SIZE : 0x800n);
      return;
    }
    default:
      clearPresent(target, entry, choices);
  }
}

/** PGTT, AW, FSPM, a guest-physical pointer beyond the second stage, privilege, host permission size. */
function pasidValue(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const { capabilities, emulated, profile } = target;
  const type = extract(entry.words[0] ?? 0n, 8, 6);
  const kind = choices.pick(8);
  if ((kind === 1 || kind > 5) && capabilities.FSTS === 1 && (type === 1n || type === 3n)) {
    setField(entry, 'FSPM', choices.one([2, 3, ...(capabilities.FS5LP === 1 ? [] : [1])]));
  } else if (kind < 4 && type === 3n) {
    const limit = Number(extract(entry.words[0] ?? 0n, 4, 2)) * 9 + 30;
    if (limit < profile.haw) setField(entry, 'FSPTPTR', 1n << BigInt(limit - 12));
    else setField(entry, 'AW', 1);
  } else if (kind === 4 && capabilities.SRS === 1) setField(entry, 'SRE', 0);
  else if (kind === 5 && capabilities.HPTS === 1) setField(entry, 'HPTSZ', 0);
  else if (choices.oneIn(2)) {
    const pass = capabilities.PT === 1 && emulated ? [] : [4];
    const missing = [
      capabilities.FSTS ? [] : [1],
      capabilities.SSTS ? [] : [2],
      capabilities.NEST ? [] : [3],
    ];
    const lacking = missing.flat();
    const reserved = [0, 5, 6, 7, ...pass];
    setField(entry, 'PGTT', choices.one(lacking.length > 0 && choices.oneIn(2) ? lacking : reserved));
  } else setField(entry, 'AW', addressWidth(target, choices));
}

/** Flags that are off, and such as contradict each other. */
function contextValue({ capabilities }: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const kind = choices.pick(8);
  const few = capabilities.PTRS === 1 ? 1 : 2;
  if (kind < few && capabilities.PRS === 1) setFields(entry, { DTE: 0, PRE: 1 });
  else if (kind < 4 && capabilities.PTRS === 1) setFields(entry, { PASIDE: 0, EPTR: 1 });
  else if (kind === 7 && capabilities.PTRS === 1) setField(entry, 'EPTR', 0);
  else if (kind === 4) setFields(entry, { PASIDE: 0, EPTR: 0 });
  else if (kind === 5) setFields(entry, { DTE: 0, PRE: 0 });
  else if (kind === 6) setField(entry, 'PRE', 0);
  else setField(entry, 'RID_PASID', 1 << (13 + choices.pick(7)));
}

/** Any value of AW; on an emulator one that the unit does not have. */
function addressWidth({ addressWidths, emulated }: TranslationTarget, choices: Choices): number {
  return choices.one([0, 1, 2, 3, 4, 5, 6, 7].filter((aw) => !emulated || !addressWidths.includes(aw)));
}

function setFields(entry: TableEntry, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) setField(entry, name, value);
}

/** Sets a field of a structure that is not a paging or permission entry. */
function setField(entry: TableEntry, name: string, value: number | bigint): void {
  const { structure } = entry;
  if (structure === 'first-stage' || structure === 'second-stage' || structure === 'host-permission') return;
  const { word, high, low } = fieldOf(entryLayouts[structure], name);
  entry.words[word] = insert(entry.words[word] ?? 0n, high, low, BigInt(value));
}
