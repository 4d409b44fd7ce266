/** One way of a stream, and what it becomes by what the registers and the queue make the caches do. */
import type { CacheModel } from './cache-model.ts';
import { isOfCaches } from './cached-entry.ts';
import type { Effect } from './effects.ts';
import type { Way } from './expectation.ts';
import type { RegisterState } from './queue.ts';
import { afterWait } from './status-writes.ts';

export interface Path {
  readonly way: Way;
  readonly state: RegisterState;
  readonly caches: CacheModel;
  readonly enabled: boolean;
}

/** `path` after `effects`; `before` is its state without them. */
export function affected(path: Path, before: RegisterState, effects: readonly Effect[]): Path {
  const { caches } = path;
  let { enabled } = path;
  let { status } = before;
  for (const effect of effects) {
    switch (effect.effect) {
      case 'accepted':
        if (isOfCaches(effect.invalidation)) caches.accept(effect.invalidation);
        break;
      case 'completed':
        caches.complete();
        break;
      case 'status': {
        const addresses = [effect.address & ~7n];
        caches.beforeStore(addresses);
        status = afterWait(status, effect.address, effect.data, effect);
        caches.afterStore(addresses, status);
        break;
      }
      case 'root':
        caches.setRoot(effect.rtaddr, effect.rule);
        break;
      case 'translation':
        enabled = effect.enabled;
        if (effect.rule !== undefined) caches.clear(effect.rule);
        break;
    }
  }
  return enabled === path.enabled ? path : { ...path, enabled };
}
