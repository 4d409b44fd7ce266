/**
 * What the architecture allows as the answer to one request, each with the rule that decides it. Where the
 * manual gives no order among conditions, a request has several alternatives; the likeliest comes first.
 */
import { type FaultCondition, faultCondition, isSettled, type Response } from '../../spec/faults.ts';
import { type FlagBits, noFlags } from './flags.ts';
import type { Walk } from './walk.ts';

/** The structures that can disable fault processing, in the order in which a request meets them (5.1). */
export type FaultProcessingDisable = 'context' | 'pasid-directory' | 'pasid-table';

export type Status = 'UR' | 'CA' | 'invalid-request' | 'drop';

export interface Blocked {
  readonly outcome: 'blocked';
  /** The id of `condition`, or of the rule that blocks without naming one. */
  readonly rule: string;
  /** Undefined when any code may be given. */
  readonly condition: FaultCondition | undefined;
  /** How the request is answered; undefined when any answer will do (D27). */
  readonly status: Status | undefined;
  /** False when the fault is qualified and an entry on the way has FPD set. */
  readonly recorded: boolean;
  /** The entries reached that have FPD set. */
  readonly fpd: readonly FaultProcessingDisable[];
}

/** The bits of a translation completion besides its rights (4.2.3); undefined when any will do. */
export interface Completion {
  readonly user: boolean;
  readonly privileged: boolean;
  readonly nonSnooped: boolean | undefined;
}

export interface Translated {
  readonly outcome: 'translated';
  /** What makes this answer right, the most particular rule first. */
  readonly rules: readonly string[];
  /** Undefined when no address is given, or any. */
  readonly address: bigint | undefined;
  /** log2 of the largest region that the answer is good for. */
  readonly pageBits: number;
  /** Rights of the answer; undefined when any will do. */
  readonly read: boolean | undefined;
  readonly write: boolean | undefined;
  /** Only for translation requests. */
  readonly completion: Completion | undefined;
  /** True when a record may be made although the completion is a success (D23). */
  readonly mayRecord: boolean;
  /** Flags that this answer sets, and flags that it may set besides. */
  readonly required: FlagBits;
  readonly permitted: FlagBits;
}

/** A page request that was accepted. */
export interface Queued {
  readonly outcome: 'queued';
  readonly rules: readonly string[];
}

export type Alternative = Blocked | Translated | Queued;

const statuses: Readonly<Partial<Record<Response, Status>>> = {
  UR: 'UR',
  CA: 'CA',
  'invalid-request': 'invalid-request',
  drop: 'drop',
};

/**
 * What comes of the request when `id` holds, after entries with FPD as in the walk were reached (7.1.3,
 * 7.2.3): it is blocked, or a translation request is completed without rights. Throws RangeError when the
 * fault table does not know the condition for such a request.
 */
function fault(walk: Walk, id: string): readonly Alternative[] {
  const condition = faultCondition(id);
  const response = condition.responses[walk.column];
  if (response === 'n/a') throw new RangeError(`${id} cannot occur for a request ${walk.column}`);
  if (isSettled(condition, walk.unit.profile.specRev)) return [answered(walk, condition, response)];
  const unknown = { ...blocked(walk, condition), status: undefined };
  return walk.request.kind === 'translation' ? [unknown, withoutRights(walk, condition)] : [unknown];
}

export function faults(walk: Walk, ids: readonly string[]): readonly Alternative[] {
  return withFaults(walk, ids, none);
}

const none: readonly Alternative[] = [];

/** What comes of the request when one of `ids` holds, before `others`. */
export function withFaults(
  walk: Walk,
  ids: readonly string[],
  others: readonly Alternative[],
): readonly Alternative[] {
  const [first, second] = ids;
  if (first === undefined) return others;
  if (second === undefined && others.length === 0) return fault(walk, first);
  return [...ids.flatMap((id) => fault(walk, id)), ...others];
}

function answered(walk: Walk, condition: FaultCondition, response: Response): Alternative {
  const status = statuses[response];
  if (status === undefined) return withoutRights(walk, condition);
  // D27: what a blocked untranslated request gets on the bus is implementation specific.
  const isUntranslated = (walk.request.kind ?? 'untranslated') === 'untranslated';
  return { ...blocked(walk, condition), status: isUntranslated ? undefined : status };
}

function blocked({ fpd }: Walk, condition: FaultCondition): Omit<Blocked, 'status'> {
  const recorded = !(condition.qualified && fpd.length > 0);
  return { outcome: 'blocked', rule: condition.id, condition, recorded, fpd };
}

/** A completion with R, W and U clear. D23: whether SFS.9 is recorded is stated both ways. */
function withoutRights(walk: Walk, { id }: FaultCondition): Translated {
  return translated({
    rules: [id],
    address: undefined,
    pageBits: 64,
    read: false,
    write: false,
    completion: completionOf(walk, undefined),
    mayRecord: id === 'SFS.9',
  });
}

/** U, PRIV and N of a completion; `nonSnooped` is undefined when N means nothing. */
export function completionOf({ request }: Walk, nonSnooped: boolean | undefined): Completion {
  return { user: false, privileged: request.pasid !== undefined && request.privileged === true, nonSnooped };
}

type Answer = Pick<Translated, 'rules' | 'address' | 'pageBits' | 'read' | 'write'>;

export const translated = (answer: Answer & Partial<Translated>): Translated => ({
  outcome: 'translated',
  completion: undefined,
  mayRecord: false,
  required: noFlags,
  permitted: noFlags,
  ...answer,
});

/** The request is blocked whatever code is given and whatever is recorded. */
export function blockedAnyhow(rule: string): Blocked {
  return { outcome: 'blocked', rule, condition: undefined, status: undefined, recorded: true, fpd: [] };
}

/** The rules that an alternative goes by, the most particular first. */
export function rulesOf(alternative: Alternative): readonly string[] {
  return alternative.outcome === 'blocked' ? [alternative.rule] : alternative.rules;
}

/** The conditions of `alternatives` by name. */
export function named(alternatives: readonly Alternative[]): string {
  const ids = alternatives.map((alternative) =>
    alternative.outcome === 'blocked' ? alternative.rule : (alternative.rules[0] ?? ''),
  );
  return [...new Set(ids)].join(' or ');
}
