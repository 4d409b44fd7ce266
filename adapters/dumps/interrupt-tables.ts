/** `ir_translation_struct`: interrupt remapping, which is recognised and passed over. */
import type { DumpRecord } from '../../spec/dumps.ts';
import type { DumpForm } from './form.ts';

const unit = /^\s*(?:Remapped|Posted) Interrupt supported on IOMMU: (\S+?):?\s*$/;
const rest = [
  /^\s*IR table address: ?(?:0x)?[0-9a-f]+\s*$/i,
  /^\s*Entry\s+SrcID\s.*IRTE_low\s*$/,
  /^\s*\d{1,5}\s+[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\s+[0-9a-f\s]+$/i,
  /^\s*Interrupt Remapping is not enabled\s*$/,
  /^\s*\*{4}\s*$/,
];

function begins(line: string): DumpRecord | undefined {
  const [, name] = unit.exec(line) ?? [];
  if (name !== undefined) return { kind: 'unit', dump: 'ir_translation_struct', unit: name };
  return /^\s*\*{4}\s*$/.test(line) ? { kind: 'unit', dump: 'ir_translation_struct', unit: '' } : undefined;
}

function within(line: string): 'passed' | undefined {
  return rest.some((form) => form.test(line)) ? 'passed' : undefined;
}

export const interruptTables: DumpForm = { dump: 'ir_translation_struct', begins, within };
