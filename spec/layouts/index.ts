/** The layouts by the format names of area `entry` (spec/schema.ts). */
import type { EntryFormat } from '../schema.ts';
import { contextLegacy, contextScalable } from './context.ts';
import type { Layout } from './layout.ts';
import { pasidDirectory, pasidTable } from './pasid.ts';
import { rootLegacy, rootScalableLower, rootScalableUpper } from './root.ts';

export const entryLayouts: Readonly<Record<EntryFormat, Layout>> = {
  'root-legacy': rootLegacy,
  'root-scalable-lower': rootScalableLower,
  'root-scalable-upper': rootScalableUpper,
  'context-legacy': contextLegacy,
  'context-scalable': contextScalable,
  'pasid-directory': pasidDirectory,
  'pasid-table': pasidTable,
};
