/** A device with or without a PASID: whose requests one PASID table entry translates. */
import { hasSameTables, type Translation } from '../../models/reference/domain-replace/entry.ts';
import type { DomainReplaceCase } from '../../spec/schema.ts';

/** So many PASIDs there can be: a key is that of its PASID, modulo this. */
export const PASIDS = 2 ** 20;

export interface Place {
  /** Tells places apart. */
  readonly key: number;
  /** Index of the device. */
  readonly device: number;
  readonly sourceId: number;
  /** 0: requests without PASID. */
  readonly pasid: number;
}

/** As cases name a place: PASID 0 is left out. */
export interface NamedPlace {
  readonly device: number;
  readonly pasid?: number | undefined;
}

export function keyOf({ device, pasid = 0 }: NamedPlace): number {
  return device * PASIDS + pasid;
}

export function placeOf({ devices }: DomainReplaceCase, named: NamedPlace): Place {
  const { device, pasid = 0 } = named;
  return { key: keyOf(named), device, sourceId: devices[device]?.sourceId ?? 0, pasid };
}

/** Whether `one` does where `good` is asked for: writes may be tracked although nobody asked. */
export function serves(good: Translation | undefined, one: Translation | undefined): boolean {
  if (good === undefined || one === undefined) return good === one;
  return hasSameTables(good, one) && (one.tracked || !good.tracked);
}

/** The same tables, whether writes are tracked or not. */
export function untracked(translation: Translation | undefined): Translation | undefined {
  return translation?.tracked === true ? { ...translation, tracked: false } : translation;
}
