/** Tables and places in words of the field. */
import type { Translation } from '../../models/reference/domain-replace/entry.ts';

export function describeTranslation(translation: Translation | undefined): string {
  if (translation === undefined) return 'blocked';
  const { kind, first, second, tracked } = translation;
  const tables = [
    ...(kind === 'first-stage' || kind === 'nested' ? [tableText(first, 4n + ((first >> 2n) & 3n))] : []),
    ...(kind === 'second-stage' || kind === 'nested' ? [tableText(second, 2n + ((second >> 2n) & 7n))] : []),
  ];
  const text = tables.length === 0 ? kind : `${kind} ${tables.join(' over ')}`;
  return tracked ? `${text}, writes tracked` : text;
}

/** Where they stand in their words: the pointer above, the depth in the low bits. */
function tableText(word: bigint, levels: bigint): string {
  return `0x${(word & ~0xfffn).toString(16)}/${levels}`;
}

export function describePlace(device: number, pasid: number): string {
  return `device ${device}${pasid === 0 ? '' : ` PASID 0x${pasid.toString(16)}`}`;
}
