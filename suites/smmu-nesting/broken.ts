import { brokenIn } from '../core/broken.ts';

/** A breach of the rule `smmu-nesting.RULE`. */
export const broken = brokenIn('smmu-nesting');
