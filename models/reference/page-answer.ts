/**
 * From the page that a walk found to the answer: the output range (3.15, SGN.8), the rights of a completion
 * (4.2.3) and the rules that the answer shows. First stage alone, second stage alone and nested meet here.
 */
import { type Alternative, completionOf, faults, translated } from './alternative.ts';
import { type FlagBits, noFlags } from './flags.ts';
import { isInterruptAddress } from './input-address.ts';
import { type Access, seeksReadOnly } from './request.ts';
import type { Walk } from './walk.ts';

/** A page that the request reaches. */
export interface FinalPage {
  readonly address: bigint;
  readonly pageBits: number;
  /** Rights of the request in this page. */
  readonly read: boolean;
  readonly write: boolean;
  /** N of a translation completion. */
  readonly nonSnooped: boolean;
  /** The condition that is met when the page overlaps the interrupt range, by kind of request. */
  readonly interrupt: { readonly untranslated: string; readonly translation: string };
  /** The conditions of an answer without write and without read permission. */
  readonly noWrite: string;
  readonly noRead: string;
  readonly rules: readonly string[];
  readonly required: FlagBits;
  readonly permitted: FlagBits;
}

/** What may come of a request that reaches `page`. */
export function answerPage(walk: Walk, page: FinalPage, access: Access): readonly Alternative[] {
  return access.effective ? complete(walk, page) : letThrough(walk, page);
}

/** That the page overlaps the interrupt range may be what is found, when other conditions hold too (D1). */
export function interruptFaults(walk: Walk, page: FinalPage, access: Access): readonly Alternative[] {
  const { address, pageBits, interrupt } = page;
  if (access.effective) {
    return faults(walk, overlapsInterruptRange(address, pageBits) ? [interrupt.translation] : []);
  }
  return faults(walk, isInterruptAddress(address) ? [interrupt.untranslated] : []);
}

function letThrough(walk: Walk, page: FinalPage): readonly Alternative[] {
  const { address, pageBits, read, write, required, permitted } = page;
  if (isInterruptAddress(address)) return faults(walk, [page.interrupt.untranslated]);
  const zeroLength = walk.request.op === 'zero-length-read' && !read;
  const rules = [
    ...(zeroLength ? ['translation.zero-length-read'] : []),
    ...requestRules(walk),
    ...page.rules,
  ];
  // D25: one entry grants only read, another only write: neither right is left to tell of.
  const rights = read || write ? { read, write } : { read: undefined, write: undefined };
  return [translated({ rules, address, pageBits, ...rights, required, permitted })];
}

function complete(walk: Walk, page: FinalPage): readonly Alternative[] {
  const { address, read, nonSnooped, required, permitted } = page;
  const readOnly = seeksReadOnly(walk.request, walk.unit.capabilities.NWFS);
  const write = page.write && !readOnly;
  const answer = (pageBits: number): Alternative => {
    const denied = [
      ...(page.write ? [] : [page.noWrite]),
      ...(page.read ? [] : [page.noRead]),
      ...(readOnly ? ['translation.translation-request.no-write'] : []),
      'translation.translation-request.rights',
    ];
    const none = !read && !write;
    return translated({
      rules: [...denied, ...requestRules(walk), ...page.rules],
      address: none ? undefined : address,
      pageBits,
      read,
      write,
      completion: completionOf(walk, none ? undefined : nonSnooped),
      required: none ? noFlags : required,
      permitted: none ? required : permitted,
    });
  };
  const { pageBits } = page;
  if (!overlapsInterruptRange(address, pageBits)) return [answer(pageBits)];
  // The completion may be for a smaller page than the one found, which need not reach the range.
  const refused = faults(walk, [page.interrupt.translation]);
  if (!isInterruptAddress(address)) return [...refused, answer(bitsBesideInterruptRange(address, pageBits))];
  // That no right is left may be found as well as the range, and gives nothing away (D1).
  return read || write ? refused : [...refused, answer(pageBits)];
}

function requestRules({ request }: Walk): readonly string[] {
  return request.pasid === undefined ? [] : ['translation.pasid'];
}

const INTERRUPT_RANGE = 0xfee0_0000n;

/** The naturally aligned region of 2^pageBits bytes around `address` reaches into FEEx_xxxxh (3.15). */
export function overlapsInterruptRange(address: bigint, pageBits: number): boolean {
  const size = BigInt(Math.max(pageBits, 20));
  return address >> size === INTERRUPT_RANGE >> size;
}

function bitsBesideInterruptRange(address: bigint, pageBits: number): number {
  let size = pageBits;
  while (overlapsInterruptRange(address, size)) size--;
  return size;
}
