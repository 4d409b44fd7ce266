/** Tables and places in words of the field. */
import type { Translation } from '../../models/reference/domain-replace/entry.ts';

export function describeTranslation(translation: Translation | undefined): string {
  if (translation === undefined) return 'blocked';
  const { kind, first, second } = translation;
  const tables = [first, second].filter((table) => table !== '');
  return tables.length === 0 ? kind : `${kind} ${tables.join(' over ')}`;
}

export function describePlace(device: number, pasid: number): string {
  return `device ${device}${pasid === 0 ? '' : ` PASID 0x${pasid.toString(16)}`}`;
}

/** Equal texts reach the same pages. */
export function isSame(a: Translation | undefined, b: Translation | undefined): boolean {
  return describeTranslation(a) === describeTranslation(b);
}
