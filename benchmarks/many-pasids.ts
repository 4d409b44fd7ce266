/** Synchronisations a second of a device with 2^20 PASIDs, some of them in use, and of one with 2^13. */
import type { Bench } from 'tinybench';
import { runBinding as optimized } from '../models/optimized/binding/run.ts';
import { runBinding as reference } from '../models/reference/binding/run.ts';
import { decodeCapabilities, encodeCapabilities } from '../spec/capabilities.ts';
import { namedProfile } from '../spec/profiles.ts';
import type { BindingCase, BindingStep, MemoryRun } from '../spec/schema.ts';
import type { Unit } from './figures.ts';
import type { Series } from './growth.ts';

const IN_USE = 1000;
/** PASIDs in use of 2^20. */
const COUNTS = [30, 300, 3000] as const;
const SYNCS = 20;
const ROOT = 0x1000n;
const CONTEXTS = 0x2000n;
const DIRECTORY = 0x10_0000n;
const TABLES = 0x100_0000n;
const GLOBAL: BindingStep = { step: 'invalidate', descriptor: [0x37n, 0n] };

const models = [
  ['reference', reference],
  ['optimized', optimized],
] as const;
const nameOf = (bits: number, inUse: number, model: string) =>
  `synchronise ${inUse.toLocaleString('en')} of 2^${bits} PASIDs: ${model}`;

/** Adds one task a model and width, and one a number of PASIDs in use, counted in PASIDs. */
export function addManyPasids(bench: Bench, units: Map<string, Unit>): void {
  const add = (bits: number, inUse: number, chosen: readonly (typeof models)[number][], perRound: number) => {
    const testCase = manyPasids(bits, inUse);
    for (const [model, run] of chosen) {
      units.set(nameOf(bits, inUse, model), { perRound });
      bench.add(nameOf(bits, inUse, model), () => void run(testCase));
    }
  };
  for (const bits of [13, 20]) add(bits, IN_USE, models, SYNCS);
  for (const inUse of COUNTS) add(20, inUse, [models[1]], SYNCS * inUse);
}

export const manyPasidsSeries: Series = {
  ...{ of: 'a synchronisation', with: 'PASIDs in use', sizes: COUNTS },
  nameOf: (inUse) => nameOf(20, inUse, 'optimized'),
};

/** PASIDs in use are spread evenly; each has a first stage of its own. */
function manyPasids(bits: number, inUse: number): BindingCase {
  const base = namedProfile('nested-48');
  if (base === undefined) throw new RangeError('there is no profile nested-48');
  const profile = { ...base, ...encodeCapabilities({ ...decodeCapabilities(base), CM: 1 }) };
  const memory: MemoryRun[] = [
    { address: ROOT, words: [CONTEXTS | 1n] },
    { address: CONTEXTS + 32n * 0x10n, words: [DIRECTORY | (BigInt(bits - 13) << 9n) | 9n] },
  ];
  const tables = new Map<number, bigint>();
  for (let index = 1; index <= inUse; index++) {
    const pasid = Math.floor((index * 2 ** bits) / (inUse + 1));
    const directoryIndex = pasid >> 6;
    const table = tables.get(directoryIndex) ?? TABLES + 0x1000n * BigInt(tables.size);
    if (!tables.has(directoryIndex)) {
      memory.push({ address: DIRECTORY + 8n * BigInt(directoryIndex), words: [table | 1n] });
    }
    tables.set(directoryIndex, table);
    const words = [0x41n, 5n, 0x4000_0000n + 0x1000n * BigInt(index)];
    memory.push({ address: table + 64n * BigInt(pasid & 63), words });
  }
  return {
    area: 'binding',
    profile,
    units: [{ cap: profile.cap, ecap: profile.ecap, coherent: true, erratum772415: false }],
    devices: [{ sourceId: 0x10, unit: 0, iommufd: 0, pasidBits: bits }],
    rtaddr: ROOT | 0x400n,
    memory,
    steps: [
      { step: 'plug', device: 0 },
      { step: 'enable', on: true },
      ...Array.from({ length: SYNCS }, () => GLOBAL),
    ],
    failing: [],
  };
}
