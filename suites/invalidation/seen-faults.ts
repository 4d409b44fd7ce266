/**
 * Faults that a request has met and that a unit may not have kept: no fault of first stage is ever cached, and
 * no other one without CM (6.1). What answers so although nothing else explains it has cached the fault.
 */
import type { Alternative } from '../../models/reference/alternative.ts';
import type { GoneOption, RequestOption } from '../../models/reference/invalidation/expectation.ts';
import { unitOf } from '../../models/reference/unit.ts';
import type { Profile, Request } from '../../spec/schema.ts';

/** The part of the unit that a condition is raised in, by its name in Table 30, and the rule about it. */
const rules: readonly (readonly [conditions: RegExp, rule: string])[] = [
  [/^SFS\.(1|2|3|4|5|9|10)$/, 'invalidation.caching-mode.first-stage'],
  [/^(LSS|SSS)\.|^LGN\.[23]$|^SFS\.[678]$/, 'invalidation.caching-mode.second-stage'],
  [/^(SPD|SPT)\./, 'invalidation.caching-mode.pasid'],
  [/^(LRT|LCT|SRT|SCT)\./, 'invalidation.caching-mode.context'],
];
const FIRST_STAGE = 'invalidation.caching-mode.first-stage';
const SECOND_STAGE = 'invalidation.caching-mode.second-stage';
const PASID = 'invalidation.caching-mode.pasid';

/** The rule by which a unit may not keep what leads to `answer`; undefined when it may, or when it is no fault. */
export function ruleOfFault(answer: Alternative, profile: Profile): string | undefined {
  const condition = conditionOf(answer);
  const rule = condition && rules.find(([conditions]) => conditions.test(condition))?.[1];
  return rule !== FIRST_STAGE && unitOf(profile).capabilities.CM === 1 ? undefined : rule;
}

export class SeenFaults {
  readonly #profile: Profile;
  readonly #seen = new Map<string, Map<string, GoneOption>>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  /** The request was answered, and these options agree. */
  add(request: Request, agreeing: readonly RequestOption[]): void {
    const [first] = agreeing;
    const condition = first && conditionOf(first.answer);
    if (condition === undefined || agreeing.some(({ answer }) => conditionOf(answer) !== condition)) return;
    const { answer } = first as RequestOption;
    const rule = ruleOfFault(answer, this.#profile);
    if (rule === undefined) return;
    const key = keyOf(rule, request);
    const known = this.#seen.get(key) ?? new Map<string, GoneOption>();
    this.#seen.set(key, known.set(condition, { answer, rule }));
  }

  /** Faults that such a request has met before and that none of `options` has. */
  goneFor(request: Request, options: readonly RequestOption[]): readonly GoneOption[] {
    if (this.#seen.size === 0) return [];
    const known = rules.flatMap(([, rule]) => [...(this.#seen.get(keyOf(rule, request)) ?? [])]);
    return known
      .filter(([condition]) => options.every(({ answer }) => conditionOf(answer) !== condition))
      .map(([, gone]) => gone);
  }
}

function conditionOf(answer: Alternative): string | undefined {
  return answer.outcome === 'blocked' ? answer.condition?.id : undefined;
}

/** What the entry that is at fault is found by, and what the answer to it depends on. */
function keyOf(rule: string, { sourceId, address, op, kind, pasid, privileged, noWrite }: Request): string {
  const requester = [rule, sourceId, kind, pasid === undefined];
  if (rule === FIRST_STAGE || rule === SECOND_STAGE) {
    return [...requester, pasid, address >> 12n, op, privileged, noWrite].join(' ');
  }
  return (rule === PASID ? [...requester, pasid] : requester).join(' ');
}
