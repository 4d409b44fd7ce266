import { brokenIn } from '../core/broken.ts';

/** A breach of the rule `domain-replace.RULE`. */
export const broken = brokenIn('domain-replace');
