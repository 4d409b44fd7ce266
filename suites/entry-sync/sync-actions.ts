/** What one sync did, against what review settled that it does. Actions that were not observed pass. */
import type { Mismatch, Profile, SyncAction } from '../../spec/schema.ts';
import type { SyncContract } from '../../spec/writer-formats.ts';
import type { Update } from './exercised.ts';

type Synced = Pick<Update, 'testCase' | 'isUncached'>;

/** ECAP.C: the unit snoops the CPU's caches when it reads entries (11.4.3). */
export function isCoherent({ ecap }: Profile): boolean {
  return (ecap & 1n) === 1n;
}

/** The rules of a sync that have something to say about this update. */
export function syncRules(contract: SyncContract, { testCase, isUncached }: Synced): string[] {
  return [
    ...(contract.flush && !isCoherent(testCase.profile) ? ['entry-sync.sync.flush'] : []),
    ...(isUncached ? [] : ['entry-sync.sync.invalidate']),
    'entry-sync.sync.nothing-else',
  ];
}

/** The rules that one sync breaks. */
export function judgeSync(
  { flush, invalidate, wait }: SyncContract,
  { testCase: { profile }, isUncached }: Synced,
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
  if (!isUncached && (invalidatedAt < 0 || !waited)) {
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
