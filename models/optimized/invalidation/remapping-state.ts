/** What software has set up in the registers of the unit, as far as caches and queue both depend on it. */
import type { TranslationUnit } from '../translation-unit.ts';
import type { InvalidationCapabilities } from './capabilities.ts';

export interface RemappingState {
  unit: TranslationUnit;
  capabilities: InvalidationCapabilities;
  /** RTADDR_REG as the last SRTP latched it. */
  rootHigh: number;
  rootLow: number;
  /** TES. */
  translating: boolean;
  /** QIES. */
  queueing: boolean;
}

/** TTM (11.4.5). */
export function tableMode({ rootLow }: RemappingState): number {
  return (rootLow >>> 10) & 3;
}
