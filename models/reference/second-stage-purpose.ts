/** What the second stage is walked for, and which conditions a missing right raises (3.7.1, 3.8.1, Table 30). */
import type { Access } from './request.ts';
import type { SecondStage } from './second-stage.ts';

/** What the second stage is walked for. */
export interface Purpose {
  readonly access: Access;
  /** The conditions of a missing read and of a missing write permission, the likeliest first. */
  readonly noRead: readonly string[];
  readonly noWrite: readonly string[];
  /** A first-stage table: whether its dirty flag must be set is only known later (D22). */
  readonly isTable: boolean;
}

/** The request itself goes to the page. */
export function finalPurpose({ mode }: SecondStage, access: Access): Purpose {
  return mode === 'legacy'
    ? { access, noRead: ['LGN.3'], noWrite: ['LGN.2'], isTable: false }
    : { access, noRead: ['SGN.7'], noWrite: ['SGN.6'], isTable: false };
}

/** The conditions of an entry with neither right: scalable mode has one for it, legacy mode has not. */
export function withoutAnyRight(
  { mode }: SecondStage,
  { access, noRead, noWrite }: Purpose,
): readonly string[] {
  if (mode === 'scalable') return ['SSS.2'];
  const { read, write } = access;
  return [...(write || !read ? noWrite : []), ...(read || !write ? noRead : [])];
}

interface MissingRights {
  readonly ids: readonly string[];
  readonly certain: boolean;
}

const nothingMissing: MissingRights = { ids: [], certain: false };

/** Conditions of a request whose right is no longer granted by all entries (3.7.1, SSS.2, SGN.6, SGN.7). */
export function missingRights(
  { mode }: SecondStage,
  { access, noRead, noWrite }: Purpose,
  read: boolean,
  write: boolean,
): MissingRights {
  if (read && write) return nothingMissing;
  const none = !read && !write;
  const nothing = mode === 'scalable' ? ['SSS.2'] : [...noWrite, ...noRead];
  if (access.effective) return none ? { ids: nothing, certain: true } : nothingMissing;
  const lacksRead = access.read && !read && !(access.waivesRead && write);
  const lacksWrite = access.write && !write;
  if (!lacksRead && !lacksWrite) return nothingMissing;
  const ids = [
    ...(none && mode === 'scalable' ? nothing : []),
    ...(lacksWrite ? noWrite : []),
    ...(lacksRead ? noRead : []),
  ];
  // D25: a zero-length read on a path where one entry grants only read and another only write.
  return { ids: [...new Set(ids)], certain: !access.waivesRead };
}
