/** `iommu_regset`: the registers of every unit. */
import { bits } from '../../spec/bits.ts';
import type { DumpRecord } from '../../spec/dumps.ts';
import { type DumpForm, word } from './form.ts';

const unit = /^\s*IOMMU: (\S+) Register Base Address: [0-9a-f]+\s*$/i;
const register = /^\s*([A-Z][A-Z0-9_]*)\s+(?:0x)?([0-9a-f]{1,8})\s+(?:0x)?([0-9a-f]{16})\s*$/i;
const heading = /^\s*Name\s+Offset\s+Contents\s*$/;
/** Of a unit whose registers are not mapped. */
const withoutRegisters = /^\s*IOMMU: Invalid base address\s*$/;
/** `dmar_perf_latency` begins with the same line: how often what took how long. */
const latency = /^\s*(?:<0\.1us|inv_iotlb|inv_devtlb|inv_iec|svm_prq)\s/;

/** Kernels before 5.2 read these with 64 bits: the upper half is of the next register. */
const of32Bits: readonly string[] = [
  ...['VER', 'GCMD', 'GSTS', 'FSTS', 'FECTL', 'FEDATA', 'FEADDR', 'FEUADDR', 'PMEN', 'PLMBASE', 'PLMLIMIT'],
  ...['ICS', 'PRS', 'PECTL', 'PEDATA', 'PEADDR', 'PEUADDR'],
];

function begins(line: string): DumpRecord | undefined {
  const [, name] = unit.exec(line) ?? [];
  if (name !== undefined) return { kind: 'unit', dump: 'iommu_regset', unit: name };
  return withoutRegisters.test(line) ? { kind: 'unit', dump: 'iommu_regset', unit: '' } : undefined;
}

function within(line: string): DumpRecord | 'passed' | undefined {
  const [, name, , contents] = register.exec(line) ?? [];
  if (name === undefined || contents === undefined)
    return heading.test(line) || latency.test(line) ? 'passed' : undefined;
  const value = word(contents);
  return { kind: 'register', name, value: of32Bits.includes(name) ? value & bits(31, 0) : value };
}

export const registerSet: DumpForm = { dump: 'iommu_regset', begins, within };
