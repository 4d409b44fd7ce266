/** Every correct variant, by area. */
import { bindingVariants } from './binding/variants.ts';
import type { CorrectVariant } from './correct-variant.ts';
import { domainReplaceVariants } from './domain-replace/variants.ts';
import { earlyFlags } from './early-flags.ts';
import { fieldsFirst } from './entry-order.ts';
import { entrySyncVariants } from './entry-sync/variants.ts';
import { invalidationVariants } from './invalidation/variants.ts';
import { pageWalkVariants } from './page-walk/variants.ts';
import { smmuNestingVariants } from './smmu-nesting/variants.ts';
import { translationVariants } from './translation/variants.ts';
import { usedBitsVariants } from './used-bits/variants.ts';

export const correctVariants: readonly CorrectVariant[] = [
  ...translationVariants,
  ...pageWalkVariants,
  earlyFlags,
  fieldsFirst,
  ...usedBitsVariants,
  ...entrySyncVariants,
  ...invalidationVariants,
  ...bindingVariants,
  ...domainReplaceVariants,
  ...smmuNestingVariants,
];

/** The variant `id`, or undefined. */
export function correctVariant(id: string): CorrectVariant | undefined {
  return correctVariants.find((variant) => variant.id === id);
}
