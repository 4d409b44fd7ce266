/** The areas: one kind of case each. */
import * as v from 'valibot';

export const areas = [
  'entry',
  'used-bits',
  'entry-sync',
  'translation',
  'page-walk',
  'invalidation',
  'binding',
  'domain-replace',
  'smmu-nesting',
] as const;
export const areaSchema = v.picklist(areas);
export type Area = v.InferOutput<typeof areaSchema>;
