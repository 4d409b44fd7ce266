/** What may be answered to one request, as data: areas `translation` and `invalidation` write it alike. */
import { type Alternative, rulesOf } from '../../models/reference/alternative.ts';
import type { FlagBits } from '../../models/reference/flags.ts';
import { recordedWidths, recordOf } from '../../models/reference/record.ts';
import { bits } from '../../spec/bits.ts';
import type { Profile, Request } from '../../spec/schema.ts';
import type { AllowedAlternative, AllowedFlags, AllowedRecord } from '../../spec/vectors/translation.ts';

/** One alternative without what it leaves in memory. */
export function alternativeData(alternative: Alternative): AllowedAlternative {
  const rules = [...rulesOf(alternative)];
  switch (alternative.outcome) {
    case 'queued':
      return { outcome: 'queued', rules };
    case 'blocked': {
      const { condition, status, recorded } = alternative;
      return {
        outcome: 'blocked',
        rules,
        ...given({ code: condition?.code, status, recorded: condition && recorded }),
      };
    }
    case 'translated': {
      const { address, pageBits, read, write, completion, mayRecord } = alternative;
      return {
        outcome: 'translated',
        rules,
        ...(address === undefined ? {} : { address, pageBits }),
        ...given({ read, write, ...completion }),
        ...(mayRecord ? { mayRecord } : {}),
      };
    }
  }
}

/** What a record of `request` says, in the bits of its address that are stated. */
export function recordData(profile: Profile, request: Request): AllowedRecord {
  const { narrow, wide } = recordedWidths(profile);
  const { code: _code, ...record } = recordOf(request, 0, 0n);
  const value = request.address & bits(narrow - 1, 12);
  return { ...record, address: { value, mask: bits(narrow - 1, 0) | bits(63, wide) } };
}

/** The flags by ascending address; none when there is nothing to say. */
export function flagsData(flags: FlagBits): AllowedFlags {
  return [...flags]
    .filter(([, set]) => set !== 0n)
    .map(([address, set]) => ({ address, bits: set }))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** `fields` without those that are undefined. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
