/** Where software puts descriptors: at the tail that it wrote last, in slots as wide as IQA says (VT-d 6.5.2). */
import { extract } from '../../../spec/bits.ts';
import { queueAddressFields, queueOffset } from '../../../spec/invalidation/registers.ts';
import type { StreamStep } from '../../../spec/schema.ts';
import type { RegisterState } from './register-state.ts';

type Submit = Extract<StreamStep, { readonly step: 'submit' }>;

export interface PlannedStore {
  /** 8-byte aligned. */
  readonly address: bigint;
  readonly word: bigint;
}

/** Bytes of a slot: 16, or 32 with DW. */
export function slotBytes(iqa: bigint): bigint {
  return (iqa & queueAddressFields.DW.mask) === 0n ? 16n : 32n;
}

/** Bytes of the queue. */
export function queueBytes(iqa: bigint): bigint {
  return 4096n << extract(iqa, queueAddressFields.QS.high, queueAddressFields.QS.low);
}

/** The words of a submit in order, some perhaps to one address twice, and the IQT that ends it. */
export function submitStores(
  state: RegisterState,
  { descriptors, times = 1 }: Submit,
): { readonly stores: readonly PlannedStore[]; readonly tail: bigint } {
  const base = state.iqa & queueAddressFields.IQA.mask;
  const slot = slotBytes(state.iqa);
  const size = queueBytes(state.iqa);
  const stores: PlannedStore[] = [];
  let at = (((state.tail & queueOffset) / slot) * slot) % size;
  for (let round = 0; round < times; round++)
    for (const words of descriptors) {
      const bytes = BigInt(8 * words.length);
      const end = ((bytes + slot - 1n) / slot) * slot;
      for (let offset = 0n; offset < end; offset += 8n) {
        const word = words[Number(offset / 8n)] ?? 0n;
        stores.push({ address: BigInt.asUintN(64, base + ((at + offset) % size)), word });
      }
      at = (at + end) % size;
    }
  return { stores, tail: at };
}
