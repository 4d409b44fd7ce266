/**
 * Faults that a request has met and that a unit may not have kept: no fault of first stage is ever cached, and
 * no other one without CM (6.1). What answers so although nothing else explains it has cached the fault.
 */
import type { Alternative } from '../../models/reference/alternative.ts';
import type { GoneOption, RequestOption } from '../../models/reference/invalidation/expectation.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { Profile, Request } from '../../spec/schema.ts';

/** The part of the unit that a condition is raised in, by its name in Table 30, and the rule about it. */
const rules: readonly (readonly [conditions: RegExp, rule: string])[] = [
  [/^SFS\.(1|2|3|4|5|9|10)$/, 'invalidation.caching-mode.first-stage'],
  [/^(LSS|SSS)\.|^LGN\.[23]$|^SFS\.[678]$/, 'invalidation.caching-mode.second-stage'],
  [/^(SPD|SPT)\./, 'invalidation.caching-mode.pasid'],
  [/^(LRT|LCT|SRT|SCT)\./, 'invalidation.caching-mode.context'],
];
const [[, FIRST_STAGE]] = rules as [readonly [RegExp, string]];

export class SeenFaults {
  readonly #cachesFaults: boolean;
  readonly #seen = new Map<string, Map<string, GoneOption>>();

  constructor(profile: Profile) {
    this.#cachesFaults = decodeCapabilities(profile).CM === 1;
  }

  /** The request was answered, and these options agree. */
  add(request: Request, agreeing: readonly RequestOption[]): void {
    const [first] = agreeing;
    const condition = first && conditionOf(first.answer);
    if (condition === undefined || agreeing.some(({ answer }) => conditionOf(answer) !== condition)) return;
    const rule = rules.find(([conditions]) => conditions.test(condition))?.[1];
    if (rule === undefined || (this.#cachesFaults && rule !== FIRST_STAGE)) return;
    const key = keyOf(request);
    const known = this.#seen.get(key) ?? new Map<string, GoneOption>();
    this.#seen.set(key, known.set(condition, { answer: (first as RequestOption).answer, rule }));
  }

  /** Faults that such a request has met before and that none of `options` has. */
  goneFor(request: Request, options: readonly RequestOption[]): readonly GoneOption[] {
    const known = this.#seen.get(keyOf(request));
    if (known === undefined) return [];
    return [...known]
      .filter(([condition]) => options.every(({ answer }) => conditionOf(answer) !== condition))
      .map(([, gone]) => gone);
  }
}

function conditionOf(answer: Alternative): string | undefined {
  return answer.outcome === 'blocked' ? answer.condition?.id : undefined;
}

/** The same in everything that a walk depends on. */
function keyOf({ sourceId, address, op, kind, pasid, privileged, noWrite }: Request): string {
  return [sourceId, address >> 12n, op, kind, pasid, privileged, noWrite].join(' ');
}
