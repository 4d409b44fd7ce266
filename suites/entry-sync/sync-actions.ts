/** What one sync did, against what review settled that it does. Actions that were not observed pass. */
import type { Mismatch, Profile, SyncAction } from '../../spec/schema.ts';
import type { SyncContract } from '../../spec/writer-formats.ts';

/** ECAP.C: the unit snoops the CPU's caches when it reads entries (11.4.3). */
export function isCoherent({ ecap }: Profile): boolean {
  return (ecap & 1n) === 1n;
}

/** The rules of a sync that have something to say about this profile. */
export function syncRules(contract: SyncContract, profile: Profile): string[] {
  const always = ['entry-sync.sync.invalidate', 'entry-sync.sync.nothing-else'];
  return contract.flush && !isCoherent(profile) ? ['entry-sync.sync.flush', ...always] : always;
}

/** The rules that one sync breaks. */
export function judgeSync(
  { flush, invalidate, wait }: SyncContract,
  profile: Profile,
  actions: readonly SyncAction[],
): Mismatch[] {
  const observed = actions.length === 0 ? 'nothing' : actions.join(', ');
  const found: Mismatch[] = [];
  const invalidatedAt = actions.findIndex((action) => invalidate.includes(action));
  const flushedAt = actions.indexOf('flush-entry');
  if (flush && !isCoherent(profile) && (flushedAt < 0 || (invalidatedAt >= 0 && invalidatedAt < flushedAt))) {
    const expected = `flush-entry before ${invalidate.join(' or ')}`;
    found.push({ rule: 'entry-sync.sync.flush', aspect: 'order', expected, observed });
  }
  const waited = wait === 'allowed' || actions.lastIndexOf('wait') > invalidatedAt;
  if (invalidatedAt < 0 || !waited) {
    const expected = `${invalidate.join(' or ')}${wait === 'needed' ? ', then wait' : ''}`;
    found.push({ rule: 'entry-sync.sync.invalidate', aspect: 'outcome', expected, observed });
  }
  const stranger = actions.find(
    (action) => action !== 'flush-entry' && action !== 'wait' && !invalidate.includes(action),
  );
  if (stranger !== undefined) {
    const expected = `no ${stranger} in a sync of the entry`;
    found.push({ rule: 'entry-sync.sync.nothing-else', aspect: 'outcome', expected, observed });
  }
  return found;
}
