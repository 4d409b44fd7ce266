/**
 * Rules of area `translation`: every fault condition of Table 30, what makes a translation valid, what a
 * completion and a fault record hold, and which flags are set in memory.
 */
import { faultCondition, faultConditions } from '../faults.ts';
import type { Rule } from '../rule.ts';
import { rules as entryRules } from './entry.ts';
import { answer, completions, flags, records } from './translation-answers.ts';
import { success } from './translation-success.ts';

/** Conditions that no case can bring about, and why. */
const unreachable: Readonly<Record<string, string>> = {
  'RTA.5': 'A request of a case cannot ask for execution.',
  'SPT.5': 'A request of a case cannot ask for execution.',
  'SFS.10': 'An atomic update of memory that answers does not fail.',
  'SSS.6': 'An atomic update of memory that answers does not fail.',
};

/** Conditions that one entry raises by itself are rules of area `entry` too. */
const ofOneEntry = new Set(entryRules.map(({ id }) => id));
const conditions = faultConditions.map(({ id }) => id).filter((id) => !ofOneEntry.has(id));

const conditionNotes: Readonly<Record<string, string>> = {
  'RTA.1.3':
    'A unit without scalable mode has neither PASIDs nor page requests: requests without PASID decide.',
  'SFS.6': 'Second-stage conditions are allowed as well: Table 30 names both (D4).',
  'SFS.7': 'Second-stage conditions are allowed as well: Table 30 names both (D4).',
  'SFS.8':
    'SGN.6 is allowed as well (D4), and with SSADE the read of the table may be refused already (D21).',
  'SFS.9':
    'A translation request is completed without rights; whether that is recorded is stated both ways (D23).',
  'SCT.9':
    'Allowed and not required without RID_PASID (D20), and after a request without PASID by the same device, whose translation may be cached (6.2.1).',
  'SCT.10':
    'Where the unit has no PASIDs in translated requests at all they are blocked in whatever way (D26).',
  'SGN.10': 'May be found before any table is read: FPD may count or not (D6).',
  'SGN.8.2':
    'A completion for a smaller page that does not reach the range is allowed; under pass-through the sources differ (D19).',
  'HPT.2': 'Reserved bits of the permissions of other pages may be checked or not (D24).',
};

/** The rules that only this area has. */
export const rules: readonly Rule[] = [
  ...conditions.map(conditionRule),
  ...success,
  ...completions,
  ...answer,
  ...flags,
  ...records,
];

/** Every rule that a drawn case of this area can decide. */
export const translationRules: readonly Rule[] = [
  ...entryRules.filter(({ areas }) => areas.includes('translation')),
  ...rules.filter((one) => one.unreachable === undefined),
];

function conditionRule(id: string): Rule {
  const { statement, clause } = faultCondition(id);
  const note = conditionNotes[id];
  const reason = unreachable[id];
  return {
    id,
    areas: ['translation'],
    level: 'must',
    statement,
    clause: `${clause}, Table 30`,
    ...(note === undefined ? {} : { note }),
    ...(reason === undefined ? {} : { unreachable: reason }),
  };
}
