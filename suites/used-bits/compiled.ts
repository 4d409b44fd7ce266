/** The used-bit tables of each format, compiled once for the judge. */
import { compileSafe, compileTable, type MaskSafe, type MaskTable } from '../../models/masks.ts';
import type { UsedBitsFormat } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import type { UsedBitsKnowledge } from '../../spec/used-bits/table.ts';

export interface CompiledKnowledge {
  readonly reviewed: MaskTable;
  readonly certain: MaskTable;
  readonly permitted: MaskTable;
  readonly exceptions: MaskTable;
  readonly safe: MaskSafe;
  readonly safeAtMost: MaskSafe;
  /** Where the valid bit lies. */
  readonly valid: { readonly half: number; readonly mask: number };
}

/** Compiles everything that is known about one format. */
function compileKnowledge(knowledge: UsedBitsKnowledge): CompiledKnowledge {
  const { layout, reviewed, certain, permitted, exceptions, safe, safeAtMost, valid } = knowledge;
  const validField = layout.fields.find(({ name }) => name === valid);
  if (validField === undefined) throw new RangeError(`${layout.name} has no field ${valid}`);
  return {
    reviewed: compileTable(reviewed),
    certain: compileTable(certain),
    permitted: compileTable(permitted),
    exceptions: compileTable(exceptions),
    safe: compileSafe(layout, safe),
    safeAtMost: compileSafe(layout, safeAtMost),
    valid: { half: validField.word * 2 + (validField.low >> 5), mask: 1 << (validField.low & 31) },
  };
}

export const compiled: Readonly<Record<UsedBitsFormat, CompiledKnowledge>> = {
  'vtd-pasid': compileKnowledge(usedBitsKnowledge['vtd-pasid']),
  'smmu-ste': compileKnowledge(usedBitsKnowledge['smmu-ste']),
  'smmu-cd': compileKnowledge(usedBitsKnowledge['smmu-cd']),
};
