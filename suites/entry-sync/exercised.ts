/** The rules that decide an update, known before its trace is: they count as exercised either way. */
import { extract } from '../../spec/bits.ts';
import { decodeCapabilities } from '../../spec/capabilities.ts';
import { amdDte } from '../../spec/layouts/amd-dte.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import type { AmdChange } from './amd.ts';
import { type Bounds, size } from './bounds.ts';
import type { JudgedFormat } from './format.ts';
import { isCoherent, syncRules } from './sync-actions.ts';

const TV = fieldOf(amdDte, 'TV');

export interface Update {
  readonly testCase: EntrySyncCase;
  readonly format: JudgedFormat;
  readonly bounds: Bounds;
  /** undefined for every format but AMD. */
  readonly amd: AmdChange | undefined;
  /** No cache can hold a copy of the entry before its last store. */
  readonly isUncached: boolean;
}

/** Without CM a unit caches no PASID table entry that is not present (VT-d 6.1, 6.5.3.3). */
export function isUncached({ format, from, profile }: EntrySyncCase): boolean {
  return format === 'vtd-pasid' && extract(from[0]!, 0, 0) === 0n && decodeCapabilities(profile).CM === 0;
}

/** Whether a sync must follow the last store: who does not snoop needs a flush, even where nothing is cached. */
export function needsLastSync({ testCase, amd, isUncached }: Update): boolean {
  return amd !== 'same levels' && !(isUncached && isCoherent(testCase.profile));
}

/** Whether the stores of this case are judged one by one, and not only by where they lead. */
export function judgesSteps({ bounds, amd }: Update): boolean {
  return amd !== undefined || !bounds.illFormedTarget;
}

/** Whether the entry may be invalid for a while under some acceptable table. */
export function mayBreak({ bounds, amd }: Update): boolean {
  return amd === undefined ? size(bounds.differingAtMost) > 1 : amd === 'levels';
}

/** Whether the entry must be invalid for a while under every acceptable table. */
export function mustBreak({ bounds, amd }: Update): boolean {
  return amd === undefined && bounds.bothValid && size(bounds.differingAtLeast) > 1;
}

/** AMD: the levels of a guest table in use change and the lower half does too, so that no single store can do it. */
export function mustDisable({ bounds, amd, testCase: { from, to } }: Update): boolean {
  const isInUse = (entry: readonly bigint[]) => readField(TV, entry) === 1n;
  return amd === 'levels' && size(bounds.differingAtLeast) > 1 && isInUse(from) && isInUse(to);
}

/** Ids of the rules that this update exercises. */
export function exercisedRules(update: Update): string[] {
  const { format, bounds, amd } = update;
  const rules = ['entry-sync.atomic-store', 'entry-sync.final'];
  if (format.sync !== undefined) rules.push(...syncRules(format.sync, update));
  if (!bounds.unchanged && needsLastSync(update)) rules.push('entry-sync.last-sync');
  if (amd !== undefined) {
    rules.push('entry-sync.amd.interrupt-remapping', 'entry-sync.torn-view');
    if (mustDisable(update)) rules.push('entry-sync.amd.level-change');
    if (amd === 'levels') rules.push('entry-sync.amd.pass-through-window');
    else if (bounds.bothValid) rules.push('entry-sync.hitless');
    return rules;
  }
  if (bounds.illFormedTarget) return rules;
  rules.push('entry-sync.torn-view', 'entry-sync.order');
  rules.push('entry-sync.minimal-stores', 'entry-sync.minimal-syncs');
  if (bounds.unchanged) rules.push('entry-sync.idempotent');
  if (bounds.bothValid && !mayBreak(update)) rules.push('entry-sync.hitless');
  if (mustBreak(update)) {
    rules.push('entry-sync.breaking-window', 'entry-sync.cleared-quantum', 'entry-sync.publish-last');
  }
  return rules;
}
